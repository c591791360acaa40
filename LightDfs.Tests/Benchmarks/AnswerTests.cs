using System.Text;
using LightDfs.Benchmarks.Load;
using NUnit.Framework;

namespace LightDfs.Tests.Benchmarks;

public sealed class AnswerTests
{
    private const string Stored = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\nDate: Mon, 30 Nov 2026 09:00:00 GMT\r\nLocation: /files/0123abcd\r\n\r\n";
    private const string Read = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n\r\n\r\nan answer";
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1A\r\nabcdefghijklmnopqrstuvwxy\n\r\n0\r\n\r\n";

    [TestCase(Stored, 201, 0)]
    [TestCase(Read, 200, 13)]
    [TestCase(Chunked, 200, 31)]
    public void Answer_cut_at_any_byte_is_read_like_one_that_comes_as_a_whole(string text, int status, long length)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        var answer = new Answer();
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            answer.Clear();
            answer.Take(bytes.AsSpan(0, cut));
            Assert.That(answer.IsComplete, Is.False, $"after {cut} bytes");
            answer.Take(bytes.AsSpan(cut));
            Assert.That((answer.IsComplete, answer.Status, answer.Length, answer.Left), Is.EqualTo((true, status, length, 0L)), $"cut at {cut}");
        }
    }

    [TestCase(Stored, 201, 0)]
    [TestCase(Read, 200, 13)]
    [TestCase(Chunked, 200, 31)]
    public void Answer_that_comes_byte_by_byte_is_complete_with_its_last_one(string text, int status, long length)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        var answer = new Answer();

        foreach (var one in bytes)
        {
            Assert.That(answer.IsComplete, Is.False);
            answer.Take([one]);
        }

        Assert.That((answer.IsComplete, answer.Status, answer.Length), Is.EqualTo((true, status, length)));
    }

    [Test]
    public void Id_is_the_last_part_of_the_location_wherever_the_head_was_cut()
    {
        var bytes = Encoding.ASCII.GetBytes(Stored);
        var answer = new Answer();
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            answer.Clear();
            answer.Take(bytes.AsSpan(0, cut));
            answer.Take(bytes.AsSpan(cut));

            Assert.That(answer.Id(), Is.EqualTo("0123abcd"));
        }
    }

    [Test]
    public void Body_that_is_thrown_away_unseen_counts()
    {
        var answer = new Answer();

        answer.Take(Encoding.ASCII.GetBytes(Read[..^9]));
        Assert.That(answer.Left, Is.EqualTo(9));
        answer.Skip(8);
        Assert.That(answer.IsComplete, Is.False);
        answer.Skip(1);

        Assert.That((answer.IsComplete, answer.Length), Is.EqualTo((true, 13L)));
        Assert.That(() => answer.Skip(1), Throws.TypeOf<InvalidDataException>());
    }

    [TestCase(Stored + "x")]
    [TestCase(Read + "x")]
    [TestCase(Chunked + "x")]
    [TestCase("HTTP/1.1 200 OK\r\nDate: now\r\n\r\n")]
    [TestCase("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [TestCase("HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n")]
    public void What_is_no_answer_or_more_than_one_is_refused(string text) =>
        Assert.That(() => new Answer().Take(Encoding.ASCII.GetBytes(text)), Throws.TypeOf<InvalidDataException>());

    [Test]
    public void Head_without_end_is_refused()
    {
        var answer = new Answer();
        var bytes = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nX: " + new string('x', 16 * 1024));

        Assert.That(() => answer.Take(bytes), Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public void Answer_without_a_location_has_no_id()
    {
        var answer = new Answer();

        answer.Take(Encoding.ASCII.GetBytes(Read));

        Assert.That(answer.Id, Throws.TypeOf<InvalidDataException>());
    }
}
