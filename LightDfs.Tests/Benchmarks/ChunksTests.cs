using System.Text;
using LightDfs.Benchmarks.Load;
using NUnit.Framework;

namespace LightDfs.Tests.Benchmarks;

public sealed class ChunksTests
{
    private static readonly byte[] Body = Encoding.ASCII.GetBytes($"3\r\n\r\n0\r\n1f\r\n{new string('\n', 31)}\r\n0010\r\n{new string('0', 16)}\r\n0\r\n\r\n");

    [Test]
    public void Content_is_counted_wherever_the_body_is_cut()
    {
        var chunks = new Chunks();
        for (var cut = 0; cut < Body.Length; cut++)
        {
            chunks.Clear();
            var content = chunks.Take(Body.AsSpan(0, cut));
            Assert.That(chunks.IsComplete, Is.False, $"after {cut} bytes");
            content += chunks.Take(Body.AsSpan(cut));

            Assert.That((chunks.IsComplete, content), Is.EqualTo((true, 3L + 31 + 16)), $"cut at {cut}");
        }
    }

    [Test]
    public void Body_of_nothing_is_complete_after_the_empty_line()
    {
        var chunks = new Chunks();

        Assert.That(chunks.Take("0\r\n"u8), Is.Zero);
        Assert.That(chunks.IsComplete, Is.False);
        Assert.That(chunks.Take("\r\n"u8), Is.Zero);
        Assert.That(chunks.IsComplete, Is.True);
    }

    [TestCase("0\r\n\r\nx")]
    [TestCase("no number\r\n")]
    [TestCase("ffffffffffffffff\r\n")]
    [TestCase("00000000000000000000000000000000000000000000001\r\n")]
    public void Damaged_chunks_are_refused(string text) =>
        Assert.That(() => new Chunks().Take(Encoding.ASCII.GetBytes(text)), Throws.TypeOf<InvalidDataException>());
}
