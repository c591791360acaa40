using System.Security.Cryptography;

namespace EndToEnd;

/// <summary>Servers that know each other, in a folder that goes with them when all went well.</summary>
internal sealed class Servers : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lightdfs-end-to-end-");

    private Servers(int count, MakeServer make)
    {
        var key = count > 1 ? Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) : null;
        All = [.. Enumerable.Range(0, count).Select(i => make(i, $"machine{i + 1}", _folder.FullName, key))];
    }

    /// <summary>Makes the server of a number, from 0.</summary>
    public delegate Server MakeServer(int number, string name, string folder, string? clusterKey);

    public IReadOnlyList<Server> All { get; }

    public string Folder => _folder.FullName;

    /// <summary>True keeps the folder, with data and logs, for people to look at.</summary>
    public bool Keep { get; set; }

    public static Servers Prepare(int count)
    {
        var addresses = FreeAddresses.Find(count);
        return Prepare(count, (i, name, folder, key) => new Server(name, addresses[i], count > 1 ? addresses : [], folder, key));
    }

    public static Servers Prepare(int count, MakeServer make) => new(count, make);

    /// <summary>Starts all of them, and waits until they serve.</summary>
    /// <returns>What speaks against it.</returns>
    public async Task<List<string>> StartAsync()
    {
        foreach (var server in All)
        {
            server.Start();
        }
        return [.. (await Task.WhenAll(All.Select(server => server.WaitUntilReadyAsync()))).OfType<string>()];
    }

    /// <summary>Starts all of them, and stores files on them.</summary>
    /// <returns>What is kept, and what speaks against it.</returns>
    public async Task<(List<Kept> Kept, List<string> Problems)> StartFilledAsync(IEnumerable<FileInfo> files)
    {
        var problems = await StartAsync();
        var (kept, refused) = await Transfers.UploadAsync(files, All);
        return (kept, [.. problems, .. refused]);
    }

    public void Dispose()
    {
        foreach (var server in All)
        {
            server.Dispose();
        }
        if (Keep)
        {
            Console.WriteLine($"Data and logs are kept in {_folder.FullName}.");
        }
        else
        {
            _folder.Delete(recursive: true);
        }
    }
}
