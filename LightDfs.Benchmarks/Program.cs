using LightDfs.Benchmarks.Cases;
using LightDfs.Benchmarks.Limit;
using LightDfs.Benchmarks.Load;
using LightDfs.Benchmarks.Micro;
using LightDfs.Benchmarks.Node;
using LightDfs.Benchmarks.Store;

const string Usage = """
    dotnet run -c Release --project LightDfs.Benchmarks -- VERB

      cluster [--case TEXT]... [--rounds N] [--seconds N] [--warm-up N] [--limits http,file,named,log] [--large] [--folder DIR] [--out DIR]
                          clusters of real processes beside the limit app; --large adds the file of 10 GiB
      micro [NAME] [--apart] [BenchmarkDotNet options]
                          parts in memory and on disk, with allocations
      files [--count N] [--size BYTES] [--writers N,N] [--seconds N] [--folder DIR]
                          one store with ten million small files: rates, memory, start-up
      threshold [--writers N,N] [--rounds N] [--seconds N] [--folder DIR]
                          the same files packed and in a file each, by size
      cases               the names that --case picks from

    Processes that the runner starts:
      limit http|file|named|log --urls ADDRESS --data DIR
      node --urls ADDRESS --LightDfs:...
      load                reads orders, one line of JSON each, and answers each with a line
    """;

switch (args)
{
    case ["cluster", .. var options]:
        return await ClusterRun.RunAsync(RunSettings.Parse(options));
    case ["micro", .. var options]:
        return MicroRun.Run(options);
    case ["files", .. var options]:
        return await FilesRun.RunAsync(StoreSettings.Parse(options, new StoreSettings()));
    case ["threshold", .. var options]:
        return await ThresholdRun.RunAsync(StoreSettings.Parse(options, new StoreSettings { Writers = [16, 64], Seconds = 2 }));
    case ["cases"]:
        foreach (var name in ClusterRun.Names)
        {
            Console.WriteLine(name);
        }
        return 0;
    case ["limit", var variant, .. var options]:
        await LimitApp.RunAsync(variant, options);
        return 0;
    case ["node", .. var options]:
        await NodeApp.RunAsync(options);
        return 0;
    case ["load"]:
        return LoadApp.Run(Console.In, Console.Out);
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
