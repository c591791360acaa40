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
    private readonly HashSet<FileId> _metInPass = [];

    /// <summary>A file was found in two versions. Told once for each file, as long as it lasts.</summary>
    public void Found(FileId file)
    {
        lock (_lock)
        {
            if (_files.Count >= MostRemembered && !_files.Contains(file))
            {
                return;
            }
            _metInPass.Add(file);
            if (!_files.Add(file))
            {
                return;
            }
            Tell();
        }
        _met.Add(1);
        Clashed(logger, file);
    }

    /// <summary>All that this machine holds is compared from here on.</summary>
    public void PassBegins()
    {
        lock (_lock)
        {
            _metInPass.Clear();
        }
    }

    /// <summary>All was compared with everybody: what was not met since it began is settled. Who holds it in two versions meets it in each pass.</summary>
    public void PassEnded()
    {
        lock (_lock)
        {
            _files.IntersectWith(_metInPass);
            Tell();
        }
    }

    private void Tell() => problems.Set("versions", _files.Count == 0 ? null
        : $"File '{_files.Min()}'{(_files.Count == 1 ? " is" : $" and {_files.Count - 1} more are")} held in two versions: different contents were stored under one id. "
            + "Each read gives one of them whole. Read it, delete it, and store what is right under a new id.");

    [LoggerMessage(LogEvents.VersionsClash, LogLevel.Warning, "File '{File}' is held in two versions: different contents were stored under its id. The smaller version wins.", EventName = nameof(Clashed))]
    private static partial void Clashed(ILogger logger, FileId file);
}
