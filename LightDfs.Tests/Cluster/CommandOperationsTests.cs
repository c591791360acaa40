using LightDfs.Cluster;
using LightDfs.Peers;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Peers;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>What a machine is told that another one commands.</summary>
public sealed class CommandOperationsTests
{
    [TestCaseSource(nameof(MalformedDurations))]
    public async Task Time_to_be_away_that_cannot_be_read_is_refused_and_nothing_is_said(byte[] payload)
    {
        await using var store = new InMemoryReplicaStore();
        // There is no machine that could take it: whoever tries to fails.
        var away = new CommandOperations(store, self: null!).All.Single(operation => operation.Key == Operation.Away).Value;

        var outcome = await away(new PeerCall(Samples.Request with { Payload = payload }, null), CancellationToken.None);

        Assert.That(outcome.Status, Is.EqualTo(PeerStatus.BadRequest));
        Assert.That(System.Text.Encoding.UTF8.GetString(outcome.Payload.Span), Does.StartWith("how long it is to be away cannot be read"));
    }

    private static IEnumerable<byte[]> MalformedDurations()
    {
        var longest = CommandOperations.Away(TimeSpan.FromDays(30)).ToArray();
        yield return [];
        yield return longest[..^1];
        yield return [.. longest, 0];
        yield return CommandOperations.Away(TimeSpan.FromDays(30) + TimeSpan.FromMilliseconds(1)).ToArray();
        yield return CommandOperations.Away(TimeSpan.FromMilliseconds(-1)).ToArray();
        yield return new WireWriter().Int64(long.MinValue).Written.ToArray();
        yield return new WireWriter().Int64(long.MaxValue).Written.ToArray();
    }
}
