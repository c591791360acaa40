using System.IO.Hashing;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Testing.Conformance;

public abstract partial class ReplicaStoreConformance
{
    /// <summary>Round trips.</summary>
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(Pages.Size - 1)]
    [TestCase(Pages.Size)]
    [TestCase(Pages.Size + 1)]
    [TestCase((3 * Pages.Size) + 77)]
    [TestCase(8 * 1024 * 1024)]
    public async Task Replica_stored_reads_back_exactly(int length)
    {
        var replica = TestReplica.Of(length);

        Assert.That(await Put(Id(1), replica), Is.EqualTo(CommitOutcome.Stored));

        await using var reader = await Store.OpenReplicaAsync(Id(1));
        var content = new byte[length + 5];
        Assert.That(await reader!.ReadAsync(0, content), Is.EqualTo(length));
        Assert.That(content.AsSpan(0, length).SequenceEqual(replica.Content));
        Assert.That(reader.Record, Is.EqualTo(replica.Record));
        Assert.That(reader.Version, Is.EqualTo(replica.Record.Version));
        Assert.That(reader.PageChecksums.ToArray(), Is.EqualTo(replica.Content.Chunk(Pages.Size).Select(page => XxHash3.HashToUInt64(page))));
        Assert.That(Store.Find(Id(1)), Is.EqualTo(new ReplicaStamp(Id(1), ReplicaState.Present, replica.Record.Version, length, default)));
        Assert.That(await Store.VerifyAsync(Id(1)), Is.EqualTo(Store.Find(Id(1))));
    }

    /// <summary>Appends of any size make the same replica.</summary>
    [Test]
    public async Task Replica_stored_in_odd_pieces_reads_back_exactly()
    {
        var replica = TestReplica.Of((4 * Pages.Size) + 12345);
        await using (var writer = await Store.BeginAsync(Id(1), replica.Record))
        {
            var random = new Random(5);
            for (var at = 0; at < replica.Content.Length;)
            {
                var count = Math.Min(random.Next(3) == 0 ? random.Next(2 * Pages.Size) : random.Next(2000), replica.Content.Length - at);
                await writer.AppendAsync(replica.Content.AsMemory(at, count));
                at += count;
            }
            Assert.That(await writer.CommitAsync(), Is.EqualTo(CommitOutcome.Stored));
        }

        Assert.That((await Read(Id(1))).AsSpan().SequenceEqual(replica.Content));
    }

    /// <summary>Ranges.</summary>
    [Test]
    public async Task Range_anywhere_reads_the_bytes_that_are_there()
    {
        const int length = (3 * Pages.Size) + 100;
        var replica = TestReplica.Of(length);
        await Put(Id(1), replica);
        await using var reader = await Store.OpenReplicaAsync(Id(1));
        var random = new Random(3);
        int[] edges = [0, 1, Pages.Size - 1, Pages.Size, Pages.Size + 1, 2 * Pages.Size, length - 1, length, length + 1, length + Pages.Size];

        foreach (var offset in edges.Concat(Enumerable.Range(0, 50).Select(_ => random.Next(length))))
        {
            foreach (var count in edges.Append(random.Next(length)))
            {
                var buffer = new byte[count];
                var expected = replica.Content.AsSpan(Math.Min(offset, length), Math.Clamp(length - offset, 0, count)).ToArray();
                var read = await reader!.ReadAsync(offset, buffer);
                Assert.That(buffer.AsSpan(0, read).SequenceEqual(expected), $"{count} bytes at {offset}");
            }
        }
    }

    /// <summary>Concurrent reads of one reader.</summary>
    [Test]
    public async Task Reader_shared_by_many_reads_gives_each_its_bytes()
    {
        var replica = TestReplica.Of(10 * Pages.Size);
        await Put(Id(1), replica);
        await using var reader = await Store.OpenReplicaAsync(Id(1));

        await Parallel.ForAsync(0, 100, async (number, cancellationToken) =>
        {
            var buffer = new byte[5000];
            Assert.That(await reader!.ReadAsync(number * 6000, buffer, cancellationToken), Is.EqualTo(5000));
            Assert.That(buffer.AsSpan().SequenceEqual(replica.Content.AsSpan(number * 6000, 5000)));
        });
    }

    /// <summary>Too many bytes are refused.</summary>
    [Test]
    public async Task Content_longer_than_its_record_is_refused()
    {
        var replica = TestReplica.Of(100);
        await using var writer = await Store.BeginAsync(Id(1), replica.Record);
        await writer.AppendAsync(replica.Content);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await writer.AppendAsync(new byte[1]));

        Assert.That(Store.Find(Id(1)), Is.Null);
    }

    /// <summary>Too few bytes are refused.</summary>
    [Test]
    public async Task Content_shorter_than_its_record_is_refused()
    {
        var replica = TestReplica.Of(100);
        await using var writer = await Store.BeginAsync(Id(1), replica.Record);
        await writer.AppendAsync(replica.Content.AsMemory(0, 99));

        await Assert.ThrowsAsync<InvalidDataException>(async () => await writer.CommitAsync());

        await AssertNothingOf(1);
    }

    /// <summary>Other bytes are refused.</summary>
    [Test]
    public async Task Content_with_another_checksum_is_refused()
    {
        var replica = TestReplica.Of(Pages.Size * 2);
        await using var writer = await Store.BeginAsync(Id(1), replica.Record);
        replica.Content[Pages.Size] ^= 1;
        await writer.AppendAsync(replica.Content);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await writer.CommitAsync());

        await AssertNothingOf(1);
    }

    /// <summary>A writer that is dropped leaves nothing.</summary>
    [Test]
    public async Task Writer_disposed_without_commit_leaves_nothing()
    {
        var replica = TestReplica.Of(100);
        await using (var writer = await Store.BeginAsync(Id(1), replica.Record))
        {
            await writer.AppendAsync(replica.Content);
            Assert.That(Store.Find(Id(1)), Is.Null);
        }

        await AssertNothingOf(1);
    }

    /// <summary>A cancelled token is honoured before anything is done.</summary>
    [Test]
    public async Task Cancelled_token_throws_and_nothing_is_stored()
    {
        var cancelled = new CancellationToken(canceled: true);
        var replica = TestReplica.Of(100);
        await Put(Id(2), replica);
        await using var writer = await Store.BeginAsync(Id(1), replica.Record);
        await writer.AppendAsync(replica.Content);
        await using var reader = await Store.OpenReplicaAsync(Id(2));

        await Assert.CatchAsync<OperationCanceledException>(async () => await Store.BeginAsync(Id(3), replica.Record, cancelled));
        await Assert.CatchAsync<OperationCanceledException>(async () => await writer.AppendAsync(Array.Empty<byte>(), cancelled));
        await Assert.CatchAsync<OperationCanceledException>(async () => await writer.CommitAsync(cancellationToken: cancelled));
        await Assert.CatchAsync<OperationCanceledException>(async () => await Store.OpenReplicaAsync(Id(2), cancelled));
        await Assert.CatchAsync<OperationCanceledException>(async () => await reader!.ReadAsync(0, new byte[1], cancelled));
        await Assert.CatchAsync<OperationCanceledException>(async () => await Store.DeleteAsync(Id(2), Noon, cancelled));
        await Assert.CatchAsync<OperationCanceledException>(async () => await Store.VerifyAsync(Id(2), cancelled));
        await Assert.CatchAsync<OperationCanceledException>(async () => await Store.SaveDocumentAsync("doc", new byte[1], cancelled));
        await Assert.CatchAsync<OperationCanceledException>(async () => await Store.LoadDocumentAsync("doc", cancelled));

        await AssertNothingOf(1);
        Assert.That(Store.Find(Id(2))?.State, Is.EqualTo(ReplicaState.Present));
        Assert.That(await Store.LoadDocumentAsync("doc"), Is.Null);
    }

    private async Task AssertNothingOf(int number)
    {
        Assert.That(Store.Find(Id(number)), Is.Null);
        Assert.That(await Store.OpenReplicaAsync(Id(number)), Is.Null);
        Assert.That(Store.List(null, 100).Select(stamp => stamp.Id), Has.None.EqualTo(Id(number)));
        Assert.That(await Store.VerifyAsync(Id(number)), Is.Null);
    }
}
