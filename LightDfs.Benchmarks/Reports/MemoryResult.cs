using LightDfs.Benchmarks.Cases;
using LightDfs.Benchmarks.Load;

namespace LightDfs.Benchmarks.Reports;

/// <summary>Resident memory of the largest machine, in bytes.</summary>
/// <param name="Case">What was done.</param>
/// <param name="Outcome">What the clients saw of it.</param>
/// <param name="AtStart">Before it.</param>
/// <param name="FirstHalf">Most in the first half of the time.</param>
/// <param name="SecondHalf">Most in the second half: about the same when memory is flat.</param>
/// <param name="Peak">The most it ever was, as the kernel counts it.</param>
internal sealed record MemoryResult(MemoryCase Case, Outcome Outcome, long AtStart, long FirstHalf, long SecondHalf, long Peak)
{
    public string Name => Case.Name;
}
