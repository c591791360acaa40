using BenchmarkDotNet.Attributes;
using LightDfs.Membership;

namespace LightDfs.Benchmarks.Micro;

/// <summary>Taking in another machine's map: the usual one that says nothing new, and one in which a machine was started anew.</summary>
[MemoryDiagnoser]
public class MembershipMerge
{
    private MembershipMap _map = MembershipMap.Empty;
    private MembershipMap _same = MembershipMap.Empty;
    private MembershipMap _newer = MembershipMap.Empty;

    [Params(3, 50, 1000)]
    public int Machines { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        for (var i = 1; i <= Machines; i++)
        {
            _map = _map.WithSelf(new MachineId((UInt128)i), SelfOf(i, start: 1));
        }
        MembershipMap.TryDecode(_map.Encoded.Span, out var same);
        _same = same!;
        _newer = _same.WithSelf(new MachineId(1), SelfOf(1, start: 2));
    }

    [Benchmark]
    public object MergeSame() => _map.Merge(_same);

    [Benchmark]
    public object MergeNewer() => _map.Merge(_newer);

    [Benchmark]
    public bool Decode() => MembershipMap.TryDecode(_map.Encoded.Span, out _);

    private static MachineSelf SelfOf(int number, long start) => new()
    {
        Addresses = [$"http://10.0.{number / 256}.{number % 256}:5000"],
        Zone = "",
        Weight = 1,
        Start = start,
        Incarnation = (ulong)number,
    };
}
