namespace LightDfs.Benchmarks.Options;

/// <summary>What can be asked for.</summary>
internal static class Usage
{
    public const string All = """
        dotnet run -c Release --project LightDfs.Benchmarks -- COMMAND [OPTIONS]

          cluster     clusters of real processes beside the limit app
          micro       parts in memory and on disk, with allocations
          files       one store with ten million small files: rates, memory, start-up
          threshold   the same files packed and in a file each, by size
          cases       the names that 'cluster --case' picks from

        COMMAND --help says which options it takes. docs/benchmarks.md says what is measured.

        Processes that the runner starts:
          limit http|file|named|log --urls ADDRESS --data DIR
          node --urls ADDRESS --LightDfs:...
          load        reads orders, one line of JSON each, and answers each with a line
        """;

    private const string Cluster = """
        cluster: clusters of real processes beside the limit app. Exit code 1 when a request failed, not when a target was missed; 2 for wrong options.

          --case TEXT      a name of 'cases', or a text that begins a word of names; again and again; all by default
          --rounds N       how often each target has its turn (5)
          --seconds N      length of a turn (2)
          --warm-up N      seconds of load for each machine before (10)
          --limits LIST    variants of the limit app, of http,file,named,log, in place of those that a case names
          --large          adds the file of 10 GiB
          --folder DIR     where data goes, on a disk (artifacts/benchmarks/data)
          --out DIR        where cluster.json and cluster.svg go (artifacts/benchmarks)
        """;

    private const string Micro = """
        micro [NAME]: benchmarks of which the name contains NAME, or all. Exit code 2 when none does.

          --apart          builds a process for each, which takes minutes; without it they run in this one
          --list flat      the names

        Options of BenchmarkDotNet may follow, such as --job short: https://benchmarkdotnet.org/articles/guides/console-args.html
        """;

    private const string Files = """
        files: one store with many small files: rates, memory, start-up.

          --count N        files (10000000)
          --size BYTES     of each (1024)
          --writers N,N    how many put at once: the last number fills, the first is measured (64,1024)
          --seconds N      of gets (10)
          --folder DIR     where data goes, on a disk (artifacts/benchmarks/data); 13 GB by default
        """;

    private const string Threshold = """
        threshold: the same files packed and in a file each, by size.

          --writers N,N    how many put at once: each is measured (16,64)
          --rounds N       how often each store has its turn (3)
          --seconds N      of puts a turn (2)
          --folder DIR     where data goes, on a disk (artifacts/benchmarks/data)
        """;

    /// <summary>What a command takes; everything for one that is none, or takes nothing.</summary>
    public static string Of(string command) => command switch
    {
        "cluster" => Cluster,
        "micro" => Micro,
        "files" => Files,
        "threshold" => Threshold,
        _ => All,
    };
}
