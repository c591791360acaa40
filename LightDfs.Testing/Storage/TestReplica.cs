using System.IO.Hashing;
using LightDfs.Files;

namespace LightDfs.Testing.Storage;

/// <summary>A content made from a seed, with its record.</summary>
internal sealed record TestReplica(byte[] Content, FileRecord Record)
{
    public static TestReplica Of(int length, int seed = 1)
    {
        var content = new byte[length];
        new Random(seed).NextBytes(content);
        return Of(content, $"file-{seed}.bin");
    }

    public static TestReplica Of(byte[] content, string? name = null) =>
        new(content, new FileRecord { Length = content.Length, Checksum = XxHash128.HashToUInt128(content), FileName = name, ContentType = "application/x-test" });

    /// <summary>Two replicas of one length that differ, the one with the smaller version first.</summary>
    public static (TestReplica Smaller, TestReplica Larger) Pair(int length)
    {
        var one = Of(length, 1);
        var other = Of(length, 2);
        return one.Record.Version < other.Record.Version ? (one, other) : (other, one);
    }

    /// <summary>An id in the form that ids have but for the check bits; ascending with the number.</summary>
    public static FileId Id(int number) => new(((UInt128)1_767_225_600_000UL << 80) | ((UInt128)(uint)number << 30) | 7);
}
