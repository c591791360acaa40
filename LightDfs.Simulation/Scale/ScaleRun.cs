using System.Globalization;
using LightDfs.Ring;

namespace LightDfs.Simulation.Scale;

/// <summary>Measures clusters of several sizes, one after the other: what the machines cost each other at rest, when one is lost, and when one comes.</summary>
internal static class ScaleRun
{
    /// <summary>In larger ones all do not start at once, only a few tell what comparing costs them, and it is not waited for until nothing is left to mend.</summary>
    private const int MostWhole = 200;
    private const int Sample = 10;
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    /// <summary>The exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<int> sizes)
    {
        // So that everything runs on the one thread of the pool.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        foreach (var size in sizes)
        {
            var begun = TimeProvider.System.GetTimestamp();
            Say($"{size} machines");
            RingOf(size);
            var cluster = new ScaleCluster(size);
            await cluster.Time.RunUntilAsync(RunAsync(cluster, size), Limit);
            Say($"  measured in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0} s of real time");
        }
        return 0;
    }

    private static async Task RunAsync(ScaleCluster cluster, int size)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var real = TimeProvider.System.GetTimestamp();
        var start = cluster.Time.Elapsed;
        await (size <= MostWhole ? cluster.StartAsync() : cluster.StartAcquaintedAsync());
        await cluster.UntilAsync(() => cluster.Machines.TrueForAll(machine => machine.Machine.Ready.IsCompleted && machine.Map.Digest == cluster.Machines[0].Map.Digest));
        var started = cluster.Traffic.Now;
        Say($"  {(size <= MostWhole ? "all started at once" : "all acquainted")}: all serve with equal memberships after {Seconds(cluster.Time.Elapsed - start)}; {Per(started.Care, size)} a machine; {TimeProvider.System.GetElapsedTime(real).TotalSeconds:0} s of real time");
        await StoreAsync(cluster, Math.Max(300, size));
        await MendAsync(cluster, size);
        Say($"  memory: {(GC.GetTotalMemory(forceFullCollection: true) - before) / size / 1024:N0} KiB a machine");

        var rest = await cluster.WatchAsync(Rest);
        Say($"  at rest, a second: {Per(rest.Care, size * Rest.TotalSeconds)} a machine for looking after each other, of these {Per(rest.Of(Peers.Operation.Membership), size * Rest.TotalSeconds)} for memberships");
        await ComparingAsync(cluster, size, "at rest");

        await JoinAsync(cluster, size);
        await LoseAsync(cluster, size);
    }

    private static async Task JoinAsync(ScaleCluster cluster, int size)
    {
        var begun = cluster.Time.Elapsed;
        var quiet = cluster.Traffic.Now;
        var added = await cluster.AddAsync();
        await cluster.UntilAsync(() => cluster.Machines.TrueForAll(machine => machine.Map.Entries.ContainsKey(added.Id)));
        var known = cluster.Time.Elapsed - begun;
        await cluster.UntilAsync(() => cluster.Machines.TrueForAll(machine => machine == added || machine.Machine.Directory.Of(added.Id).IsUp));
        Say($"  a new machine: known to all after {Seconds(known)}, and reached by all after {Seconds(cluster.Time.Elapsed - begun)}; {Per(cluster.Traffic.Now.Since(quiet).Care, size)} a machine");
        if (!await MendAsync(cluster, size))
        {
            await ComparingAsync(cluster, size, "a new machine");
            return;
        }
        Say($"  a new machine: nothing left to mend after {Seconds(cluster.Time.Elapsed - begun)}; {Per(cluster.Traffic.Now.Since(quiet).Mending, size)} a machine");
    }

    private static async Task LoseAsync(ScaleCluster cluster, int size)
    {
        var begun = cluster.Time.Elapsed;
        var quiet = cluster.Traffic.Now;
        var lost = await cluster.LoseAsync();
        await cluster.UntilAsync(() => cluster.Machines.TrueForAll(machine => !machine.Machine.Directory.Of(lost.Id).IsUp));
        var seen = cluster.Time.Elapsed - begun;
        await cluster.UntilAsync(() => cluster.Machines.Exists(machine => machine.Map.Entries[lost.Id].Out.Value));
        var isOut = cluster.Time.Elapsed - begun;
        await cluster.UntilAsync(() => cluster.Machines.TrueForAll(machine => machine.Map.Entries[lost.Id].Out.Value));
        var toAll = cluster.Time.Elapsed - begun;
        var care = cluster.Traffic.Now.Since(quiet).Care;
        Say($"  a lost machine: seen by all after {Seconds(seen)}; out after {Seconds(isOut)}, of which {Seconds(ScaleCluster.Grace)} are the grace time; known to all after {Seconds(toAll)}; until then, a second, {Per(care, size * toAll.TotalSeconds)} a machine for looking after each other");
        if (!await MendAsync(cluster, size))
        {
            await ComparingAsync(cluster, size, "a lost machine");
            return;
        }
        var all = cluster.Traffic.Now.Since(quiet);
        Say($"  a lost machine: nothing left to mend after {Seconds(cluster.Time.Elapsed - begun)}; {Per(all.Mending, size)} a machine for comparing and mending, of these {Per(all.Of(Peers.Operation.Mend), size)} copies");
    }

    /// <summary>What one pass takes, on those machines that tell.</summary>
    private static async Task ComparingAsync(ScaleCluster cluster, int size, string when)
    {
        var telling = cluster.Machines.Take(size > MostWhole ? Sample : int.MaxValue).ToList();
        Say($"  {when}, a pass: {Per((await cluster.PassAsync(telling)).Mending, telling.Count)} a machine for comparing and mending");
    }

    /// <summary>Waits until nothing is left to mend; false where that is not waited for.</summary>
    private static async Task<bool> MendAsync(ScaleCluster cluster, int size)
    {
        if (size > MostWhole)
        {
            return false;
        }
        await cluster.UntilAsync(() => cluster.Machines.TrueForAll(machine => machine.IsMended));
        return true;
    }

    private static async Task StoreAsync(ScaleCluster cluster, int files)
    {
        for (var file = 0; file < files; file++)
        {
            using var content = new MemoryStream(new byte[100]);
            await cluster.Machines[file % cluster.Machines.Count].Machine.Files.StoreAsync(content);
        }
        foreach (var machine in cluster.Machines)
        {
            machine.Machine.Recent.Clear();
            if (cluster.Machines.Count <= MostWhole)
            {
                machine.Machine.Reconciler.Hint();
            }
        }
    }

    /// <summary>The best of three: others use the processor too.</summary>
    private static void RingOf(int size)
    {
        RingMember[] members = [.. Enumerable.Range(1, size + 1).Select(number => new RingMember(new ScaleMachine(null!, number).Id, 1, ""))];
        IHashRing ring = new RendezvousHashRing();
        var (whole, more) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var again = 0; again < 3; again++)
        {
            var begun = TimeProvider.System.GetTimestamp();
            ring = new RendezvousHashRing().WithMembers(members.Take(size), 3);
            whole = TimeSpan.FromTicks(Math.Min(whole.Ticks, TimeProvider.System.GetElapsedTime(begun).Ticks));
            begun = TimeProvider.System.GetTimestamp();
            _ = ring.WithMembers(members, 3);
            more = TimeSpan.FromTicks(Math.Min(more.Ticks, TimeProvider.System.GetElapsedTime(begun).Ticks));
        }
        Say($"  ring: made in {whole.TotalMilliseconds:0.0} ms, with one machine more in {more.TotalMilliseconds:0.0} ms; {Partitions.Count * ring.Replicas * 2 / 1024} KiB");
    }

    private static string Per((long Calls, long Bytes) total, double by) =>
        string.Create(CultureInfo.InvariantCulture, $"{total.Calls / by:0.0} calls ({total.Bytes / by / 1024:0.0} KiB)");

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    private static void Say(FormattableString what) => Console.WriteLine(what.ToString(CultureInfo.InvariantCulture));

    private static void Say(string what) => Console.WriteLine(what);
}
