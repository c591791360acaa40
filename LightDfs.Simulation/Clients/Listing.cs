using LightDfs.Simulation.Checks;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Clients;

/// <summary>Lists all files: a listing that ends well lacks nothing that was acknowledged before it began.</summary>
internal static class Listing
{
    public static Task<CallEnd> ListAsync(World world, SimMachine machine)
    {
        var owed = world.Ledger.Files.Where(file => file.IsOwed).ToList();
        return Call.MakeAsync(
            world,
            machine,
            "list",
            async (files, run) =>
            {
                var listed = new List<StoredFile>();
                await foreach (var file in files.ListAsync())
                {
                    listed.Add(file);
                }
                if (!run.IsOver)
                {
                    Check(world, machine, owed, listed);
                }
            },
            cause => cause is FileUnavailableException);
    }

    private static void Check(World world, SimMachine machine, List<LedgerFile> owed, List<StoredFile> listed)
    {
        for (var at = 1; at < listed.Count; at++)
        {
            if (listed[at - 1].Id >= listed[at].Id)
            {
                world.Violate($"{machine} lists {listed[at].Id} after {listed[at - 1].Id}");
            }
        }
        var ids = listed.Select(file => file.Id).ToHashSet();
        foreach (var lacking in owed.Where(file => file.IsOwed && !ids.Contains(file.Id!.Value)))
        {
            world.Violate($"{machine} lists everything, and {lacking} is not in it");
        }
        foreach (var stored in listed)
        {
            if (world.Ledger.Of(stored) is not { } file || (file.Id is { } id && id != stored.Id) || !file.Contents.Exists(content => content.Length == stored.Length))
            {
                world.Violate($"{machine} lists {stored}, which nobody stored");
            }
        }
    }
}
