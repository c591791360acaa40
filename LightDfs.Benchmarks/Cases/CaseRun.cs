using LightDfs.Benchmarks.Load;
using LightDfs.Benchmarks.Processes;
using LightDfs.Benchmarks.Reports;
using LightDfs.Benchmarks.Targets;

namespace LightDfs.Benchmarks.Cases;

/// <summary>Measures one case: fresh processes, then turns in alternation, each round beginning with another target.</summary>
internal sealed class CaseRun(Case measured, RunSettings settings, LoadProcess load)
{
    private const double EndlessSeconds = 3600;
    private const int WarmUpAtOnce = 16;
    private const long WarmUpSize = 16 * Sizes.MiB;
    private const long MostWarmUp = 4 * Sizes.GiB;

    private readonly Dictionary<Target, IReadOnlyList<string>> _pools = [];

    public async Task<CaseResult> RunAsync(string folder)
    {
        await using var cluster = Clusters.Make(measured.Shape, folder, settings.Seconds);
        var limits = (settings.Limits ?? measured.Limits).Select(variant => new LimitTarget(variant, folder)).ToList();
        try
        {
            Target[] targets = [cluster, .. limits];
            foreach (var target in targets)
            {
                await target.StartAsync();
                await FillAsync(target);
            }
            await cluster.BeginConditionAsync(load);
            foreach (var target in targets)
            {
                await WarmUpAsync(target, settings.WarmUp * (target == cluster ? measured.Shape.Machines : 1));
            }
            var turns = targets.ToDictionary(target => target, _ => new List<Turn>());
            for (var round = 0; round < settings.Rounds; round++)
            {
                for (var i = 0; i < targets.Length; i++)
                {
                    var target = targets[(i + round) % targets.Length];
                    turns[target].Add(await TurnAsync(target));
                }
            }
            return new CaseResult(measured, ResultOf(cluster, turns), [.. limits.Select(limit => ResultOf(limit, turns))]);
        }
        finally
        {
            foreach (var limit in limits)
            {
                await limit.DisposeAsync();
            }
        }
    }

    private static TargetResult ResultOf(Target target, Dictionary<Target, List<Turn>> turns) => new(target.Name, turns[target], target.PeakMemory);

    /// <summary>Stores what is to be read.</summary>
    private async Task FillAsync(Target target)
    {
        if (measured.Verb != Verb.Get)
        {
            return;
        }
        var stored = await StoreAsync(target, measured.Size, Math.Min(8, measured.Pool), measured.Pool, EndlessSeconds);
        _pools[target] = [.. stored.Ids];
    }

    private async Task WarmUpAsync(Target target, double seconds)
    {
        await target.EnterAsync();
        if (measured.Verb == Verb.Get)
        {
            await ReadAsync(target, Math.Max(measured.AtOnce, measured.Size <= Sizes.MiB ? WarmUpAtOnce : 1), seconds);
        }
        else
        {
            var size = Math.Min(measured.Size, WarmUpSize);
            var atOnce = Math.Max(measured.AtOnce, size <= Sizes.MiB ? WarmUpAtOnce : 4);
            await StoreAsync(target, size, atOnce, Math.Max(atOnce, MostWarmUp / size), seconds, keepIds: false);
        }
        await target.LeaveAsync();
    }

    private async Task<Turn> TurnAsync(Target target)
    {
        await target.EnterAsync();
        var allocated = await target.AllocatedAsync();
        var (cpu, cpuOfAll) = (target.CpuSeconds, Proc.CpuSecondsOfAll());
        var outcome = measured.Verb == Verb.Get
            ? await ReadAsync(target, measured.AtOnce, settings.Seconds)
            : await StoreAsync(target, measured.Size, measured.AtOnce, measured.MaxRequests, settings.Seconds, keepIds: false);
        (cpu, cpuOfAll) = (target.CpuSeconds - cpu, Proc.CpuSecondsOfAll() - cpuOfAll);
        allocated = await target.AllocatedAsync() - allocated;
        return Turn.Of(outcome, measured.Size, cpu, cpuOfAll, allocated, await target.LeaveAsync());
    }

    private Task<Outcome> ReadAsync(Target target, int atOnce, double seconds) => load.RunAsync(new Order
    {
        Addresses = target.Addresses,
        AtOnce = atOnce,
        Seconds = seconds,
        Size = measured.Size,
        Ids = _pools[target],
    });

    private Task<Outcome> StoreAsync(Target target, long size, int atOnce, long most, double seconds, bool keepIds = true) => load.RunAsync(new Order
    {
        Addresses = target.Addresses,
        AtOnce = atOnce,
        Seconds = seconds,
        MaxRequests = most,
        Size = size,
        KeepIds = keepIds,
    });
}
