namespace LightDfs.Cluster;

/// <summary>What the holdings of all machines come to: the verdict, and a few sentences for people.</summary>
internal static class ExplanationSummary
{
    public static bool IsFullyCopied(int copies, IReadOnlyList<MachineHolding> machines) =>
        machines.Count(machine => machine is { IsOwner: true, Holds: HoldingState.Present }) == copies
        && machines.All(machine => machine.Holds != HoldingState.Deleted)
        && Versions(machines) == 1;

    public static string Of(int copies, IReadOnlyList<MachineHolding> machines)
    {
        var deletes = machines.Where(machine => machine.Holds == HoldingState.Deleted).Select(machine => machine.DeletedAt).ToList();
        // What an owner should hold: the tombstone of what is deleted, and otherwise a replica.
        var due = deletes.Count > 0 ? HoldingState.Deleted : HoldingState.Present;
        var done = machines.Count(machine => machine.IsOwner && machine.Holds == due);
        var sentences = new List<string>
        {
            due == HoldingState.Deleted ? FormattableString.Invariant($"Deleted at {deletes.Max():u}; {done} of {copies} owners hold the tombstone.")
                : IsFullyCopied(copies, machines) ? $"Fully copied: {done} of {copies} owners hold it."
                : machines.Any(machine => machine.Holds == HoldingState.Present) ? $"{done} of {copies} owners hold it."
                : machines.Any(machine => machine.Holds == HoldingState.Damaged) ? "No sound copy was found."
                : machines.Any(machine => machine.Holds == HoldingState.Unknown) ? "Nobody who told holds anything of it, but not everybody told: it is not known to be absent."
                : "Nobody holds anything of it: it was never stored here, or its delete is forgotten.",
        };
        var isSomewhere = machines.Any(HoldsSomething);
        if (isSomewhere)
        {
            Add(sentences, "Missing at: ", machines.Where(machine => machine.IsOwner && machine.Holds != due));
            Add(sentences, "Held besides by: ", machines.Where(machine => !machine.IsOwner && HoldsSomething(machine)));
        }
        Add(sentences, "Not told by: ", machines.Where(machine => machine.Holds == HoldingState.Unknown && !(isSomewhere && machine.IsOwner)));
        if (due == HoldingState.Present && Versions(machines) > 1)
        {
            sentences.Add("The copies are of different versions; the smallest wins everywhere.");
        }
        return string.Join(' ', sentences);
    }

    private static bool HoldsSomething(MachineHolding machine) => machine.Holds is HoldingState.Present or HoldingState.Deleted or HoldingState.Damaged;

    private static int Versions(IEnumerable<MachineHolding> machines) =>
        machines.Where(machine => machine.Holds == HoldingState.Present).Select(machine => machine.Version).Distinct().Count();

    private static void Add(List<string> sentences, string what, IEnumerable<MachineHolding> machines)
    {
        var named = string.Join(", ", machines.Select(Named));
        if (named.Length > 0)
        {
            sentences.Add($"{what}{named}.");
        }
    }

    private static string Named(MachineHolding machine)
    {
        var name = machine.IsSelf ? "this machine" : machine.Address.Length > 0 ? $"'{machine.Address}'" : $"machine '{machine.Machine}'";
        return machine.Holds switch
        {
            HoldingState.Nothing => $"{name} (nothing)",
            HoldingState.Present => $"{name} (a copy)",
            HoldingState.Deleted => $"{name} (a tombstone)",
            HoldingState.Damaged => $"{name} (a damaged copy)",
            _ => $"{name} ({machine.UnknownBecause?.TrimEnd('.')})",
        };
    }
}
