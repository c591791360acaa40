using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Checks;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Clients;

/// <summary>Stores.</summary>
internal static class Storing
{
    /// <param name="world">Where.</param>
    /// <param name="machine">By whom.</param>
    /// <param name="file">Which.</param>
    /// <param name="content">What.</param>
    /// <param name="dice">How fast, and whether to the end.</param>
    public static async Task StoreAsync(World world, SimMachine machine, LedgerFile file, byte[] content, Dice dice)
    {
        world.Ledger.Try(file, content);
        var pace = dice.Is(0.2) ? dice.Skewed(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(6)) : TimeSpan.Zero;
        int? breaksAt = dice.Is(0.08) ? dice.Below(content.Length + 1) : null;
        using var patience = new CancellationTokenSource(dice.Is(0.1) ? dice.Skewed(TimeSpan.Zero, TimeSpan.FromSeconds(20)) : TimeSpan.FromHours(1), world.Time);
        var end = await Call.MakeAsync(
            world,
            machine,
            $"store {file.Name}{(file.IsCallers ? $" as {file.Id}" : "")} of {content.Length} bytes",
            async (files, run) =>
            {
                var body = new ClientContent(content, world, pace, breaksAt, run.Over);
                var stored = await files.StoreAsync(body, new StoreOptions { FileName = file.Name, Id = file.IsCallers ? file.Id : null, ExpiresAfter = file.ExpiresAfter }, patience.Token);
                if (!run.IsOver)
                {
                    world.Ledger.Stored(file, content, stored, machine);
                }
            },
            cause => cause is InsufficientReplicasException or FileIdExpiredException or UploadTooSlowException or ClientGoneException
                || (cause is FileConflictException && file.Contents.Count > 1)
                || (cause is FileDeletedException && (file.IsDeleteBegun || file.IsCallers || file.HasFailed || !file.IsCallers))
                || (cause is FileUnavailableException && file.IsCallers)
                || (cause is ArgumentException && IsFarAhead(file, machine)),
            patience.Token);
        file.HasFailed |= end == CallEnd.Failed;
    }

    private static bool IsFarAhead(LedgerFile file, SimMachine machine) => file.Id is { } id && id.Created - machine.Clock.GetUtcNow() > TimeSpan.FromDays(1);
}
