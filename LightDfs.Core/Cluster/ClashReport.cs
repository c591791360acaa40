using System.Diagnostics.Metrics;
using LightDfs.Diagnostics;
using LightDfs.Membership;
using Microsoft.Extensions.Logging;

namespace LightDfs.Cluster;

/// <summary>
/// Where files that are found in two versions are told: two clients stored different contents under one id, on machines that did not hear of each other. Thread-safe.
/// </summary>
internal sealed partial class ClashReport(Meter meter, Problems problems, ILogger<ClashReport> logger)
{
    private const int MostRemembered = 1000;
    private readonly Counter<long> _met = meter.CreateCounter<long>("lightdfs.version.clashes", "{file}", "Files that this machine found in two versions.");
    private readonly Lock _lock = new();
    private readonly HashSet<FileId> _files = [];

    /// <summary>A file was found in two versions. Told once for each file.</summary>
    public void Found(FileId file)
    {
        lock (_lock)
        {
            if (_files.Count >= MostRemembered || !_files.Add(file))
            {
                return;
            }
            problems.Set("versions", $"File '{_files.Min()}'{(_files.Count == 1 ? " is" : $" and {_files.Count - 1} more are")} held in two versions: different contents were stored under one id. "
                + "Each read gives one of them whole. Read it, delete it, and store what is right under a new id.");
        }
        _met.Add(1);
        Clashed(logger, file);
    }

    [LoggerMessage(LogEvents.VersionsClash, LogLevel.Warning, "File '{File}' is held in two versions: different contents were stored under its id. The smaller version wins.", EventName = nameof(Clashed))]
    private static partial void Clashed(ILogger logger, FileId file);
}
