namespace LightDfs;

/// <summary>Options of LightDfs, bound from configuration section "LightDfs". All are validated when the host starts, every problem reported at once; a key of the section that is no option is one.</summary>
public sealed class LightDfsOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string SectionName = "LightDfs";

    /// <summary>
    /// Addresses of the machines, this one included or not; the union of configuration and of all registrations, repeats dropped. None means one machine.
    /// </summary>
    public IList<string> Peers { get; } = [];

    /// <summary>Where this machine keeps its replicas and its id. A relative path is below the content root. Default "lightdfs".</summary>
    public string DataDirectory { get; set; } = "lightdfs";

    /// <summary>Name of the cluster, for people, and a guard: machines of another name are strangers. Default "lightdfs"; at most 64 characters.</summary>
    public string ClusterName { get; set; } = "lightdfs";

    /// <summary>
    /// The secret that machines prove to each other, at least 16 characters; make one by <c>openssl rand -base64 32</c>. <see langword="null"/> (the default) is allowed
    /// only while every listed address is loopback.
    /// </summary>
    public string? ClusterKey { get; set; }

    /// <summary>
    /// A second key that is accepted but not used, while keys are exchanged: set the new key here on every machine, one by one; when all have it, swap the two on every machine;
    /// when all have swapped, remove the old one. A machine that swaps before all have the new key is refused until it swaps back. Default <see langword="null"/>.
    /// </summary>
    public string? PreviousClusterKey { get; set; }

    /// <summary>
    /// An address at which the other machines reach this one, when it is not listed and its server listens only on wildcards, or it is reached by another address than it listens
    /// on. <see langword="null"/> (the default) lets it learn its addresses from its list, its server and its peers.
    /// </summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>
    /// True lets a machine join that knows the cluster key but that neither this machine's list nor its own names. Default false. Machines that belong already are known by their
    /// ids, whatever their addresses.
    /// </summary>
    public bool AllowUnlistedMachines { get; set; }

    /// <summary>What fails together with this machine, such as its rack: copies go to different zones while there are enough. Default "", one zone for all; at most 64 characters.</summary>
    public string Zone { get; set; } = "";

    /// <summary>This machine's share relative to the others, 1 to 16,777,216. Default 1.</summary>
    public int Weight { get; set; } = 1;

    /// <summary>Copies of each file, 1 to 16. Must be equal on all machines. Default 3.</summary>
    public int Replicas { get; set; } = 3;

    /// <summary>Longest piece of a file that is one replica, in bytes, 64 KiB to 64 MiB, a multiple of 64 KiB. Must be equal on all machines. Default 8 MiB.</summary>
    public int SegmentSize { get; set; } = 8 * 1024 * 1024;

    /// <summary>Memory for uploads in flight, in bytes, at least two segments; further uploads wait their turn. An upload's first 64 KiB are not counted. Default 64 MiB.</summary>
    public long TransferMemory { get; set; } = 64L * 1024 * 1024;

    /// <summary>
    /// Free disk space that files leave alone, in bytes. <see langword="null"/> (the default) is 1 % of the disk, but at least 1 GiB or, on a disk below 20 GiB, 5 %.
    /// </summary>
    public long? Reserve { get; set; }

    /// <summary>
    /// After how long a machine that more than half of all machines, itself counted, do not reach is replaced: its copies are then made on other machines, until it answers again. One minute to 30 days;
    /// <see langword="null"/>: never, someone must remove it. Default 15 min.
    /// </summary>
    public TimeSpan? ReplaceAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// When what is left of an upload that never ended is removed, counted from the drawing of the file's id. A store must end within half of it. One minute to 365 days; half of
    /// it is less than <see cref="TombstoneRetention"/>. Must be equal on all machines. Default 24 h.
    /// </summary>
    public TimeSpan AbandonedAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long the trace of a delete is kept at least, so that machines that were away learn of it. One minute to 3,650 days. Must be equal on all machines. Default 7 days.</summary>
    public TimeSpan TombstoneRetention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>In what time every replica of this machine is read once to verify it, evenly spread. One hour to 365 days. Default 14 days.</summary>
    public TimeSpan ScrubPeriod { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How long calls wait, after the start, for peers that were not asked yet, and stores and deletes for machines that answer that they are starting. Zero to one hour. Default 10 s.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
