using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Clients;

/// <summary>How a client's call ended.</summary>
internal enum CallEnd
{
    Answered,

    /// <summary>An exception that the face promises for such a call.</summary>
    Failed,

    /// <summary>The machine crashed, or the client gave up: nobody knows.</summary>
    Unknown,
}

/// <summary>Makes calls as a client does that is connected to one machine.</summary>
internal static class Call
{
    /// <param name="world">Where.</param>
    /// <param name="machine">Whom; it runs.</param>
    /// <param name="what">For the trace.</param>
    /// <param name="act">The call. What it notes of the answer, it notes only if the client hears it.</param>
    /// <param name="honest">True for the exceptions that the face promises.</param>
    /// <param name="cancellationToken">The client gives up.</param>
    public static async Task<CallEnd> MakeAsync(World world, SimMachine machine, string what, Func<IFileStore, MachineRun, Task> act, Func<Exception, bool> honest, CancellationToken cancellationToken = default)
    {
        if (machine.Run is not { } run)
        {
            return CallEnd.Unknown;
        }
        world.Trace.Note($"{machine} {what}");
        var call = ActAsync();
        try
        {
            await call.WaitAsync(run.Over);
            world.Trace.Note($"{machine} {what}: answered");
            return CallEnd.Answered;
        }
        catch (Exception) when (run.IsOver)
        {
            world.Trace.Note($"{machine} {what}: the machine is gone");
            world.Remains.Add(call);
            return CallEnd.Unknown;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            world.Trace.Note($"{machine} {what}: given up");
            return CallEnd.Unknown;
        }
        catch (Exception cause)
        {
            world.Trace.Note($"{machine} {what}: {cause.GetType().Name} {cause.Message}");
            if (!honest(cause))
            {
                world.Violate($"{machine} {what} ends by what it must not end by: {cause}");
            }
            return CallEnd.Failed;
        }

        async Task ActAsync()
        {
            await machine.Freezer.WhileFrozenAsync(run.Over);
            await act(run.Machine.Files, run);
        }
    }
}
