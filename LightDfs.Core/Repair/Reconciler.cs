using LightDfs.Cluster;
using LightDfs.Files;
using LightDfs.Identity;
using LightDfs.Membership;
using LightDfs.Peers;
using LightDfs.Repair.Rounds;
using LightDfs.Ring;
using LightDfs.Storage;
using Microsoft.Extensions.Logging;

namespace LightDfs.Repair;

/// <summary>
/// Brings what machines hold in line with what they should hold, in one loop: handing over, catching up, joining, draining, replacing a machine and mending damage are all the same. The disks
/// are its queue, so nothing is lost when a machine stops; hints only make it prompt.
/// </summary>
internal sealed partial class Reconciler(
    CoOwners coOwners, Strays strays, RoundMemory rounds, TombstoneForgetting forgetting, ClashReport clashes, MembershipState membership, PeerDirectory directory, ClockCheck clock,
    Func<MachineId?> self, Task ready, TimeProvider time, ILogger<Reconciler> logger) : IDisposable
{
    /// <summary>How often all is compared when nothing hints at a difference.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    /// <summary>How long it waits after a pass that left something; twice as long each time that it does not get on, up to <see cref="Period"/>.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _running = new(1, 1);
    private PassResult? _last;
    private PassResult? _current;
    private string _conditions = "";
    private Others? _coOwners;
    private int _hints = 1;

    /// <summary>What the last pass found and left; <see langword="null"/> before the first.</summary>
    public PassResult? Last => Volatile.Read(ref _last);

    /// <summary>The pass that is under way; <see langword="null"/> between passes.</summary>
    public PassResult? Current => Volatile.Read(ref _current);

    /// <summary>Something has to be mended: the next look is within a second.</summary>
    public void Hint() => Interlocked.Exchange(ref _hints, 1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        using var timer = new PeriodicTimer(ControlTimeouts.HeartbeatEvery, time);
        var (lastBegan, pause) = (time.GetTimestamp(), ShortestPause);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            HearRounds();
            var since = time.GetElapsedTime(lastBegan);
            var isHinted = HaveConditionsChanged() | Interlocked.Exchange(ref _hints, 0) == 1;
            if (!isHinted && since < (Last is { Missing: 0, Strays: 0 } ? Period : pause))
            {
                continue;
            }
            lastBegan = time.GetTimestamp();
            var result = await TryPassAsync(cancellationToken).ConfigureAwait(false);
            // As long as it gets on, it goes on.
            pause = isHinted || result is { Done: > 0 } ? ShortestPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, Period.Ticks));
        }
    }

    /// <summary>One pass over all that is held; waits for the one that is under way. <see langword="null"/> while this machine has no id.</summary>
    /// <exception cref="StorageException">This machine's disk fails.</exception>
    public async Task<PassResult?> PassAsync(CancellationToken cancellationToken)
    {
        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (self() is not { } own)
            {
                return null;
            }
            HearRounds();
            var view = membership.View;
            var result = new PassResult(view.Ring, time.GetUtcNow(), view.Copies);
            // By a clock that stands alone no round begins either: its time would be told to others.
            result.IsRound = clock.MayDestroyByAge;
            Volatile.Write(ref _current, result);
            var isPatient = Last is not { LeftToOthers: > 0 };
            try
            {
                await ActAsync(result, ComparedWith(view, own), own, isPatient, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception cause) when (cause is not OperationCanceledException)
            {
                // What the last pass found is true no longer, and nobody is to take it for that.
                result.IsRound = result.IsComplete = false;
                result.Failures[own] = cause.Message;
                throw;
            }
            finally
            {
                Volatile.Write(ref _last, result);
                Volatile.Write(ref _current, null);
            }
            if (result.Done > 0)
            {
                Reconciled(logger, result.Done, result.Missing, result.Strays);
            }
            return result;
        }
        finally
        {
            _running.Release();
        }
    }

    public void Dispose() => _running.Dispose();

    private async Task ActAsync(PassResult result, IReadOnlyList<MachineId> others, MachineId own, bool isPatient, CancellationToken cancellationToken)
    {
        clashes.PassBegins();
        if (result.Ring.Members.IsEmpty)
        {
            result.IsRound = result.IsComplete = false;
        }
        else
        {
            await coOwners.RunAsync(result, others, own, IsSourceOf, isPatient, cancellationToken).ConfigureAwait(false);
            await strays.RunAsync(result, own, IsSourceOf, cancellationToken).ConfigureAwait(false);
        }
        if (result.IsComplete)
        {
            clashes.PassEnded();
        }
        await FinishAsync(result, own, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// False for what a machine that was removed, or whose disk is an old copy, must not bring back when nobody else knows it; <see langword="null"/> while too few have said whether it is one.
    /// </summary>
    private bool? IsSourceOf(FileId id) => self() is not { } own || membership.View.IsRemoved(own) || !rounds.IsSourceOf(id) ? false
        : AreEnoughHeard(membership.View, own) ? true : null;

    /// <summary>
    /// True when so many have told what they remember of this machine that, with it, they are more than half of N; in a large cluster of those that it compares with, since it hears no others.
    /// The latest that was told counts. If one were enough, and that one had forgotten, an old copy of a disk could pass for the present one.
    /// </summary>
    private bool AreEnoughHeard(ClusterView view, MachineId own)
    {
        if (!view.IsLarge)
        {
            return view.IsMajority(1 + rounds.ToldBy(view.Active.Where(machine => machine != own)));
        }
        var compared = ComparedWith(view, own);
        return (1 + rounds.ToldBy(compared)) * 2 > 1 + compared.Length;
    }

    private async Task FinishAsync(PassResult result, MachineId own, CancellationToken cancellationToken)
    {
        var isRound = result.IsRound && AreEnoughHeard(membership.View, own) && (!rounds.IsOld || result.IsComplete) && membership.View.Ring == result.Ring && clock.MayDestroyByAge && result.Begun <= time.GetUtcNow();
        if (isRound)
        {
            await rounds.FinishedAsync(result.Begun, cancellationToken).ConfigureAwait(false);
        }
        await rounds.KeepAsync(all: false, cancellationToken).ConfigureAwait(false);
        await forgetting.StepAsync(result, own, cancellationToken).ConfigureAwait(false);
    }

    private async Task<PassResult?> TryPassAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await PassAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is LightDfsException or IOException)
        {
            ReconcileFailed(logger, cause);
            return null;
        }
    }

    private void HearRounds()
    {
        foreach (var peer in directory.All)
        {
            if (peer.View.Report is { } told)
            {
                rounds.Heard(peer.Id, told.RoundBegun);
            }
        }
    }

    /// <summary>The ring, who of the others is up (in a large cluster: of those that own what this machine does), and how much each of these has found damaged.</summary>
    internal string Conditions
    {
        get
        {
            var view = membership.View;
            IReadOnlyList<MachineId> all = view.IsLarge && self() is { } own ? ComparedWith(view, own) : view.Asked;
            var up = all.Select(machine => (Id: machine, directory.Of(machine).View)).Where(machine => machine.View.State == MachineState.Up);
            return $"{view.Ring.Fingerprint:x32} {string.Join(' ', up.Select(machine => $"{machine.Id}/{machine.View.Report?.Damaged}"))}";
        }
    }

    /// <summary>True when they are others than they were: then much may have to be done, or there is damage that this machine may have good copies for.</summary>
    private bool HaveConditionsChanged()
    {
        (var before, _conditions) = (_conditions, Conditions);
        return before != _conditions;
    }

    /// <summary>In a small ring everybody; in a large one most own nothing of what this machine does.</summary>
    private MachineId[] ComparedWith(ClusterView view, MachineId own)
    {
        if (!view.IsLarge)
        {
            return [.. view.Ring.Members.ToArray().Select(member => member.Id).Where(machine => machine != own)];
        }
        if (_coOwners is not { } known || known.Ring != view.Ring)
        {
            _coOwners = known = new(view.Ring, view.Shares.CoOwnersOf(own));
        }
        return known.Machines;
    }

    [LoggerMessage(Diagnostics.LogEvents.ReconcilePassed, LogLevel.Information, "A pass of reconciling is through. Copies sent, taken or let go of: {Done}; still to be sent: {Missing}; to go home: {Strays}.", EventName = nameof(Reconciled))]
    private static partial void Reconciled(ILogger logger, long done, long missing, long strays);

    [LoggerMessage(Diagnostics.LogEvents.ReconcileFailed, LogLevel.Error, "A pass of reconciling broke off; it is taken up again.", EventName = nameof(ReconcileFailed))]
    private static partial void ReconcileFailed(ILogger logger, Exception cause);

    /// <summary>Who shares partitions with this machine in a ring.</summary>
    private sealed record Others(IHashRing Ring, MachineId[] Machines);
}
