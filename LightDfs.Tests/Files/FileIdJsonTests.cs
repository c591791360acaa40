using System.Text.Json;
using System.Text;
using CsCheck;
using NUnit.Framework;

namespace LightDfs.Tests.Files;

public sealed class FileIdJsonTests
{
    private sealed record Invoice(FileId Scan, FileId? Draft, Dictionary<FileId, MachineId> Keepers);

    private sealed record Holder(FileId Id);

    [Test]
    public void Record_with_ids_and_keys_comes_back() =>
        Gen.Select(SampleIds.Any, SampleIds.Any, Gen.ULong).Sample((first, second, machine) =>
        {
            var keeper = new MachineId(machine);

            var json = JsonSerializer.Serialize(new Invoice(first, null, new() { [first] = keeper, [second] = keeper }));
            var read = JsonSerializer.Deserialize<Invoice>(json)!;

            return json.Contains($"\"Scan\":\"{first}\",\"Draft\":null,\"Keepers\":{{\"{first}\":\"{keeper}\"", StringComparison.Ordinal)
                && read.Scan == first && read.Draft is null && read.Keepers[first] == keeper && read.Keepers[second] == keeper;
        });

    [Test]
    public void Escaped_characters_are_read()
    {
        var id = SampleIds.Create();
        var escaped = string.Concat(id.ToString().Select(c => $"\\u{(int)c:x4}"));

        Assert.That(JsonSerializer.Deserialize<FileId>($"\"{escaped}\""), Is.EqualTo(id));
    }

    [Test]
    public async Task Text_cut_across_buffers_is_read()
    {
        var id = SampleIds.Create();
        var json = Encoding.UTF8.GetBytes($"{{\"Id\":\"{id}\"}}");

        var read = await JsonSerializer.DeserializeAsync<Holder>(new DripStream(json));

        Assert.That(read!.Id, Is.EqualTo(id));
    }

    [TestCase("{\"Id\":\"06d0h0m8\"}", "it has 8 characters")]
    [TestCase("{\"Id\":12}", "JSON string")]
    [TestCase("{\"Id\":null}", "JSON string")]
    [TestCase("{\"Id\":{}}", "JSON string")]
    public void Something_else_is_refused_with_the_reason(string json, string reason) =>
        Assert.That(Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Holder>(json))!.Message, Does.Contain(reason));

    [Test]
    public void Endless_text_is_refused() =>
        Assert.That(
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<FileId>($"\"{new string('0', 100_000)}\""))!.Message,
            Does.Contain("too long"));

    [Test]
    public void Wrong_key_is_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Dictionary<FileId, int>>("{\"nonsense\":1}"));

    /// <summary>Gives one byte a read.</summary>
    private sealed class DripStream(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
