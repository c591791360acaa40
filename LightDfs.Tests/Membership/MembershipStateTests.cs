using LightDfs.Membership;
using LightDfs.Ring;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

public sealed class MembershipStateTests
{
    private InMemoryReplicaStore _store = null!;
    private MembershipState _state = null!;

    [SetUp]
    public async Task Open()
    {
        _store = new InMemoryReplicaStore();
        await _store.OpenAsync();
        _state = new MembershipState(_store, new RendezvousHashRing(), 3, NullLogger<MembershipState>.Instance);
    }

    [TearDown]
    public async Task Close()
    {
        _state.Dispose();
        await _store.DisposeAsync();
    }

    [Test]
    public async Task Change_is_on_disk_when_it_is_seen()
    {
        await _state.MergeAsync(Maps.OfMachines(3), default);

        using var again = new MembershipState(_store, new RendezvousHashRing(), 3, NullLogger<MembershipState>.Instance);
        await again.LoadAsync(default);

        Assert.That(_state.View.Map.Digest, Is.EqualTo(Maps.OfMachines(3).Digest));
        Assert.That(again.View.Map.Digest, Is.EqualTo(_state.View.Map.Digest));
        Assert.That(again.View.Ring.Fingerprint, Is.EqualTo(_state.View.Ring.Fingerprint));
    }

    [Test]
    public async Task Change_that_the_disk_does_not_keep_is_not_seen()
    {
        await _state.MergeAsync(Maps.OfMachines(1), default);
        _store.Fail("broken by the test");

        await Assert.ThrowsAsync<StorageException>(async () => await _state.MergeAsync(Maps.OfMachines(3), default));

        Assert.That(_state.View.Map.Digest, Is.EqualTo(Maps.OfMachines(1).Digest));
    }

    [Test]
    public async Task Map_that_no_ring_can_be_built_from_is_not_kept()
    {
        using var state = new MembershipState(_store, new RingThatHoldsNobody(), 3, NullLogger<MembershipState>.Instance);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await state.MergeAsync(Maps.OfMachines(3), default));

        Assert.That(await _store.LoadDocumentAsync("membership"), Is.Null);
    }

    [Test]
    public async Task Merging_what_is_known_writes_nothing()
    {
        await _state.MergeAsync(Maps.OfMachines(3), default);
        var saved = _store.DocumentsSaved;

        await _state.MergeAsync(Maps.OfMachines(2), default);
        await _state.MergeAsync(Maps.OfMachines(3), default);

        Assert.That(_store.DocumentsSaved, Is.EqualTo(saved));
    }

    [Test]
    public async Task Concurrent_changes_are_all_kept()
    {
        await Task.WhenAll(Enumerable.Range(1, 20).Select(number => Task.Run(async () => await _state.MergeAsync(Maps.Of(Maps.Entry(number)), default))));

        Assert.That(_state.View.Map.Entries.Keys, Is.EqualTo(Enumerable.Range(1, 20).Select(Maps.IdOf)));
    }

    [Test]
    public async Task Damaged_document_stops_the_start_and_names_itself_and_the_remedy()
    {
        await _store.SaveDocumentAsync("membership", new byte[] { 1, 2, 3 });

        var thrown = await Assert.ThrowsAsync<InvalidDataException>(async () => await _state.LoadAsync(default));

        Assert.That(thrown!.Message, Does.Contain("'membership'").And.Contain("remove the document"));
    }

    [Test]
    public async Task Silent_addresses_stay_through_a_change_until_a_machine_is_known_there()
    {
        await _state.SetSilentAsync([Maps.AddressOf(2), Maps.AddressOf(9)], default);

        await _state.MergeAsync(Maps.OfMachines(2), default);

        Assert.That(_state.View.Silent, Is.EqualTo(new[] { Maps.AddressOf(9) }));
        Assert.That(_state.View.Members, Is.EqualTo(3));
    }

    private sealed class RingThatHoldsNobody() : BrokenRing(new RendezvousHashRing())
    {
        public override IHashRing WithMembers(IEnumerable<RingMember> members, int replicas) => members.Any() ? throw new InvalidOperationException("broken by the test") : this;
    }
}
