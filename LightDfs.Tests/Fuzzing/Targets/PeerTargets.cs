using LightDfs.Cluster;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Tests.Membership;
using LightDfs.Tests.Peers;

namespace LightDfs.Tests.Fuzzing.Targets;

/// <summary>Heads, reports and membership, as peers send them.</summary>
internal static class PeerTargets
{
    public static IEnumerable<FuzzTarget> All =>
    [
        FuzzTarget.Canonical(
            "request head", [Samples.Request.Encode(), (Samples.Request with { BodyLength = 0, BodyHash = default, Payload = default }).Encode()], input => RequestHead.TryDecode(input, out var head) ? head.Encode() : null),
        FuzzTarget.Canonical("reply head", [Samples.Reply.Encode(), (Samples.Reply with { BodyHash = default, Payload = new byte[300] }).Encode()], input => ReplyHead.TryDecode(input, out var head) ? head.Encode() : null),
        Report,
        FuzzTarget.Canonical("introduction", [new Introduction([new("http://a:5000", true), new("https://b", false)]).Encode(), new Introduction([]).Encode()], input => Introduction.Decode(input)?.Encode()),
        FuzzTarget.Canonical("membership map", Maps3(), input => MembershipMap.TryDecode(input, out var map) ? map.Encoded : null) with { MemoryPerByte = 256 },
        new FuzzTarget("membership merge", [.. Maps3().Select(map => map.ToArray())], MergesAlike) { MemoryPerByte = 1024, Memory = 64 * 1024 },
    ];

    /// <summary>A failure that is longer than is told is cut when it is told again: the one thing in a report that may differ.</summary>
    private static FuzzTarget Report => FuzzTarget.Canonical(
        "report", [Samples.Report.Encode(), (Samples.Report with { Down = [], Failure = "" }).Encode()], input => PeerReport.TryDecode(input, out var report) && report.Failure.Length <= 200 ? report.Encode() : null);

    private static ReadOnlyMemory<byte>[] Maps3() =>
    [
        MembershipMap.Empty.Encoded,
        Maps.OfMachines(3).Encoded,
        Maps.Of(Maps.Entry(1, WantedState.Removed, true, "http://10.0.0.1:5000", "http://a"), Maps.Entry(2, WantedState.Draining)).Encoded,
    ];

    /// <summary>What a peer sends, however odd, is merged alike in either order, and again changes nothing.</summary>
    private static void MergesAlike(byte[] input)
    {
        if (!MembershipMap.TryDecode(input, out var map))
        {
            return;
        }
        var own = Maps.OfMachines(2);
        var merged = own.Merge(map);
        if (merged.Digest != map.Merge(own).Digest || merged.Merge(map).Digest != merged.Digest)
        {
            throw new FuzzFailure("it merges to different maps");
        }
    }
}
