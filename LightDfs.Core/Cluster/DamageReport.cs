using System.Diagnostics.Metrics;
using LightDfs.Diagnostics;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

/// <summary>Where replicas of this machine that fail verification are logged and counted.</summary>
internal sealed partial class DamageReport(Meter meter, ILogger<DamageReport> logger)
{
    private readonly Counter<long> _found = meter.CreateCounter<long>("lightdfs.replica.damaged", "{replica}", "Times that a replica on this machine failed verification.");
    private long _count;

    /// <summary>Times that verification failed since the start.</summary>
    public long Count => Interlocked.Read(ref _count);

    public void Found(ReplicaDamagedException damage)
    {
        Interlocked.Increment(ref _count);
        _found.Add(1);
        Damaged(logger, damage.File, damage.Offset, damage.Message);
    }

    /// <summary>Nobody waits for this one.</summary>
    public void FoundByScrubbing(FileId file)
    {
        Interlocked.Increment(ref _count);
        _found.Add(1);
        Scrubbed(logger, file);
    }

    [LoggerMessage(LogEvents.ScrubFoundDamage, LogLevel.Warning, "Scrubbing found the replica of file '{File}' on this machine damaged. It is to be replaced from another machine's copy. Check the disk if this repeats.", EventName = nameof(Scrubbed))]
    private static partial void Scrubbed(ILogger logger, FileId file);

    [LoggerMessage(LogEvents.ReplicaFailedVerification, LogLevel.Warning, "The replica of file '{File}' on this machine is damaged at offset {Offset}; another machine's copy is read instead. {Detail}", EventName = nameof(Damaged))]
    private static partial void Damaged(ILogger logger, FileId file, long offset, string detail);
}
