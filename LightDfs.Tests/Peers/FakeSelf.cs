using System.Collections.Concurrent;
using LightDfs.Peers;

namespace LightDfs.Tests.Peers;

/// <summary>What the peer protocol knows of its machine, as the test wants it, and what it told.</summary>
internal sealed class FakeSelf(MachineCard card) : ISelf
{
    public bool IsOpen { get; set; } = true;

    public MachineId? Id => Card.Machine == default ? null : Card.Machine;

    public ulong Incarnation => Card.Incarnation;

    public MachineCard Card { get; set; } = card;

    public string? NotServingBecause { get; set; }

    public string? RefusedRun { get; set; }

    public string? RefusedAnswer { get; set; }

    public Refusal? Stranger { get; set; }

    public Exception? FailsToMeet { get; set; }

    public ConcurrentQueue<MachineCard> Met { get; } = [];

    public ConcurrentQueue<string> Reached { get; } = [];

    public ValueTask<string?> RefuseRunAsync(MachineCard card, CancellationToken cancellationToken) => new(RefusedRun);

    public ValueTask<string?> RefuseAnswerAsync(MachineCard card, string address, CancellationToken cancellationToken) => new(RefusedAnswer);

    public Refusal? StrangerBecause(MachineCard card) => Stranger;

    public ValueTask MeetAsync(MachineCard card, CancellationToken cancellationToken)
    {
        Met.Enqueue(card);
        return FailsToMeet is { } failure ? ValueTask.FromException(failure) : ValueTask.CompletedTask;
    }

    public void ReachedAt(string address) => Reached.Enqueue(address);
}
