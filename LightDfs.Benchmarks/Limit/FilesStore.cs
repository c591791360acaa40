using System.IO.Pipelines;
using LightDfs.Storage.Disks;

namespace LightDfs.Benchmarks.Limit;

/// <summary>One file per body: temporary name, write, flush, rename. Without a flush of the directory the new name may be lost, so that promises less than LightDfs does.</summary>
internal sealed class FilesStore : ILimitStore, IDisposable
{
    private readonly string _directory;
    private readonly bool _flushesNames;

    /// <param name="directory">Where the files are.</param>
    /// <param name="flushesNames">Whether the directory is flushed after each rename.</param>
    public FilesStore(string directory, bool flushesNames)
    {
        (_directory, _flushesNames) = (directory, flushesNames);
        for (var i = 0; i < 256; i++)
        {
            Directory.CreateDirectory(Path.Combine(directory, i.ToString("x2", null)));
        }
        if (flushesNames)
        {
            NativeDisk.FlushDirectory(directory);
        }
    }

    public async ValueTask<string> StoreAsync(PipeReader body, long length)
    {
        var name = Guid.NewGuid().ToString("n");
        var path = PathOf(name);
        var temporary = path + ".tmp";
        // CreateNew: Create truncates, which ext4 answers with an early writeback.
        using (var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            await Bodies.ReceiveAsync(body, length, file, static (file, piece, offset) => Bodies.Write(file, piece, offset));
            NativeDisk.FlushFile(file, temporary);
        }
        File.Move(temporary, path);
        if (_flushesNames)
        {
            NativeDisk.FlushDirectory(Path.GetDirectoryName(path)!);
        }
        return name;
    }

    public async Task SendAsync(string name, HttpResponse response)
    {
        using var file = File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await Bodies.SendAsync(file, 0, RandomAccess.GetLength(file), response);
    }

    public void Dispose()
    {
    }

    private string PathOf(string name) => Path.Combine(_directory, name[..2], name);
}
