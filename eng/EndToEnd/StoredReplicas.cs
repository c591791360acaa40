using System.Buffers.Binary;
using LightDfs;

namespace EndToEnd;

/// <summary>Where the replicas of a machine lie on its disk: those in files of their own, and those in volumes, as the formats have it.</summary>
internal static class StoredReplicas
{
    private const int HeadSize = 88;
    private const byte ReplicaKind = 1;

    public static IEnumerable<StoredReplica> Of(Server server) =>
    [
        .. Files(server, "*.replica").Select(path => new FileInfo(path)).Where(file => file.Exists).Select(file => new StoredReplica(Path.GetFileNameWithoutExtension(file.Name), file.FullName, 0, file.Length, 0)),
        .. Files(server, "*.volume").SelectMany(InVolume),
    ];

    /// <summary>The replica of a file; <see langword="null"/> when this machine has none.</summary>
    public static StoredReplica? Find(Server server, string id)
    {
        var name = FileId.Parse(id).ToGuid().ToString("N");
        return Of(server).FirstOrDefault(replica => replica.Name == name);
    }

    private static IEnumerable<string> Files(Server server, string pattern) => Directory.EnumerateFiles(server.DataDirectory, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static List<StoredReplica> InVolume(string path)
    {
        var found = new List<StoredReplica>();
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            // Compacted since it was listed.
            return found;
        }
        using var closing = file;
        var head = new byte[HeadSize];
        while (file.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false) == HeadSize && head.AsSpan().StartsWith("LDVE"u8))
        {
            var start = file.Position - HeadSize;
            var (content, record) = (BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(48)), BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(52)));
            var trailer = ((content + 65_535) / 65_536 * 8) + record;
            var length = (HeadSize + trailer + content + 7) & ~7;
            if (head[5] == ReplicaKind)
            {
                found.Add(new StoredReplica(Convert.ToHexStringLower(head.AsSpan(16, 16)), path, start, length, HeadSize + trailer));
            }
            file.Position = start + length;
        }
        return found;
    }
}

/// <summary>Bytes on a disk that are a replica.</summary>
/// <param name="Name">The id, in 32 hexadecimal digits.</param>
/// <param name="Path">The file they are in.</param>
/// <param name="Start">Where they begin in it.</param>
/// <param name="Length">How many they are.</param>
/// <param name="ContentAt">Where the content begins in them.</param>
internal sealed record StoredReplica(string Name, string Path, long Start, long Length, int ContentAt);
