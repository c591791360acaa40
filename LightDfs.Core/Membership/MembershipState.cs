using System.Collections.Immutable;
using LightDfs.Ring;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Membership;

/// <summary>This machine's membership map, kept on its disk: a change is flushed before it is seen or told. Thread-safe.</summary>
internal sealed partial class MembershipState(IReplicaStore store, IHashRing prototype, int replicas, ILogger<MembershipState> logger, int mostForAll = BeatSettings.UsualMostForAll) : IDisposable
{
    private const string Document = "membership";
    private readonly SemaphoreSlim _changing = new(1, 1);
    private ClusterView _view = new(MembershipMap.Empty, [], new(prototype.WithMembers([], replicas)), replicas, mostForAll);

    public ClusterView View => Volatile.Read(ref _view);

    /// <exception cref="InvalidDataException">The kept map is damaged.</exception>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (await store.LoadDocumentAsync(Document, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return;
        }
        _view = MembershipMap.TryDecode(bytes.Span, out var map)
            ? new ClusterView(map, [], _view.Shares, replicas, mostForAll)
            : throw new InvalidDataException($"The membership map in document '{Document}' of the data directory cannot be read: it was written by a newer version, or is damaged. Update this machine; or remove the document, and the map is learned from the peers again.");
    }

    /// <summary>Changes the map; nothing happens when the change gives the same map.</summary>
    /// <exception cref="StorageException">It could not be flushed; the map stays as it was.</exception>
    public async ValueTask ChangeAsync(Func<MembershipMap, MembershipMap> change, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var before = View;
            var map = change(before.Map);
            if (map.Digest == before.Map.Digest)
            {
                return;
            }
            // Before it is saved: a map that no ring can be built from would fail here, and at every start from then on.
            var after = new ClusterView(map, before.Silent, before.Shares, replicas, mostForAll);
            await store.SaveDocumentAsync(Document, map.Encoded, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _view, after);
            if (after.Ring.Fingerprint != before.Ring.Fingerprint)
            {
                RingChanged(logger, after.Ring.Members.Length, after.Ring.Fingerprint);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    public ValueTask MergeAsync(MembershipMap other, CancellationToken cancellationToken) =>
        other.Digest == View.Map.Digest ? ValueTask.CompletedTask : ChangeAsync(map => map.Merge(other), cancellationToken);

    /// <summary>Which listed addresses never answered. Nothing to flush: it is found out anew by each run.</summary>
    public async ValueTask SetSilentAsync(ImmutableArray<string> silent, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Volatile.Write(ref _view, View.WithSilent(silent));
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose() => _changing.Dispose();
}
