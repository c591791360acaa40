using System.Runtime.InteropServices;
using LightDfs.Benchmarks.Cases;

namespace LightDfs.Benchmarks.Reports;

/// <summary>Everything that a run came to.</summary>
internal sealed class RunReport(RunSettings settings)
{
    public RunSettings Settings => settings;

    public DateTimeOffset Begun { get; } = TimeProvider.System.GetUtcNow();

    public string System { get; } = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors";

    public string Disk { get; } = DiskOf(settings.Folder);

    public List<CaseResult> Cases { get; } = [];

    public List<MemoryResult> Memory { get; } = [];

    public List<OwnersResult> Owners { get; } = [];

    /// <summary>Cases that could not be measured, and why.</summary>
    public List<string> Failures { get; } = [];

    public SigningResult? Signing { get; set; }

    public IReadOnlyList<GoalLine> Goals => [.. GoalLines.Of(this)];

    private static string DiskOf(string folder)
    {
        var drive = new DriveInfo(folder);
        return $"{drive.DriveFormat}, {drive.AvailableFreeSpace >> 30} of {drive.TotalSize >> 30} GiB free";
    }
}

internal sealed record OwnersResult(int Machines, double Nanoseconds, double Bytes);

/// <summary>What is signed and checked for a put of 4 KiB that goes to two peers, and for a get from one.</summary>
internal sealed record SigningResult(double PutNanoseconds, double GetNanoseconds);
