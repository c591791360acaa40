using System.Security.Cryptography;
using System.Text;
using LightDfs.Cluster;
using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Repair;
using LightDfs.Repair.Comparing;
using LightDfs.Repair.Mending;
using LightDfs.Ring;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Peers;

namespace LightDfs.Tests.Fuzzing.Targets;

/// <summary>
/// A machine that gets requests which a member signed, so that they are proven, with payloads and bodies that are anything: as of a member of another version. Each is answered, and none fails inside.
/// (Membership and merges are left out: each new machine would make rings. Their maps have targets of their own.)
/// </summary>
internal sealed class PeerHandler
{
    private static readonly PeerConnection Connection = new(IsProtected: false, IsLoopback: true, Remote: "member");
    private static readonly Operation[] Asked = [.. Enum.GetValues<Operation>().Where(operation => operation is > Operation.Propose and not (Operation.Membership or Operation.Merge))];
    private static readonly TestReplica Replica = TestReplica.Of(100);
    private readonly Lazy<(TestMachine Asked, RequestHead Real)> _member = new(() => Task.Run(StartAsync).GetAwaiter().GetResult());
    private readonly ClusterKeys _keys = new("lightdfs", null, null);
    private ulong _counter = 1_000_000;

    private PeerHandler()
    {
    }

    public static FuzzTarget Target
    {
        get
        {
            var handler = new PeerHandler();
            return new FuzzTarget("peer handler", [.. Seeds], handler.Run) { Memory = 1 << 20, MemoryPerByte = 256, Every = 5 };
        }
    }

    /// <summary>Number of the operation, length of the payload, payload, body.</summary>
    private static IEnumerable<byte[]> Seeds
    {
        get
        {
            var id = FileId.New();
            var stamp = new ReplicaStamp(id, ReplicaState.Present, Replica.Record.Version, 100, default);
            yield return Of(Operation.Heartbeat, Samples.Report.Encode());
            yield return Of(Operation.Store, ReplicaWire.Store(id, Replica.Record), Replica.Content);
            yield return Of(Operation.Read, ReplicaWire.Read(id, 0, 0, 1, true));
            yield return Of(Operation.Find, ReplicaWire.Id(id));
            yield return Of(Operation.Delete, ReplicaWire.Delete(FileId.New(), Samples.Time));
            yield return Of(Operation.List, ReplicaWire.List(null));
            yield return Of(Operation.Explain, ReplicaWire.Id(id));
            yield return Of(Operation.Tombstones, TombstonePage.Question(null), PartitionSet.All().Encoded.ToArray());
            yield return Of(Operation.Introduce, new LightDfs.Membership.Introduction([new("memory://a", true)]).Encode());
            yield return Of(Operation.Compare, ComparisonWire.Question(0, ComparisonLevel.Partitions, 0), ComparisonWire.Numbers([1, 2]).ToArray());
            yield return Of(Operation.Confirm, MendWire.Question(0, true), MendWire.Asked([stamp]).ToArray());
            yield return Of(Operation.Mend, MendWire.Copy(id, Replica.Record, default), Replica.Content);
            yield return Of(Operation.Mend, MendWire.Copy(FileId.New(), null, Samples.Time));
            yield return Of(Operation.Holdings, default);
            yield return Of(Operation.Away, CommandOperations.Away(TimeSpan.FromMinutes(1)));
        }
    }

    private static byte[] Of(Operation operation, ReadOnlyMemory<byte> payload, byte[]? body = null) =>
        [(byte)Array.IndexOf(Asked, operation), (byte)payload.Length, (byte)(payload.Length >> 8), .. payload.Span, .. body ?? []];

    /// <summary>A machine, and a real request of its peer.</summary>
    private static async Task<(TestMachine Asked, RequestHead Real)> StartAsync()
    {
        var cluster = await LightDfsTestCluster.StartAsync(2);
        RequestHead? real = null;
        cluster.Network.Interceptor = (exchange, cancellationToken) =>
        {
            real = exchange.To == cluster[0].Address && RequestHead.TryDecode(exchange.Request.Head.Span, out var head) && head.Operation == Operation.Heartbeat ? head : real;
            return exchange.DeliverAsync(exchange.Request, cancellationToken);
        };
        await cluster[1].MeetPeersAsync();
        return (cluster[0], real!);
    }

    private void Run(byte[] input)
    {
        if (input.Length < 3)
        {
            return;
        }
        var payload = Math.Min(input[1] | ((input[2] & 15) << 8), input.Length - 3);
        AskAsync(Asked[input[0] % Asked.Length], input.AsMemory(3, payload), input[(3 + payload)..]).GetAwaiter().GetResult();
    }

    private async Task AskAsync(Operation operation, ReadOnlyMemory<byte> payload, byte[] body)
    {
        var (asked, real) = _member.Value;
        var head = (real with
        {
            Operation = operation,
            Counter = ++_counter,
            BodyLength = body.Length,
            BodyHash = body.Length == 0 ? default : SHA256.HashData(body),
            Payload = payload,
        }).Encode();
        var request = new PeerRequest { Head = head, Proof = _keys.SignRequest(head.Span), Body = body.Length == 0 ? null : new MemoryStream(body), BodyLength = body.Length };
        await using var reply = await asked.Running.PeerHandler.HandleAsync(request, Connection, CancellationToken.None);
        if (!_keys.IsProven(reply, request.Proof.Span) || !ReplyHead.TryDecode(reply.Head.Span, out var answer))
        {
            throw new FuzzFailure($"{operation} is not answered: {reply.Status}");
        }
        if (Encoding.UTF8.GetString(answer.Payload.Span).StartsWith("it failed to do it", StringComparison.Ordinal))
        {
            throw new FuzzFailure($"{operation}: {Encoding.UTF8.GetString(answer.Payload.Span)}");
        }
    }
}
