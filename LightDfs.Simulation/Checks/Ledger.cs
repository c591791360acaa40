using System.Globalization;
using System.IO.Hashing;
using LightDfs.Files;
using LightDfs.Membership;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Checks;

/// <summary>What was promised to the clients, against which everything that the cluster says is held.</summary>
internal sealed class Ledger(World world)
{
    private readonly List<LedgerFile> _files = [];
    private readonly Dictionary<FileId, LedgerFile> _byId = [];
    private readonly Dictionary<string, LedgerFile> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<FileId, FileId> _parents = [];
    private readonly HashSet<FileId> _forgotten = [];

    public IReadOnlyList<LedgerFile> Files => _files;

    public Protection Protection { get; } = new(world);

    public int Acknowledged { get; private set; }

    public LedgerFile Begin(FileId? id, byte[] content, TimeSpan? expiresAfter)
    {
        var file = new LedgerFile(string.Create(CultureInfo.InvariantCulture, $"f{_files.Count}"), id, IsReached) { ExpiresAfter = expiresAfter };
        _files.Add(file);
        _byName[file.Name] = file;
        if (id is { } given)
        {
            _byId[given] = file;
        }
        Try(file, content);
        return file;
    }

    /// <summary>A moment that any machine's clock has come near to, however wrong it was.</summary>
    private bool IsReached(DateTimeOffset moment) => world.Watch.LatestClock >= moment - ControlTimeouts.ClockTolerance;

    /// <summary>A content is about to be stored.</summary>
    public void Try(LedgerFile file, byte[] content)
    {
        if (!file.Contents.Contains(content))
        {
            file.Contents.Add(content);
        }
        if (file is { IsCallers: true, Id: { } id })
        {
            const int Segment = 64 * 1024;
            for (var number = 0; number * Segment < content.Length; number++)
            {
                var piece = content.AsSpan(number * Segment, Math.Min(Segment, content.Length - (number * Segment)));
                _parents[id.SegmentOf(number, XxHash128.HashToUInt128(piece))] = id;
            }
        }
    }

    /// <summary>The file under a caller's id that a segment belongs to; <see langword="null"/> for any other segment.</summary>
    public FileId? ParentOf(FileId segment) => _parents.TryGetValue(segment, out var parent) ? parent : null;

    /// <summary>A tombstone that was on a disk goes from there: its file was deleted, whatever is left of it.</summary>
    public void NoteForgotten(FileId deleted) => _forgotten.Add(deleted);

    public bool IsForgotten(FileId deleted) => _forgotten.Contains(deleted);

    public LedgerFile? Of(StoredFile stored) => stored.FileName is { } name ? _byName.GetValueOrDefault(name) : null;

    /// <summary>P1: content and record are flushed on the write quorum when the store returns.</summary>
    public void Stored(LedgerFile file, byte[] content, StoredFile stored, SimMachine by)
    {
        if ((file.Id is { } id && id != stored.Id) || stored.Length != content.Length || stored.FileName != file.Name)
        {
            world.Violate($"{by} acknowledges {file} of {content.Length} bytes as {stored}");
            return;
        }
        file.Id = stored.Id;
        _byId[stored.Id] = file;
        file.IsAcknowledged = true;
        Acknowledged++;
        if (file.IsDeleteBegun)
        {
            return;
        }
        if (FindList(stored.Id) is not { } replicas)
        {
            world.Violate($"{by} acknowledges {file}, and no disk has its record");
            return;
        }
        file.Replicas = replicas;
        foreach (var replica in replicas)
        {
            var holders = world.Machines.Where(machine => DiskView.CopyOf(machine.Disk, replica) is { IsDurable: true }).Select(machine => machine.Name).ToList();
            if (holders.Count + Protection.HitsOf(replica) < QuorumOf(by))
            {
                world.Violate($"{by} acknowledges {file}, and {replica} is flushed on [{string.Join(' ', holders)}] only");
                return;
            }
        }
    }

    /// <summary>The delete is flushed on the write quorum when it returns.</summary>
    public void Deleted(LedgerFile file, SimMachine by)
    {
        file.IsDeleted = true;
        var holders = world.Machines.Where(machine => DiskView.HasDurableTombstone(machine.Disk, file.Id!.Value)).Select(machine => machine.Name).ToList();
        if (holders.Count + Protection.HitsOf(file.Id!.Value) < QuorumOf(by))
        {
            world.Violate($"{by} acknowledges the delete of {file}, and its tombstone is flushed on [{string.Join(' ', holders)}] only");
        }
    }

    /// <summary>Where commands have left fewer than three members in the ring, what the machine that acknowledges knows of them says how many copies that takes.</summary>
    private int QuorumOf(SimMachine machine) => Math.Min(world.Quorum, machine.Run?.Machine.Membership.View.Quorum ?? world.Quorum);

    private IReadOnlyList<FileId>? FindList(FileId id)
    {
        foreach (var machine in world.Machines)
        {
            if (DiskView.CopyOf(machine.Disk, id) is { } copy)
            {
                return DiskView.ReplicasOf(id, copy);
            }
        }
        return null;
    }
}
