using LightDfs.Membership;
using LightDfs.Testing.Clusters;
using LightDfs.Tests.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Membership;

/// <summary>Two clusters on one network that do not list each other: the first machines are the one that is merged, the rest the other one.</summary>
internal sealed class TwoClusters : IAsyncDisposable
{
    private TwoClusters(LightDfsTestCluster all, int first) => (All, Ours, Theirs) = (all, [.. all.Machines.Take(first)], [.. all.Machines.Skip(first)]);

    public LightDfsTestCluster All { get; }

    public List<TestMachine> Ours { get; }

    public List<TestMachine> Theirs { get; }

    public Dictionary<FileId, byte[]> Files { get; } = [];

    public MembershipChange Merge => MembershipChange.MergeInto(Theirs[0].Address, Theirs[0].Cluster.Status.ClusterId);

    public static async Task<TwoClusters> StartAsync(int ours = 3, int theirs = 3, int files = 6, Action<TestClusterOptions>? configure = null)
    {
        var two = new TwoClusters(LightDfsTestCluster.Create(ours + theirs, configure), ours);
        foreach (var side in new[] { two.Ours, two.Theirs })
        {
            foreach (var machine in side)
            {
                machine.Peers = [.. side.Select(each => each.Address)];
                await machine.StartAsync();
            }
        }
        await two.All.SettleAsync();
        for (var file = 0; file < files; file++)
        {
            foreach (var machine in two.All.Machines)
            {
                var content = ClusterSteps.Bytes(500, (file * 100) + machine.Index);
                two.Files.Add((await machine.StoreAsync(content)).Id, content);
            }
        }
        return two;
    }

    /// <summary>Stores a file of one of the clusters, of three machines, of which only the last one owns it in the ring of both.</summary>
    public async Task<FileId> StoreOwnedByOnlyAsync(List<TestMachine> side)
    {
        var (one, other) = (Ours[0].Running.Membership.View, Theirs[0].Running.Membership.View);
        var both = new ClusterView(one.Map.Merge(other.Map), [], one.Shares, 3);
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var id = FileId.New();
            var owners = both.PreferenceOf(id).Take(3).ToList();
            if (side.ConvertAll(machine => owners.Contains(machine.Id)) is [false, false, true])
            {
                await side[0].StoreAsync([1, 2, 3], new StoreOptions { Id = id });
                return id;
            }
        }
        throw new InvalidOperationException("No id of a thousand was owned so.");
    }

    /// <summary>One cluster, one ring, all files from everywhere with all their copies, and an unknown id proven to be nowhere.</summary>
    public Task AssertMergedAsync(string? clusterId = null) => AssertMergedAsync(clusterId, 3);

    public Task AssertMergedCopiesAsync(int copies) => AssertMergedAsync(null, copies);

    private async Task AssertMergedAsync(string? clusterId, int copies)
    {
        await All.ReconcileAsync();
        var status = All.Machines.Select(machine => machine.Cluster.Status).ToList();
        Assert.That(status.Select(one => one.ClusterId).Distinct().Single(), clusterId is null ? Is.Not.Null : Is.EqualTo(clusterId));
        Assert.That(status.Select(one => one.RingFingerprint).Distinct().Count(), Is.EqualTo(1));
        Assert.That(status.Select(one => one.Members), Is.All.EqualTo(All.Machines.Count));
        Assert.That(status.SelectMany(one => one.Problems), Is.Empty);
        foreach (var machine in All.Machines)
        {
            Assert.That(machine.Running.Membership.View.Map.Digest, Is.EqualTo(All[0].Running.Membership.View.Map.Digest));
            Assert.That(await machine.Files.FindAsync(FileId.New()), Is.Null);
            foreach (var (id, content) in Files)
            {
                Assert.That(await machine.ReadAsync(id), Is.EqualTo(content));
            }
        }
        foreach (var id in Files.Keys)
        {
            Assert.That(All.HoldersOf(id), Is.EquivalentTo(All.PreferenceOf(id).Take(Math.Min(copies, All.Machines.Count))));
        }
    }

    /// <summary>Every file is read, or unavailable; nobody of either cluster says that it is not there.</summary>
    public async Task AssertNothingIsDeniedAsync(IEnumerable<TestMachine> asked, IEnumerable<FileId> files)
    {
        foreach (var machine in asked)
        {
            foreach (var id in files)
            {
                try
                {
                    Assert.That(await machine.ReadAsync(id), Is.EqualTo(Files[id]), $"on '{machine.Address}'");
                }
                catch (FileUnavailableException)
                {
                    // Honest: not everybody could be asked under one membership.
                }
            }
        }
    }

    public ValueTask DisposeAsync() => All.DisposeAsync();
}
