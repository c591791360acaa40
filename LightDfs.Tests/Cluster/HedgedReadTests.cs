using LightDfs.Peers;
using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>A machine that is slower than it usually is does not hold up a read: another owner is asked too.</summary>
public sealed class HedgedReadTests
{
    private static readonly byte[] Content = ClusterSteps.Bytes(5000);

    [Test]
    public async Task Second_owner_is_asked_when_the_first_is_slower_than_usual_and_the_first_may_go_on()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.ConfigureMachine = (_, machine) => machine.Replicas = 2);
        var (id, first) = await ReadOftenAsync(cluster);
        var wasCut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.Asks() == Operation.Read && exchange.To == first)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wasCut.TrySetResult();
            }
            return await exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        var content = await cluster[0].ReadAsync(id).WaitAsync(ClusterSteps.Guard);

        Assert.That(content, Is.EqualTo(Content));
        await wasCut.Task.WaitAsync(ClusterSteps.Guard);
    }

    /// <summary>The one that was slower is let to its end, and what it opened is closed.</summary>
    [Test]
    public async Task Answer_that_comes_too_late_is_given_back()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.ConfigureMachine = (_, machine) => machine.Replicas = 2);
        var (id, first) = await ReadOftenAsync(cluster);
        var wasRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var late = new TaskCompletionSource<ClosingStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            if (exchange.Asks() != Operation.Read || exchange.To != first)
            {
                return await exchange.DeliverAsync(exchange.Request, cancellationToken);
            }
            await wasRead.Task.WaitAsync(ClusterSteps.Guard, CancellationToken.None);
            var reply = await exchange.DeliverAsync(exchange.Request, CancellationToken.None);
            var body = new ClosingStream();
            await reply.Body!.CopyToAsync(body, CancellationToken.None);
            body.Position = 0;
            late.TrySetResult(body);
            return new PeerReply { Status = reply.Status, Head = reply.Head.ToArray(), Proof = reply.Proof.ToArray(), Body = body, BodyLength = reply.BodyLength };
        };

        var content = await cluster[0].ReadAsync(id).WaitAsync(ClusterSteps.Guard);
        wasRead.SetResult();

        Assert.That(content, Is.EqualTo(Content));
        await (await late.Task.WaitAsync(ClusterSteps.Guard)).Closed.WaitAsync(ClusterSteps.Guard);
    }

    [Test]
    public async Task Nobody_else_is_asked_while_a_machine_answers_as_usual()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(3, options => options.ConfigureMachine = (_, machine) => machine.Replicas = 2);
        var id = await StoreElsewhereAsync(cluster);
        var asked = 0;
        cluster.Network.Interceptor = (exchange, cancellationToken) =>
        {
            if (exchange.Asks() == Operation.Read)
            {
                Interlocked.Increment(ref asked);
            }
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };

        for (var read = 0; read < 200; read++)
        {
            await cluster[0].ReadAsync(id);
        }

        // One in twenty may be slower than nineteen of twenty.
        Assert.That(asked, Is.InRange(200, 210));
    }

    /// <summary>A file that was read so often that it is known how long that takes, and the machine that is asked for it first.</summary>
    private static async Task<(FileId Id, string? First)> ReadOftenAsync(LightDfsTestCluster cluster)
    {
        var id = await StoreElsewhereAsync(cluster);
        string? first = null;
        cluster.Network.Interceptor = (exchange, cancellationToken) =>
        {
            first ??= exchange.Asks() == Operation.Read ? exchange.To : null;
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };
        for (var read = 0; read < 64; read++)
        {
            await cluster[0].ReadAsync(id);
        }
        return (id, first);
    }

    /// <summary>Tells when it is closed.</summary>
    private sealed class ClosingStream : MemoryStream
    {
        private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Closed => _closed.Task;

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            _closed.TrySetResult();
        }
    }

    /// <summary>A file that the first machine holds no copy of.</summary>
    private static async Task<FileId> StoreElsewhereAsync(LightDfsTestCluster cluster)
    {
        while (true)
        {
            var stored = await cluster[1].StoreAsync(Content);
            if (cluster[0].Store.Find(stored.Id) is null)
            {
                return stored.Id;
            }
        }
    }
}
