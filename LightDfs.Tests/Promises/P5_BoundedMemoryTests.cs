using LightDfs.Peers;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Promises;

/// <summary>P5: transfers share one budget; slow peers push back on the uploader.</summary>
public sealed class P5_BoundedMemoryTests
{
    private const int Segment = 64 * 1024;
    private const int Budget = 4;
    private const int Uploads = 6;

    [Test]
    public async Task Uploads_are_read_no_further_than_the_budget_allows_while_peers_are_slow()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.ConfigureMachine = (_, machine) =>
        {
            machine.SegmentSize = Segment;
            machine.TransferMemory = Budget * Segment;
        });
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (waiting, account) = (0, new Account());
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.Asks() == Operation.Store)
            {
                // Each segment goes to two peers.
                if (Interlocked.Increment(ref waiting) == 2 * Budget)
                {
                    full.SetResult();
                }
                await go.Task.WaitAsync(cancellationToken);
            }
            return await exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        var uploads = Enumerable.Range(0, Uploads).Select(number => Task.Run(() =>
        {
            var stream = new CountedStream(ClusterSteps.Bytes(10 * Segment, number), account);
            return cluster[0].Files.StoreAsync(stream, new StoreOptions { Progress = stream });
        })).ToList();
        await full.Task.WaitAsync(ClusterSteps.Guard);
        go.SetResult();
        var stored = await Task.WhenAll(uploads).WaitAsync(ClusterSteps.Guard);

        // One free piece and one byte of looking ahead for each upload, and the budget.
        Assert.That(account.Most, Is.LessThanOrEqualTo((Budget * Segment) + (Uploads * (Segment + 1))).And.GreaterThanOrEqualTo(Budget * Segment));
        Assert.That(stored.Select(file => file.Length), Is.All.EqualTo(10 * Segment));
        Assert.That(await cluster[1].ReadAsync(stored[3].Id), Is.EqualTo(ClusterSteps.Bytes(10 * Segment, 3)));
    }

    /// <summary>Bytes that were taken from uploaders and not stored yet.</summary>
    private sealed class Account
    {
        private readonly Lock _lock = new();
        private long _held;

        public long Most { get; private set; }

        public void Add(long bytes)
        {
            lock (_lock)
            {
                _held += bytes;
                Most = Math.Max(Most, _held);
            }
        }
    }

    private sealed class CountedStream(byte[] content, Account account) : MemoryStream(content), IProgress<long>
    {
        private long _reported;

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            account.Add(read);
            return read;
        }

        public void Report(long value) => account.Add(-(value - Interlocked.Exchange(ref _reported, value)));
    }
}
