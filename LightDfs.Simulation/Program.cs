using LightDfs.Simulation.Plants;
using LightDfs.Simulation.Running;

for (var seed = ulong.Parse(args[0]); seed <= ulong.Parse(args[1]); seed++)
{
    var sw = System.Diagnostics.Stopwatch.StartNew();
    var verdict = await SeedRun.RunAsync(seed, args.Length > 3 ? Plant.All.First(p => p.Name == args[3]) : Plant.None, args.Length > 2 ? int.Parse(args[2]) : 0);
    Console.WriteLine($"{verdict} {sw.ElapsedMilliseconds} ms");
    foreach (var line in verdict.Trace.Last) Console.WriteLine(line);
    foreach (var v in verdict.Violations) Console.WriteLine("   " + v);
}
