namespace LightDfs;

/// <summary>One machine that did not do what it was asked.</summary>
/// <param name="Machine">Its id; <see langword="null"/> when it never told one.</param>
/// <param name="Address">The address that was asked; empty for this machine itself.</param>
/// <param name="Reason">Why, as a sentence for people.</param>
public sealed record MachineFailure(MachineId? Machine, string Address, string Reason)
{
    /// <summary>Who and why, in one line.</summary>
    public override string ToString() => (Address.Length == 0 ? "this machine" : $"'{Address}'") + $": {Reason}";

    internal static string Join(IEnumerable<MachineFailure> failures) => string.Join("; ", failures);
}
