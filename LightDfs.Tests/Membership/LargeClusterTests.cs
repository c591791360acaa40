using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Storage;
using LightDfs.Testing.Clusters;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>What holds where each machine beats to every other holds where it beats to a few, with nine machines that take themselves for a large cluster.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LargeClusterTests
{
    private const int Machines = 9;

    /// <summary>One neighbour and nobody else: what gets around so gets around without turns.</summary>
    private static readonly BeatSettings Chain = new() { MostForAll = 4, Neighbours = 1, InTurn = 0, Suspects = 1, Maps = 2 };

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>The grace time, the turns of those that ask for votes, and the poll.</summary>
    private static readonly TimeSpan Enough = LostMachines.Grace + (60 * Second);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 12, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task Machines_beat_to_a_few_others_and_not_to_all()
    {
        await using var cluster = await StartAsync();
        var before = Requests(cluster);

        await PassAsync(cluster, 10 * Second);

        // Two neighbours and one more, and one address asked again.
        Assert.That((Requests(cluster) - before) / 10 / Machines, Is.InRange(3, 5));
    }

    [Test]
    public async Task Lost_machine_is_out_after_the_grace_time_and_not_before()
    {
        await using var cluster = await StartAsync();
        var lost = cluster[8].Id;
        await cluster[8].KillAsync();

        await PassAsync(cluster, LostMachines.Grace - (5 * Second));
        Assert.That(cluster.OutAsSeenBy(0), Is.Empty);
        await PassAsync(cluster, 60 * Second);

        Assert.That(Enumerable.Range(0, 8).Select(cluster.OutAsSeenBy), Is.All.EqualTo(new[] { lost }));
    }

    [Test]
    public async Task Every_other_machine_has_found_out_by_itself_that_a_machine_is_lost()
    {
        await using var cluster = await StartAsync();
        var lost = cluster[8].Id;
        await PassAsync(cluster, 10 * Second);
        await cluster[8].KillAsync();

        await PassAsync(cluster, 10 * Second);
        Assert.That(cluster.Machines.Where(machine => machine.IsRunning).Select(machine => machine.Running.Directory.Of(lost).UnansweredFor), Has.None.Null);
        await PassAsync(cluster, 30 * Second);

        Assert.That(cluster.Machines.Where(machine => machine.IsRunning).Select(machine => machine.Running.Directory.Of(lost).UnansweredFor), Is.All.GreaterThan(20 * Second), "and tries it again");
    }

    [Test]
    public async Task Lost_machine_that_comes_back_takes_itself_in_again()
    {
        await using var cluster = await StartAsync();
        cluster[8].TakeDown();
        await PassAsync(cluster, Enough);
        Assert.That(cluster.OutAsSeenBy(0), Has.Length.EqualTo(1));

        cluster[8].BringUp();
        await PassAsync(cluster, 60 * Second);

        Assert.That(Enumerable.Range(0, Machines).Select(cluster.OutAsSeenBy), Is.All.Empty);
    }

    [Test]
    public async Task Minority_side_of_a_partition_makes_nobody_out_and_the_majority_side_does()
    {
        await using var cluster = await StartAsync();
        var minority = new[] { 0, 1, 2, 3 }.Select(index => cluster[index].Id).Order().ToArray();
        cluster.Split([0, 1, 2, 3], [4, 5, 6, 7, 8]);

        await PassAsync(cluster, 2 * Enough);

        Assert.That(Enumerable.Range(0, 4).Select(cluster.OutAsSeenBy), Is.All.Empty);
        Assert.That(Enumerable.Range(4, 5).Select(cluster.OutAsSeenBy), Is.All.EqualTo(minority));
        cluster.Heal([0, 1, 2, 3], [4, 5, 6, 7, 8]);
        await PassAsync(cluster, 2 * Enough);
        Assert.That(Enumerable.Range(0, Machines).Select(cluster.OutAsSeenBy), Is.All.Empty);
    }

    /// <summary>Hearsay is no evidence: four say so of what they have tried, and five have no say.</summary>
    [Test]
    public async Task Machine_that_fewer_than_half_do_not_reach_stays()
    {
        await using var cluster = await StartAsync();
        foreach (var index in new[] { 0, 1, 2, 3 })
        {
            cluster.Cut(index, 8);
        }

        await PassAsync(cluster, 2 * Enough);

        Assert.That(Enumerable.Range(0, Machines).Select(cluster.OutAsSeenBy), Is.All.Empty);
        Assert.That(cluster[4].Running.Membership.View.Map.Entries.Values.Select(entry => entry.Out.Version), Is.All.Zero, "nor was it out for a moment");
    }

    [Test]
    public async Task Machine_that_was_never_tried_is_not_reported_down()
    {
        await using var cluster = await StartAsync();
        await cluster[8].KillAsync();
        var lost = cluster[7].Id;
        cluster[7].TakeDown();
        await PassAsync(cluster, LostMachines.Grace - (5 * Second));
        await cluster[8].StartAsync();

        var down = new Downtimes(cluster[8].Running.Membership, new PeerDirectory(_time), () => cluster[8].Id, _time).Now;
        Assert.That(down, Is.Empty, "nobody was tried");
        await PassAsync(cluster, 3 * Second);

        Assert.That(cluster[8].Running.Directory.Of(lost).UnansweredFor, Is.Null.Or.LessThan(10 * Second), "as long as this run has tried, whatever others say");
    }

    [Test]
    public async Task New_machine_is_known_to_all_and_all_to_it()
    {
        await using var cluster = await StartAsync();
        var added = cluster.AddMachine("memory://newcomer");
        await added.StartAsync();

        await PassAsync(cluster, 12 * Second);

        Assert.That(cluster.Machines.Select(machine => machine.Running.Membership.View.Map.Digest).Distinct().Count(), Is.EqualTo(1));
        Assert.That(cluster.Machines.Select(machine => machine.Running.Membership.View.Ring.Members.Length), Is.All.EqualTo(Machines + 1));
        Assert.That(cluster.Machines.SelectMany(machine => machine.Running.Directory.All.Where(peer => peer.Id != machine.Id).Select(peer => peer.IsUp)), Is.All.True);
    }

    [Test]
    public async Task Reports_of_all_get_around_within_the_bound()
    {
        await using var cluster = await StartAsync();
        await using var content = new MemoryStream(new byte[10]);
        var stored = await cluster[0].Files.StoreAsync(content);
        var holders = cluster.Machines.Where(machine => machine.Store.Find(stored.Id) is not null).ToList();
        Assert.That(holders, Has.Count.EqualTo(3));

        // Eight others, two of them neighbours, one of the rest each second.
        await PassAsync(cluster, 6 * Second);

        foreach (var holder in holders)
        {
            Assert.That(cluster.Machines.Where(machine => machine != holder).Select(machine => machine.Running.Directory.Of(holder.Id).View.Report!.Replicas), Is.All.EqualTo(1));
        }
    }

    [Test]
    public async Task Machine_started_anew_has_told_all_how_it_is_when_it_serves()
    {
        await using var cluster = await StartAsync();
        await cluster[8].StopAsync();
        await PassAsync(cluster, 5 * Second);

        await cluster[8].StartAsync();
        await cluster[8].MeetPeersAsync();

        Assert.That(cluster[8].Cluster.Status.IsReady);
        Assert.That(cluster.Machines.Take(8).Select(machine => machine.Running.Settings.AgreesWith(cluster[8].Id)), Is.All.True);
    }

    [Test]
    public async Task Setting_that_differs_is_found_by_all()
    {
        await using var cluster = await StartAsync((index, machine) => machine.SegmentSize = index == 3 ? 1 << 20 : 2 << 20);

        await PassAsync(cluster, 6 * Second);

        Assert.That(cluster.Machines.Where(machine => machine.Index != 3).Select(machine => machine.Cluster.Status.Problems.Count(problem => problem.Contains("LightDfs:SegmentSize"))), Is.All.EqualTo(1));
    }

    [Test]
    public async Task Votes_are_asked_for_where_too_few_machines_are_heard_by_turns()
    {
        // Each lists itself and the next one, and so asks nobody else again and again.
        const int Many = 15;
        await using var cluster = await StartAsync(beats: Chain, machines: Many, list: addresses => Enumerable.Range(0, Many).Select(index => new[] { addresses[index], addresses[(index + 1) % Many] }));
        var lost = cluster[8].Id;
        cluster[8].TakeDown();

        await PassAsync(cluster, Enough);
        Assert.That(Enumerable.Range(0, Many).Where(index => index != 8).Select(cluster.OutAsSeenBy), Is.All.EqualTo(new[] { lost }));
        cluster[8].BringUp();
        await PassAsync(cluster, Enough);

        Assert.That(Enumerable.Range(0, Many).Select(cluster.OutAsSeenBy), Is.All.Empty, "and who is back asks who reaches it");
    }

    [Test]
    public async Task Machine_cut_off_from_all_notices_before_it_has_tried_all_and_takes_missed_deletes_when_it_is_back()
    {
        // It tries three in a second, so it takes six seconds to lose half of them.
        await using var cluster = await StartAsync(machines: 31, beats: Chain with { InTurn = 1 });
        await using var content = new MemoryStream(new byte[10]);
        var stored = await cluster[0].Files.StoreAsync(content);
        var holder = cluster.Machines.First(machine => machine.Store.Find(stored.Id) is not null);
        await PassAsync(cluster, 10 * Second);
        holder.TakeDown();
        await PassAsync(cluster, 13 * Second);
        Assert.That(await cluster.Machines.First(machine => machine != holder).Files.DeleteAsync(stored.Id));

        holder.BringUp();
        await PassAsync(cluster, 10 * Second);

        Assert.That(holder.Store.Find(stored.Id)!.Value.State, Is.EqualTo(ReplicaState.Deleted));
    }

    [TestCase(4, true)]
    [TestCase(32, false)]
    public async Task Who_are_you_is_answered_without_the_map_in_a_large_cluster_only(int mostForAll, bool isSpared)
    {
        await using var cluster = await StartAsync(mostForAll: mostForAll);
        var answers = await RepliesAsync(cluster, Operation.WhoAreYou, () => PassAsync(cluster, 3 * Second));

        Assert.That(answers, Is.Not.Empty);
        Assert.That(answers, isSpared ? Is.All.Zero : Is.All.Positive);
    }

    /// <summary>With one copy of each file no two machines own the same partition.</summary>
    [TestCase(4, false)]
    [TestCase(32, true)]
    public async Task Machines_that_own_nothing_in_common_compare_nothing_in_a_large_cluster(int mostForAll, bool isCompared)
    {
        await using var cluster = await StartAsync((_, machine) => machine.Replicas = 1, mostForAll);

        var answers = await RepliesAsync(cluster, Operation.Compare, async () => await cluster[0].ReconcileAsync());

        Assert.That(answers, Has.Count.EqualTo(isCompared ? Machines - 1 : 0));
    }

    [Test]
    public async Task Copies_of_a_lost_machine_are_made_anew()
    {
        await using var cluster = await StartAsync();
        var stored = new List<FileId>();
        for (var file = 0; file < 20; file++)
        {
            await using var content = new MemoryStream(new byte[10]);
            stored.Add((await cluster[file % Machines].Files.StoreAsync(content)).Id);
        }
        await cluster[8].KillAsync();

        await PassAsync(cluster, Enough);
        await cluster.ReconcileAsync();

        Assert.That(stored.Select(id => cluster.Machines.Take(8).Count(machine => machine.Store.Find(id) is not null)), Is.All.EqualTo(3));
    }

    private async Task<LightDfsTestCluster> StartAsync(
        Action<int, LightDfsOptions>? configure = null, int mostForAll = 4, BeatSettings? beats = null, int machines = Machines, Func<IReadOnlyList<string>, IEnumerable<string[]>>? list = null)
    {
        var cluster = LightDfsTestCluster.Create(machines, options =>
        {
            options.Time = _ => _time;
            options.Beats = beats ?? new BeatSettings { MostForAll = mostForAll, Neighbours = 2, InTurn = 1, Suspects = 1, Maps = 2 };
            options.ConfigureMachine = (index, machine) =>
            {
                machine.ReplaceAfter = LostMachines.Grace;
                configure?.Invoke(index, machine);
            };
        });
        foreach (var (machine, peers) in cluster.Machines.Zip(list?.Invoke([.. cluster.Machines.Select(machine => machine.Address)]) ?? []))
        {
            machine.Peers = peers;
        }
        foreach (var machine in cluster.Machines)
        {
            await machine.StartAsync();
        }
        await cluster.SettleAsync();
        return cluster;
    }

    /// <summary>Lets time pass, in which the machines that run meet every second.</summary>
    private async Task PassAsync(LightDfsTestCluster cluster, TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += Second)
        {
            _time.Advance(Second);
            foreach (var machine in cluster.Machines.Where(machine => machine.IsRunning))
            {
                await machine.MeetPeersAsync();
            }
        }
    }

    /// <summary>The lengths of the bodies of the replies to an operation.</summary>
    private static async Task<List<long>> RepliesAsync(LightDfsTestCluster cluster, Operation operation, Func<Task> act)
    {
        var lengths = new List<long>();
        cluster.Network.Interceptor = async (exchange, cancellationToken) =>
        {
            var reply = await exchange.DeliverAsync(exchange.Request, cancellationToken);
            if (RequestHead.TryDecode(exchange.Request.Head.Span, out var head) && head.Operation == operation)
            {
                lengths.Add(reply.BodyLength);
            }
            return reply;
        };
        await act();
        cluster.Network.Interceptor = null;
        return lengths;
    }

    private static long Requests(LightDfsTestCluster cluster) => cluster.Machines.Sum(machine => cluster.Network.RequestsTo(machine.Address));
}
