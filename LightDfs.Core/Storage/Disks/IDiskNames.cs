namespace LightDfs.Storage.Disks;

/// <summary>The names on a disk. A change of names outlives a crash only once the directory is flushed.</summary>
internal interface IDiskNames
{
    bool DirectoryExists(string path);

    bool FileExists(string path);

    /// <summary>Makes one directory, whose parent is there; one of this name is as good.</summary>
    void CreateDirectory(string path);

    /// <summary>Names, not paths, of the files in a directory, sorted ordinally.</summary>
    IReadOnlyList<string> FilesIn(string path);

    /// <summary>Names, not paths, of the directories in a directory, sorted ordinally.</summary>
    IReadOnlyList<string> DirectoriesIn(string path);

    /// <summary>Moves a file, in one step, in place of whatever file has the new name.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file; none of this name is as good.</summary>
    void Delete(string path);

    /// <summary>Makes the names in a directory durable.</summary>
    void FlushDirectory(string path);
}
