using Akka.Routing;
using BenchmarkDotNet.Attributes;
using LightDfs.Benchmarks.Cases.Quick;
using LightDfs.Ring;
using Proto.Cluster.Partition;

namespace LightDfs.Benchmarks.Micro;

/// <summary>Building a ring, as when a machine joins: of LightDfs with the owners of all partitions worked out.</summary>
[MemoryDiagnoser]
public class RingBuild
{
    private const int VirtualNodes = 256;

    [Params(3, 50, 1000)]
    public int Machines { get; set; }

    [Benchmark(Baseline = true)]
    public IHashRing LightDfs() => Owners.RingOf(Machines);

    [Benchmark]
    public IHashRing LightDfsTokens() => new TokenHashRing().WithMembers(Owners.RingOf(Machines, 1).Members.ToArray(), 3);

    [Benchmark]
    public object AkkaConsistentHash() => ConsistentHash.Create(Others.Names(Machines), VirtualNodes);

    [Benchmark]
    public object ProtoMemberHashRing() => new MemberHashRing(Others.Members(Others.Names(Machines)));
}
