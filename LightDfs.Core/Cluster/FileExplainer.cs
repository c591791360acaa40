using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;

namespace LightDfs.Cluster;

/// <summary>Asks every machine what it holds under an id, all at once, those that are down too: what they tell is wanted most.</summary>
internal sealed class FileExplainer(StartGate gate, Holders holders, Self self, MembershipState membership, PeerDirectory directory)
{
    public async Task<FileExplanation> ExplainAsync(FileId id, ulong? salt, CancellationToken cancellationToken)
    {
        if (!id.IsValid)
        {
            throw new ArgumentException($"'{id}' is not an id. Take one that a store returned, or that a log names.", nameof(id));
        }
        if (await gate.WaitAsync(cancellationToken).ConfigureAwait(false) is { } reasons)
        {
            throw new FileUnavailableException(id, reasons, "this machine does not serve yet.");
        }
        var placed = salt is { } value ? id.WithSalt(value) : id;
        var view = membership.View;
        var order = view.PreferenceOf(placed).Concat(view.Map.Entries.Keys).Append(holders.Local.Machine).Distinct();
        var told = await Task.WhenAll(order.Select((machine, place) => AskAsync(machine, placed, isOwner: place < view.Ring.Replicas, cancellationToken))).ConfigureAwait(false);
        MachineHolding[] machines = [.. told, .. holders.Silent(view).Select(Silent)];
        return new FileExplanation
        {
            Id = id,
            PlacedId = placed,
            Partition = Partitions.Of(placed),
            Copies = view.Copies,
            Machines = machines,
            IsFullyCopied = ExplanationSummary.IsFullyCopied(view.Copies, machines),
            Summary = ExplanationSummary.Of(view.Copies, machines),
        };
    }

    private async Task<MachineHolding> AskAsync(MachineId machine, FileId placed, bool isOwner, CancellationToken cancellationToken)
    {
        var holder = holders.Of(machine);
        var isSelf = holder == holders.Local;
        ReplicaStamp? held = null;
        string? unknown = null;
        try
        {
            held = await holder.HeldAsync(placed, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception cause) when (HolderFailure.Of(holder, cause) is { } failure)
        {
            unknown = failure.Reason;
        }
        var hasReplica = held is { State: ReplicaState.Present or ReplicaState.Damaged, Version: var version } && version != 0;
        return new MachineHolding
        {
            Machine = machine,
            Address = isSelf ? self.Addresses.Announced.FirstOrDefault("") : holder.Address,
            IsSelf = isSelf,
            IsOwner = isOwner,
            State = isSelf ? MachineState.Up : directory.Of(machine).View.State,
            Holds = unknown is not null ? HoldingState.Unknown : held?.State switch
            {
                null => HoldingState.Nothing,
                ReplicaState.Present => HoldingState.Present,
                ReplicaState.Deleted => HoldingState.Deleted,
                _ => HoldingState.Damaged,
            },
            Version = hasReplica ? held!.Value.Version : null,
            Length = hasReplica ? held!.Value.Length : null,
            DeletedAt = held is { State: ReplicaState.Deleted, DeletedAt: var at } ? at : null,
            UnknownBecause = unknown,
        };
    }

    private static MachineHolding Silent(MachineFailure silent) => new()
    {
        Machine = null,
        Address = silent.Address,
        IsSelf = false,
        IsOwner = false,
        State = MachineState.NeverAnswered,
        Holds = HoldingState.Unknown,
        UnknownBecause = silent.Reason,
    };
}
