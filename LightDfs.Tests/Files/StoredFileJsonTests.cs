using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NUnit.Framework;

namespace LightDfs.Tests.Files;

/// <summary>What an app that answers with our types as JSON sends: nothing that a reader without 128-bit numbers must guess.</summary>
public sealed partial class StoredFileJsonTests
{
    private const string Hex = "00c0ffee000000000000000000000001";
    private static readonly UInt128 Checksum = UInt128.Parse(Hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    private static readonly StoredFile File = new() { Id = SampleIds.Create(), Length = 5, Checksum = Checksum, Copies = 2, FileName = "a.txt" };

    [Test]
    public void Checksum_is_the_hexadecimal_text_that_the_endpoints_send()
    {
        var json = JsonSerializer.Serialize(File);

        Assert.That(json, Does.Contain($"\"Checksum\":\"{Hex}\""));
        Assert.That(JsonSerializer.Deserialize<StoredFile>(json), Is.EqualTo(File));
    }

    [Test]
    public void Checksum_is_a_text_also_without_reflection()
    {
        var json = JsonSerializer.Serialize(File, SourceGenerated.Default.StoredFile);

        Assert.That(json, Does.Contain($"\"Checksum\":\"{Hex}\""));
        Assert.That(JsonSerializer.Deserialize(json, SourceGenerated.Default.StoredFile), Is.EqualTo(File));
    }

    [TestCase("1")]
    [TestCase("null")]
    [TestCase("\"c0ffee\"")]
    [TestCase("\" 0c0ffee000000000000000000000001\"")]
    [TestCase("\"xxc0ffee000000000000000000000001\"")]
    [TestCase("\"00c0ffee0000000000000000000000010\"")]
    public void Something_else_is_no_checksum(string value)
    {
        var json = JsonSerializer.Serialize(File).Replace($"\"{Hex}\"", value, StringComparison.Ordinal);

        Assert.That(Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<StoredFile>(json))!.Message, Does.Contain("32 hexadecimal digits"));
    }

    [Test]
    public void Versions_of_holdings_and_of_what_is_set_aside_are_texts_too()
    {
        var holding = new MachineHolding { Machine = null, Address = "", IsSelf = true, IsOwner = true, State = MachineState.Up, Holds = HoldingState.Damaged, Version = Checksum };
        var aside = new SetAsideReplica(File.Id, Checksum, 5, SetAsideReason.Clash, DateTimeOffset.UnixEpoch);

        foreach (var (one, other) in new[] { (JsonSerializer.Serialize(holding), JsonSerializer.Serialize(aside)), (JsonSerializer.Serialize(holding, SourceGenerated.Default.MachineHolding), JsonSerializer.Serialize(aside, SourceGenerated.Default.SetAsideReplica)) })
        {
            Assert.That(one, Does.Contain($"\"Version\":\"{Hex}\"").And.Contain("\"State\":\"Up\"").And.Contain("\"Holds\":\"Damaged\""));
            Assert.That(other, Does.Contain($"\"Version\":\"{Hex}\"").And.Contain("\"Reason\":\"Clash\""));
            Assert.That(JsonSerializer.Deserialize<MachineHolding>(one), Is.EqualTo(holding));
            Assert.That(JsonSerializer.Deserialize<SetAsideReplica>(other), Is.EqualTo(aside));
        }
        Assert.That(JsonSerializer.Serialize(holding with { Version = null }), Does.Contain("\"Version\":null"));
        Assert.That(JsonSerializer.Serialize<MachineIntent?>(MachineIntent.Draining), Is.EqualTo("\"Draining\""));
    }

    [JsonSerializable(typeof(StoredFile))]
    [JsonSerializable(typeof(MachineHolding))]
    [JsonSerializable(typeof(SetAsideReplica))]
    private sealed partial class SourceGenerated : JsonSerializerContext;
}
