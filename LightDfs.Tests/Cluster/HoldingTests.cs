using CsCheck;
using LightDfs.Cluster;
using LightDfs.Ring;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>What machines tell each other of their holdings, for plans.</summary>
public sealed class HoldingTests
{
    private static readonly Gen<SortedDictionary<int, Holding>> Any = Gen.Select(Gen.Int[0, Partitions.Count - 1], Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue], Gen.ULong,
            (partition, replicas, bytes, digest) => KeyValuePair.Create(partition, new Holding(replicas, bytes, digest)))
        .Array[0, 20].Select(entries => new SortedDictionary<int, Holding>(entries.DistinctBy(entry => entry.Key).ToDictionary()));

    [Test]
    public void Holdings_are_read_back() =>
        Any.Sample(holdings => Holding.TryDecode(Holding.Encode(holdings).Span, out var read) && read.SequenceEqual(holdings));

    [Test]
    public void Truncated_or_longer_holdings_are_refused() => Any.Sample(holdings =>
    {
        var bytes = Holding.Encode(holdings);
        return Enumerable.Range(0, bytes.Length).All(length => !Holding.TryDecode(bytes.Span[..length], out _)) && !Holding.TryDecode([.. bytes.Span, 0], out _);
    });

    [Test]
    public void Partitions_out_of_order_or_range_and_negative_numbers_are_refused()
    {
        var one = Encoded((1, 1, 1));

        Assert.That(Holding.TryDecode(one, out _), Is.True);
        Assert.That(Holding.TryDecode(Encoded((2, 1, 1), (1, 1, 1)), out _), Is.False);
        Assert.That(Holding.TryDecode(Encoded((1, 1, 1), (1, 1, 1)), out _), Is.False);
        Assert.That(Holding.TryDecode(Encoded((Partitions.Count, 1, 1)), out _), Is.False);
        Assert.That(Holding.TryDecode(Encoded((-1, 1, 1)), out _), Is.False);
        Assert.That(Holding.TryDecode(Encoded((1, -1, 1)), out _), Is.False);
        Assert.That(Holding.TryDecode(Encoded((1, 1, -1)), out _), Is.False);
    }

    [Test]
    public async Task Damaged_replicas_and_tombstones_are_no_good_copies()
    {
        await using var store = new InMemoryReplicaStore();
        await store.OpenAsync();
        var (good, damaged, deleted) = (FileId.New(), FileId.New(), FileId.New());
        foreach (var id in new[] { good, damaged, deleted })
        {
            var replica = TestReplica.Of(100, 1);
            await using var writer = await store.BeginAsync(id, replica.Record);
            await writer.AppendAsync(replica.Content);
            await writer.CommitAsync();
        }
        await store.DeleteAsync(deleted, DateTimeOffset.UnixEpoch);
        store.FlipByte(damaged, 0);
        await store.VerifyAsync(damaged);

        var holdings = Holding.Of(store);

        Assert.That(holdings.Values.Sum(holding => holding.Replicas), Is.EqualTo(1));
        Assert.That(holdings.Keys, Is.EqualTo(new[] { Partitions.Of(good) }));
        Assert.That(holdings[Partitions.Of(good)], Is.EqualTo(new Holding(1, 100, store.DigestOf(Partitions.Of(good)).Present)));
    }

    private static byte[] Encoded(params (int Partition, long Replicas, long Bytes)[] entries)
    {
        var to = new LightDfs.Peers.WireWriter().Int32(entries.Length);
        foreach (var (partition, replicas, bytes) in entries)
        {
            to.Int32(partition).Int64(replicas).Int64(bytes).UInt128(1);
        }
        return to.Written.ToArray();
    }
}
