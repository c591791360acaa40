using System.Reflection;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Repair;

/// <summary>A ring that is swapped in the middle of confirming makes what was said worth nothing. (When a copy would be dropped: HandoverTests.)</summary>
public sealed class ConfirmationRaceTests
{
    [Test]
    public async Task Nothing_is_set_aside_when_the_ring_is_swapped_after_the_question()
    {
        await using var cluster = await LightDfsTestCluster.StartAsync(4);
        var gone = cluster[3];
        await gone.Running.Membership.ChangeAsync(map => map.WithWanted(gone.Id, WantedState.Removed), CancellationToken.None);
        await cluster.SettleAsync();
        var id = FileId.New();
        await gone.PlantAsync(id, TestReplica.Of(500));
        var last = cluster.PreferenceOf(id)[2];
        var isSwapped = false;
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
            if (exchange.Asks() == Operation.Confirm && exchange.To == last.Address && !isSwapped)
            {
                isSwapped = true;
                await SwapAsync(gone, last.Id);
            }
            return reply;
        };

        await gone.ReconcileAsync();
        var (state, aside) = (gone.StateOf(id), gone.Cluster.SetAside.Count);
        cluster.Network.Interceptor = null;
        await cluster.ReconcileAsync();

        Assert.That((isSwapped, state, aside), Is.EqualTo((true, ReplicaState.Present, 0)));
        Assert.That(gone.Cluster.SetAside.Select(one => one.Id), Is.EqualTo(new[] { id }), "under a ring that stays it is");
    }

    [Test]
    public async Task Owner_whose_ring_is_swapped_while_it_verifies_confirms_nothing()
    {
        Func<int, Task> verifying = _ => Task.CompletedTask;
        LightDfsTestCluster? made = null;
        await using var cluster = made = LightDfsTestCluster.Create(4, options => options.MakeStore = index => Hooked.Of(made![index].Store, () => verifying(index)));
        foreach (var machine in cluster.Machines)
        {
            await machine.StartAsync();
        }
        await cluster.SettleAsync();
        var id = FileId.New();
        var order = cluster.PreferenceOf(id);
        await order.PlantAsync(id, TestReplica.Of(500));
        var isSwapped = false;
        verifying = async index =>
        {
            if (index == order[1].Index && !isSwapped)
            {
                isSwapped = true;
                await SwapAsync(order[1], order[2].Id);
            }
        };

        await order[3].ReconcileAsync();
        var (state, failures) = (order[3].StateOf(id), order[3].Running.Reconciler.Last!.Failures);
        await cluster.ReconcileAsync();

        Assert.That((isSwapped, state), Is.EqualTo((true, ReplicaState.Present)));
        Assert.That(failures[order[1].Id], Does.Contain("its ring changed meanwhile"));
        Assert.That(cluster.HoldersOf(id), Is.EquivalentTo(order.Take(3)), "under a ring that stays it is let go of");
    }

    /// <summary>There and back: the members are the same again, and still it is another ring.</summary>
    private static async Task SwapAsync(TestMachine at, MachineId machine)
    {
        await at.Running.Membership.ChangeAsync(map => map.WithWanted(machine, WantedState.Draining), CancellationToken.None);
        await at.Running.Membership.ChangeAsync(map => map.WithWanted(machine, WantedState.Active), CancellationToken.None);
    }

    /// <summary>A store that does something else before it verifies.</summary>
    private class Hooked : DispatchProxy
    {
        private IReplicaStore _store = null!;
        private Func<Task> _verifying = null!;

        public static IReplicaStore Of(IReplicaStore store, Func<Task> verifying)
        {
            var made = Create<IReplicaStore, Hooked>();
            (((Hooked)(object)made)._store, ((Hooked)(object)made)._verifying) = (store, verifying);
            return made;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IReplicaStore.VerifyAsync)
            ? new ValueTask<ReplicaStamp?>(VerifyAsync((FileId)args![0]!, (CancellationToken)args[1]!))
            : targetMethod.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);

        private async Task<ReplicaStamp?> VerifyAsync(FileId id, CancellationToken cancellationToken)
        {
            await _verifying();
            return await _store.VerifyAsync(id, cancellationToken);
        }
    }
}
