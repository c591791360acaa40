using System.Globalization;
using PlantedBugs;

Settings settings;
try
{
    settings = Settings.Parse(args);
}
catch (FormatException cause)
{
    Console.Error.WriteLine(cause.Message);
    return 2;
}
using var tree = await SourceTree.CopyAsync();
var simulation = new Simulation(tree.Folder, settings);
var (passed, failed) = (0, 0);

if (settings.TriesWithout)
{
    var without = await simulation.RunAsync(untilFailure: false);
    Row(without.FailingSeed is null, "no bug", without.FailingSeed is { } seed ? $"seed {seed} fails: {without.Why}" : $"{without.Seeds} seeds hold", without);
}
foreach (var bug in settings.Bugs)
{
    if (await tree.PlantAsync(bug) is { } refusal)
    {
        Row(false, bug.Name, $"the patch does not apply any more: {refusal}", default);
        continue;
    }
    var run = await simulation.RunAsync(untilFailure: true);
    Row(
        run.FailingSeed is not null,
        bug.Name,
        run.FailingSeed is { } seed ? string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {run.Why}") : run.Why ?? $"not caught by {run.Seeds} seeds",
        run);
    await tree.UprootAsync(bug);
}
Console.WriteLine($"{passed} passed, {failed} failed");
return failed == 0 ? 0 : 1;

void Row(bool isGood, string what, string how, SimulationResult run)
{
    passed += isGood ? 1 : 0;
    failed += isGood ? 0 : 1;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(isGood ? "passed" : "FAILED"),-6}  {what,-36}  {run.Seeds,5} seeds  {run.Took.TotalSeconds,6:N0} s  {how}"));
}
