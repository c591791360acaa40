using LightDfs.Simulation.Running;

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
return line.IsTwice ? await TwiceRun.RunAsync(line) : await SeedsRun.RunAsync(line);
