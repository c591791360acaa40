using EndToEnd;
using EndToEnd.Chaos;

var checks = new Checks();
var settings = Settings.Parse(args);
var files = settings.Choose();
Console.WriteLine($"{files.Count} files of {settings.From}, {files.Sum(file => file.Length) >> 20} MiB, {Settings.AtOnce} at once.");

if (!settings.OnlyChaos)
{
    await new Scenario(checks, files).RunAsync();
    await new LargeFiles(checks, settings).RunAsync();
    await new Weather(checks, files).RunAsync();
    await new Healing(checks, files).RunAsync();
    await Durability.CheckAsync(checks, files);
}
await new ChaosRun(checks, files, settings.Chaos, settings.Seed).RunAsync();

checks.Finish();
return checks.Failed == 0 ? 0 : 1;
