namespace LightDfs;

/// <summary>Another content is stored under the id. One id, one content: draw a new id for another content.</summary>
public sealed class FileConflictException(FileId file)
    : LightDfsException($"File '{file}' exists with another content, name or type. An id stands for one content for ever; draw a new id by FileId.New().")
{
    /// <summary>The file concerned.</summary>
    public FileId File { get; } = file;
}
