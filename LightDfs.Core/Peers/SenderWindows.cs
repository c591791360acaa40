namespace LightDfs.Peers;

/// <summary>
/// What keeps requests from being accepted twice, and copies of a machine's disk from speaking for it: per sender the newest (start counter, incarnation)
/// with one window of request counters. Lower ones are refused.
/// </summary>
internal sealed class SenderWindows
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MachineId, Sender> _senders = [];

    /// <summary>Accepts a request whose proof holds, or says why not.</summary>
    public string? Refuse(MachineCard sender, ulong counter)
    {
        lock (_lock)
        {
            if (!_senders.TryGetValue(sender.Machine, out var known) || sender.Start > known.Start || (sender.Start == known.Start && sender.Incarnation > known.Incarnation))
            {
                known = new Sender(sender.Start, sender.Incarnation, new ReplayWindow());
                _senders[sender.Machine] = known;
            }
            if (sender.Start < known.Start)
            {
                return $"it comes from start {sender.Start} of machine '{sender.Machine}', which is at start {known.Start}: an old request, or an old copy of its disk";
            }
            if (sender.Incarnation != known.Incarnation)
            {
                return $"two machines with id '{sender.Machine}' run at start {known.Start}: a copy of its data directory";
            }
            return known.Window.Accept(counter) ? null : $"request {counter} of machine '{sender.Machine}' was seen before, or is too old: a replay";
        }
    }

    private sealed record Sender(long Start, ulong Incarnation, ReplayWindow Window);
}
