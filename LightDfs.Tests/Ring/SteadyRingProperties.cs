using CsCheck;
using LightDfs.Ring;
using NUnit.Framework;

namespace LightDfs.Tests.Ring;

/// <summary>What holds of a steady ring for every membership without exception, tried on random ones.</summary>
public abstract class SteadyRingProperties
{
    protected const int Iterations = 30;

    protected abstract IHashRing Prototype { get; }

    [Test]
    public void Input_order_does_not_matter() =>
        Gen.Select(Memberships.Any, Memberships.Replicas, Gen.Int).Sample((members, replicas, seed) =>
        {
            var shuffled = members.ToArray();
            new Random(seed).Shuffle(shuffled);

            var (one, other) = (Prototype.WithMembers(members, replicas), Prototype.WithMembers(shuffled, replicas));

            return one.Fingerprint == other.Fingerprint && AllPartitions(partition => one.OwnersOf(partition).SequenceEqual(other.OwnersOf(partition)));
        }, iter: Iterations);

    /// <summary>Read forwards it is about a machine that comes, backwards about one that goes.</summary>
    [Test]
    public void One_machine_more_or_less_replaces_at_most_one_owner_and_only_by_or_of_that_machine() =>
        Gen.Select(Memberships.Any, Memberships.Replicas).Sample((members, replicas) =>
        {
            var (without, with) = (Prototype.WithMembers(members[1..], replicas), Prototype.WithMembers(members, replicas));
            var newcomer = with.Members.ToArray().AsSpan().IndexOf(members[0]);

            return AllPartitions(partition =>
            {
                var gone = 0;
                var stayed = 0;
                foreach (var owner in without.OwnersOf(partition))
                {
                    var number = (ushort)(owner < newcomer ? owner : owner + 1);
                    var stays = with.OwnersOf(partition).Contains(number);
                    stayed += stays ? 1 : 0;
                    gone += stays ? 0 : 1;
                }
                var came = with.OwnersOf(partition).Length - stayed;
                return gone <= 1 && came == (with.OwnersOf(partition).Contains((ushort)newcomer) ? 1 : 0);
            });
        }, iter: Iterations);

    protected static bool AllPartitions(Func<int, bool> holds)
    {
        for (var partition = 0; partition < Partitions.Count; partition++)
        {
            if (!holds(partition))
            {
                return false;
            }
        }
        return true;
    }
}
