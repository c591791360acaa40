using LightDfs.Peers;
using LightDfs.Repair.Mending;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Checks;

/// <summary>Copies are confirmed only under the ring that is asked for: whoever confirms has it when the question comes, or when the answer goes.</summary>
internal static class ConfirmationChecks
{
    public static UInt128? RingOf(SimMachine? machine) => machine?.Run?.Machine.Membership.View.Ring.Fingerprint;

    public static void Answered(World world, SimMachine? machine, UInt128? ringBefore, RequestHead question, PeerStatus status)
    {
        if (question.Operation == Operation.Confirm && status == PeerStatus.Ok && machine is { Run: not null }
            && MendWire.TryReadQuestion(question.Payload.Span, out var asked, out _) && asked != ringBefore && asked != RingOf(machine))
        {
            world.Violate($"{machine} confirms copies under ring {asked:x32}, and has {RingOf(machine):x32}");
        }
    }
}
