using LightDfs.Benchmarks.Processes;

namespace LightDfs.Benchmarks.Targets;

/// <summary>Processes that are measured as one: a limit app, or a cluster.</summary>
internal abstract class Target(string name) : IAsyncDisposable
{
    public string Name => name;

    public abstract IReadOnlyList<ServerProcess> Processes { get; }

    /// <summary>Where clients turn to.</summary>
    public virtual IReadOnlyList<string> Addresses => [.. Processes.Where(process => process.IsRunning).Select(process => process.Address)];

    public double CpuSeconds => Processes.Sum(process => process.CpuSeconds);

    /// <summary>Bytes that the processes have allocated since they were started.</summary>
    public async Task<long> AllocatedAsync() => (await Task.WhenAll(Processes.Select(Allocated.OfAsync))).Sum();

    /// <summary>Most bytes that any one of the processes has had resident.</summary>
    public long PeakMemory => Processes.Max(process => process.PeakMemory);

    public virtual async Task StartAsync()
    {
        foreach (var process in Processes)
        {
            process.Start();
        }
        await Task.WhenAll(Processes.Select(process => process.WaitUntilReadyAsync()));
    }

    /// <summary>Right before its turn.</summary>
    public virtual Task EnterAsync() => Task.CompletedTask;

    /// <summary>Right after its turn.</summary>
    /// <returns>Why the turn does not count; <see langword="null"/> when it does.</returns>
    public virtual Task<string?> LeaveAsync() => Task.FromResult<string?>(null);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes)
        {
            await process.DisposeAsync();
        }
        GC.SuppressFinalize(this);
    }
}
