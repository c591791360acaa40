using CsCheck;
using LightDfs.Chance;
using LightDfs.Files;
using LightDfs.Testing.Chance;

namespace LightDfs.Tests.Files;

internal static class SampleIds
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Both kinds, any time from 1970 to 9999, any random bits.</summary>
    public static readonly Gen<FileId> Any = Gen.Select(
        Gen.Bool,
        Gen.Long[0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()],
        Gen.ULong,
        (segment, milliseconds, seed) => Create(segment ? FileKind.Segment : FileKind.File, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), seed));

    public static FileId Create(FileKind kind = FileKind.File, DateTimeOffset? time = null, ulong seed = 1) =>
        FileId.Create(kind, time ?? Noon, new SeededRandom(seed));

    public static FileId CreateWith(RandomSource random) => FileId.Create(FileKind.File, Noon, random);
}
