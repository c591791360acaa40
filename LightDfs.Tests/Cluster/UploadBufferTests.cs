using LightDfs.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>What is sent to several machines is in memory once.</summary>
public sealed class UploadBufferTests
{
    [Test]
    public void Every_machine_is_sent_the_bytes_themselves_and_no_copy()
    {
        var bytes = new byte[100];
        var buffer = new UploadBuffer(bytes, bytes.Length, null);
        using var first = buffer.Body.Open();
        using var second = buffer.Body.Open();

        bytes.AsSpan().Fill(7);

        Assert.That((first.ReadByte(), second.ReadByte(), buffer.Content.Span[0]), Is.EqualTo((7, 7, 7)));
        var (once, again) = (buffer.Body, buffer.Body);
        Assert.That(again, Is.SameAs(once), "so its hash is computed once");
    }
}
