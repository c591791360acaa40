namespace EndToEnd.Chaos;

/// <summary>What a client knows of a file.</summary>
internal enum Known
{
    /// <summary>It was sent, and nobody said that it is stored: it may be there or not.</summary>
    Sent,

    /// <summary>Acknowledged: it must be there.</summary>
    Stored,

    /// <summary>To be deleted, and nobody said that it is: it may be there or not.</summary>
    Deleting,

    /// <summary>Acknowledged as deleted: it must not be there.</summary>
    Deleted,
}

/// <summary>One line of a client's log, kept up to date.</summary>
internal sealed class Entry(FileInfo source, string id, string sha256)
{
    public FileInfo Source => source;

    public string Id => id;

    public string Sha256 => sha256;

    public Known Known { get; set; }
}
