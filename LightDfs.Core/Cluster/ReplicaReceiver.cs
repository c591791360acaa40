using System.Buffers;
using System.Security.Cryptography;
using LightDfs.Files;
using LightDfs.Peers;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>Takes a replica that comes as the body of a request into this machine's store: nothing of it counts before all of it is proven.</summary>
internal static class ReplicaReceiver
{
    /// <param name="store">Where it goes.</param>
    /// <param name="call">The request.</param>
    /// <param name="id">Whose replica it is.</param>
    /// <param name="record">Its record, which promises the body's length.</param>
    /// <param name="mode">What another version means.</param>
    /// <param name="refusal">Why it is not taken, asked once more before it counts; <see langword="null"/> when it is.</param>
    /// <param name="cancellationToken">Ends it; nothing is stored then.</param>
    public static async ValueTask<PeerOutcome> ReceiveAsync(
        IReplicaStore store, PeerCall call, FileId id, FileRecord record, CommitMode mode, Func<Refusal?> refusal, CancellationToken cancellationToken)
    {
        var writer = await store.BeginAsync(id, record, cancellationToken).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            if (!await CopyAsync(call, writer, cancellationToken).ConfigureAwait(false))
            {
                return PeerOutcome.Because(PeerStatus.BadRequest, "the body is not the one that was signed: it was altered on the way");
            }
            if (refusal() is { } late)
            {
                return late.Outcome;
            }
            try
            {
                return new PeerOutcome(await writer.CommitAsync(mode, cancellationToken).ConfigureAwait(false) switch
                {
                    CommitOutcome.Deleted => PeerStatus.Deleted,
                    CommitOutcome.Conflict => PeerStatus.Conflict,
                    _ => PeerStatus.Ok,
                });
            }
            catch (InvalidDataException cause)
            {
                return PeerOutcome.Because(PeerStatus.BadRequest, cause.Message);
            }
        }
    }

    /// <summary>Takes the body in; false when it is not the one that was signed.</summary>
    private static async ValueTask<bool> CopyAsync(PeerCall call, IReplicaWriter writer, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(Pages.Size);
        try
        {
            for (var left = call.Head.BodyLength; left > 0;)
            {
                var read = await call.Body.ReadAtLeastAsync(buffer.AsMemory(0, (int)Math.Min(Pages.Size, left)), (int)Math.Min(Pages.Size, left), throwOnEndOfStream: true, cancellationToken)
                    .ConfigureAwait(false);
                if (call.Head.BodyHash.Length > 0)
                {
                    hash.AppendData(buffer, 0, read);
                }
                await writer.AppendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return call.Head.BodyLength == 0 || call.IsAsPromised(hash.GetHashAndReset());
    }
}
