using System.Globalization;
using LightDfs.Files;
using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Checks;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Clients;

/// <summary>One client, which does one thing after the other.</summary>
internal sealed class Client(World world, int number, Dice dice)
{
    private const int Segment = 64 * 1024;
    private int _calls;

    public async Task RunAsync(CancellationToken end)
    {
        var busy = dice.Between(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(4));
        while (!end.IsCancellationRequested && world.Violations.Count == 0)
        {
            await world.DelayAsync(dice.Skewed(TimeSpan.FromMilliseconds(1), busy * 2), CancellationToken.None);
            var running = world.Machines.Where(machine => machine.Run is not null).ToList();
            if (running.Count > 0)
            {
                var each = dice.Named(string.Create(CultureInfo.InvariantCulture, $"call {number}.{++_calls}"));
                await ActAsync(each.Of(running), each);
            }
        }
    }

    private Task ActAsync(SimMachine machine, Dice each)
    {
        var known = world.Ledger.Files.Where(file => file.Id is not null).ToList();
        var callers = known.Where(file => file.IsCallers).ToList();
        var owed = known.Where(file => file.IsOwed).ToList();
        return each.Below(100) switch
        {
            < 22 => StoreAsync(machine, each, null),
            < 31 => StoreAsync(machine, each, FileId.Create(FileKind.File, world.Time.GetUtcNow(), each)),
            < 34 => StoreAndDeleteAsync(machine, each),
            < 39 when callers.Count > 0 => StoreAgainAsync(machine, Recent(callers, each), each),
            < 43 when callers.Count > 0 => Storing.StoreAsync(world, machine, Recent(callers, each), Content(each), each),
            < 65 when owed.Count > 0 => Reading.ReadAsync(world, machine, each.Of(owed), each),
            < 75 when known.Count > 0 => Reading.ReadAsync(world, machine, each.Of(known), each),
            < 84 when known.Count > 0 => Reading.FindAsync(world, machine, each.Of(known)),
            < 92 when known.Count > 0 => Deleting.DeleteAsync(world, machine, Recent(known, each)),
            < 96 => Listing.ListAsync(world, machine),
            _ => AskForNothingAsync(machine, each),
        };
    }

    private Task StoreAsync(SimMachine machine, Dice each, FileId? id)
    {
        var content = Content(each);
        return Storing.StoreAsync(world, machine, world.Ledger.Begin(id, content, each.Is(0.08) ? each.Between(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3)) : null), content, each);
    }

    /// <summary>Deletes, at some other machine, what is still being stored.</summary>
    private async Task StoreAndDeleteAsync(SimMachine machine, Dice each)
    {
        var storing = StoreAsync(machine, each, FileId.Create(FileKind.File, world.Time.GetUtcNow(), each));
        var file = world.Ledger.Files[^1];
        await world.DelayAsync(each.Skewed(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(3)));
        await Deleting.DeleteAsync(world, each.Of(world.Machines), file);
        await storing;
    }

    private Task StoreAgainAsync(SimMachine machine, LedgerFile file, Dice each) => Storing.StoreAsync(world, machine, file, file.Contents[0], each);

    /// <summary>An id that nobody ever stored under.</summary>
    private Task<CallEnd> AskForNothingAsync(SimMachine machine, Dice each)
    {
        var id = FileId.Create(FileKind.File, world.Time.GetUtcNow(), each);
        return Call.MakeAsync(
            world,
            machine,
            $"find nothing {id}",
            async (files, _) =>
            {
                if (await files.FindAsync(id) is { } found)
                {
                    world.Violate($"{machine} finds {found}, which nobody stored");
                }
            },
            cause => cause is FileUnavailableException);
    }

    /// <summary>Rather one of the last, where things still happen.</summary>
    private static LedgerFile Recent(List<LedgerFile> files, Dice each) => each.Is(0.7) ? files[^(1 + each.Below(Math.Min(4, files.Count)))] : each.Of(files);

    private static byte[] Content(Dice each)
    {
        var length = each.Below(10) switch
        {
            0 => each.Below(3),
            < 6 => each.Below(8 * 1024),
            6 => each.Below(Segment) + 1,
            7 => Segment * each.Between(1, 3),
            _ => Segment + each.Below(5 * Segment),
        };
        var content = new byte[length];
        each.Fill(content);
        return content;
    }
}
