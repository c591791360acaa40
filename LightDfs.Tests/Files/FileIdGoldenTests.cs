using System.Globalization;
using System.Text.Json.Nodes;
using LightDfs.Files;
using LightDfs.Ring;
using LightDfs.Tests.Ring.Golden;
using NUnit.Framework;

namespace LightDfs.Tests.Files;

public sealed class FileIdGoldenTests
{
    private static IEnumerable<TestCaseData> Ids => GoldenFile.Ids.Select(golden => new TestCaseData(golden).SetArgDisplayNames(golden.Text("text")));

    [TestCaseSource(nameof(Ids))]
    public void Id_is_what_the_independent_program_says(JsonNode golden)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(golden["milliseconds"]!.GetValue<long>());

        var id = FileId.Create((FileKind)golden.Int("kind"), time, new FixedRandom(golden.Hex64("random")));

        Assert.That(id.Value, Is.EqualTo(UInt128.Parse(golden.Text("bits"), NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        Assert.That(id.ToString(), Is.EqualTo(golden.Text("text")));
        Assert.That(id.ToGuid().ToString(), Is.EqualTo(golden.Text("guid")));
        Assert.That(Partitions.Of(id), Is.EqualTo(golden.Int("partition")));
        foreach (var salted in golden["salted"]!.AsArray())
        {
            Assert.That(id.WithSalt(salted.Hex64("salt")).ToString(), Is.EqualTo(salted.Text("text")));
        }
    }

    [TestCaseSource(nameof(Ids))]
    public void Text_and_guid_of_the_independent_program_are_read(JsonNode golden)
    {
        var id = FileId.Parse(golden.Text("text"));

        Assert.That(FileId.FromGuid(Guid.Parse(golden.Text("guid"))), Is.EqualTo(id));
        Assert.That(id.Created.ToUnixTimeMilliseconds(), Is.EqualTo(golden["milliseconds"]!.GetValue<long>()));
        Assert.That((int)id.Kind, Is.EqualTo(golden.Int("kind")));
    }

    private sealed class FixedRandom(ulong value) : LightDfs.Chance.RandomSource
    {
        public override void Fill(Span<byte> buffer) => BitConverter.TryWriteBytes(buffer, value);
    }
}
