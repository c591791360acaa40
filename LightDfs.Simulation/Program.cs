using LightDfs.Simulation.Running;

const int LinesShown = 60;

CommandLine line;
try
{
    line = CommandLine.Parse(args);
}
catch (FormatException cause)
{
    Console.Error.WriteLine(cause.Message);
    return 2;
}
if (line.IsTwice)
{
    return await TwiceRun.RunAsync(line);
}
var (passed, failed) = (0, 0);
for (var seed = line.First; seed <= line.Last; seed++)
{
    var verdict = await SeedRun.RunAsync(seed, line.Plant, line.IsTraced ? int.MaxValue : LinesShown);
    Console.WriteLine(verdict);
    if (verdict.Holds)
    {
        passed++;
        continue;
    }
    failed++;
    foreach (var shown in verdict.Trace.Last.Concat(verdict.Violations.Select(violation => $"  {violation}")))
    {
        Console.WriteLine(shown);
    }
}
Console.WriteLine($"{passed} passed, {failed} failed");
return failed == 0 ? 0 : 1;
