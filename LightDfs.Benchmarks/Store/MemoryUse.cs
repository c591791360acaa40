using LightDfs.Benchmarks.Processes;

namespace LightDfs.Benchmarks.Store;

/// <summary>Memory of this process after a full, compacting collection that gives back to the system what it can.</summary>
/// <param name="Heap">Bytes of managed objects that are alive.</param>
/// <param name="Resident">Bytes that the process has resident: also code, stacks, and what the collector keeps for later.</param>
internal readonly record struct MemoryUse(long Heap, long Resident)
{
    /// <summary>What the kernel takes for "forget the peak" (proc(5), clear_refs).</summary>
    private const string ForgetPeak = "5";

    public static MemoryUse Now()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return new(GC.GetTotalMemory(forceFullCollection: false), Proc.Memory(Environment.ProcessId));
    }

    /// <summary>From now on the peak is counted anew.</summary>
    public static void BeginPeak() => File.WriteAllText("/proc/self/clear_refs", ForgetPeak);

    /// <summary>Most bytes resident since.</summary>
    public static long Peak => Proc.PeakMemory(Environment.ProcessId);

    public static MemoryUse operator -(MemoryUse left, MemoryUse right) => new(left.Heap - right.Heap, left.Resident - right.Resident);
}
