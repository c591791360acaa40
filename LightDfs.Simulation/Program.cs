using LightDfs.Simulation.Running;
using LightDfs.Simulation.Scale;

if (args is ["--help" or "-h" or "-?"])
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}
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
if (line.IsWorker)
{
    await Worker.RunAsync(line.LinesShown);
    return 0;
}
if (line.Scale.Count > 0)
{
    return await ScaleRun.RunAsync(line.Scale);
}
return line.IsTwice ? await TwiceRun.RunAsync(line) : await SeedsRun.RunAsync(line);
