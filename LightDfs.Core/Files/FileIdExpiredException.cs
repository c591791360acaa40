namespace LightDfs;

/// <summary>A new file is refused because its id was drawn too long ago: what is left of a broken upload that old may be being collected.</summary>
public sealed class FileIdExpiredException(FileId file)
    : LightDfsException($"The id '{file}' was drawn too long ago to begin a new file. Draw a new id by FileId.New(), right before storing.")
{
    /// <summary>The file concerned.</summary>
    public FileId File { get; } = file;
}
