namespace LightDfs;

/// <summary>The caller's id is too old for a new file, or storing took too long: half of <see cref="LightDfsOptions.AbandonedAfter"/> is the limit. Nothing is stored under it.</summary>
public sealed class FileIdExpiredException(FileId file, TimeSpan limit)
    : LightDfsException($"File '{file}' was not stored within {limit} of the drawing of its id (half of option AbandonedAfter), and the id is too old now. Draw a new one by FileId.New(), shortly before storing.")
{
    /// <summary>The file concerned.</summary>
    public FileId File { get; } = file;
}
