using LightDfs.Benchmarks.Cases;
using LightDfs.Benchmarks.Limit;
using LightDfs.Benchmarks.Load;
using LightDfs.Benchmarks.Micro;
using LightDfs.Benchmarks.Node;
using LightDfs.Benchmarks.Options;
using LightDfs.Benchmarks.Store;

try
{
    return await RunAsync(args);
}
catch (WrongOptionException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}

static async Task<int> RunAsync(string[] args)
{
    switch (args)
    {
        case ["--help" or "-h"]:
            Console.WriteLine(Usage.All);
            return 0;
        case [var command, "--help" or "-h", ..]:
            Console.WriteLine(Usage.Of(command));
            return 0;
        case ["cluster", .. var options]:
            return await ClusterRun.RunAsync(RunSettings.Parse(options));
        case ["micro", .. var options]:
            return MicroRun.Run(options);
        case ["files", .. var options]:
            return await FilesRun.RunAsync(StoreSettings.OfFiles(options));
        case ["threshold", .. var options]:
            return await ThresholdRun.RunAsync(StoreSettings.OfThreshold(options));
        case ["cases"]:
            foreach (var name in ClusterRun.Names)
            {
                Console.WriteLine(name);
            }
            return 0;
        case ["limit", var variant, .. var options] when LimitApp.Variants.Contains(variant):
            await LimitApp.RunAsync(variant, options);
            return 0;
        case ["node", .. var options]:
            await NodeApp.RunAsync(options);
            return 0;
        case ["load"]:
            return LoadApp.Run(Console.In, Console.Out);
        default:
            Console.Error.WriteLine(Usage.All);
            return 2;
    }
}
