namespace LightDfs;

/// <summary>The id was deleted. It cannot be stored again.</summary>
public sealed class FileDeletedException(FileId file)
    : LightDfsException($"File '{file}' was deleted, and an id once deleted is dead. Draw a new id by FileId.New().")
{
    /// <summary>The file concerned.</summary>
    public FileId File { get; } = file;
}
