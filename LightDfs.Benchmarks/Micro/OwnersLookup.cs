using Akka.Routing;
using BenchmarkDotNet.Attributes;
using LightDfs.Benchmarks.Cases.Quick;
using LightDfs.Ring;
using Proto.Cluster;
using Proto.Cluster.Partition;
using Proto.Cluster.PartitionActivator;

namespace LightDfs.Benchmarks.Micro;

/// <summary>
/// From an id to the machines that own it, beside what a .NET user would otherwise take. LightDfs names three owners, the others one; they hash text, which they are given ready made.
/// </summary>
[MemoryDiagnoser]
public class OwnersLookup
{
    private const int Count = 1024;
    private const int VirtualNodes = 256;
    private IHashRing _ring = null!;
    private ConsistentHash<string> _akka = null!;
    private MemberHashRing _protoRing = null!;
    private RendezvousFast _protoRendezvous = null!;
    private FileId[] _ids = [];
    private string[] _texts = [];
    private int _next;

    [Params(3, 50, 1000)]
    public int Machines { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _ring = Owners.RingOf(Machines);
        var names = Others.Names(Machines);
        _akka = ConsistentHash.Create(names, VirtualNodes);
        _protoRing = new MemberHashRing(Others.Members(names));
        _protoRendezvous = new RendezvousFast(Others.Members(names));
        _ids = Owners.Ids(Count);
        _texts = [.. _ids.Select(id => id.ToString())];
    }

    [Benchmark]
    public int PartitionOfId() => Partitions.Of(_ids[Next()]);

    [Benchmark(Baseline = true)]
    public ushort LightDfs() => _ring.OwnersOf(Partitions.Of(_ids[Next()]))[0];

    [Benchmark]
    public string AkkaConsistentHash() => _akka.NodeFor(_texts[Next()]);

    [Benchmark]
    public string ProtoMemberHashRing() => _protoRing.GetOwnerMemberByIdentity(_texts[Next()]);

    [Benchmark]
    public string ProtoRendezvous() => _protoRendezvous.GetOwnerMemberByIdentity(_texts[Next()]);

    private int Next() => _next = (_next + 1) & (Count - 1);
}
