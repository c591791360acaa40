using LightDfs.Simulation.Chance;
using LightDfs.Simulation.Checks;
using LightDfs.Simulation.Machines;

namespace LightDfs.Simulation.Clients;

/// <summary>Reads, whole or in ranges, and holds what comes against what was stored.</summary>
internal static class Reading
{
    /// <summary>Reads a file; the answer is checked. Answered also means "not found".</summary>
    public static Task<CallEnd> ReadAsync(World world, SimMachine machine, LedgerFile file, Dice dice)
    {
        var expected = Expectation.Of(world, file);
        return Call.MakeAsync(
            world,
            machine,
            $"open {file.Name}",
            async (files, run) =>
            {
                await using var opened = await files.OpenAsync(file.Id!.Value);
                if (opened is null)
                {
                    Heard(run, () => expected.NotFound(world, machine, file));
                    return;
                }
                if (opened.Info.Length != opened.Content.Length)
                {
                    world.Violate($"{machine} opens {file} with {opened.Info.Length} bytes in its description and {opened.Content.Length} in its content");
                }
                var candidates = file.Contents.Where(content => content.Length == opened.Info.Length).ToList();
                foreach (var (offset, length) in Ranges(opened.Info.Length, dice))
                {
                    var read = await ReadAsync(opened.Content, offset, length);
                    candidates.RemoveAll(content => !content.AsSpan(offset, length).SequenceEqual(read));
                    if (candidates.Count == 0)
                    {
                        Heard(run, () => world.Violate($"{machine} reads {file}, bytes {offset} to {offset + length}, as {read.Length} bytes that nobody stored there"));
                        return;
                    }
                }
                Heard(run, () => expected.Found(world, machine, file));
            },
            cause => cause is FileUnavailableException);
    }

    /// <summary>Asks whether a file is there.</summary>
    public static Task<CallEnd> FindAsync(World world, SimMachine machine, LedgerFile file)
    {
        var expected = Expectation.Of(world, file);
        return Call.MakeAsync(
            world,
            machine,
            $"find {file.Name}",
            async (files, run) =>
            {
                var found = await files.FindAsync(file.Id!.Value);
                Heard(run, () =>
                {
                    if (found is null)
                    {
                        expected.NotFound(world, machine, file);
                    }
                    else if (found.Id != file.Id || found.FileName != file.Name || !file.Contents.Exists(content => content.Length == found.Length))
                    {
                        world.Violate($"{machine} finds {file} as {found}");
                    }
                    else
                    {
                        expected.Found(world, machine, file);
                    }
                });
            },
            cause => cause is FileUnavailableException);
    }

    private static void Heard(MachineRun run, Action check)
    {
        if (!run.IsOver)
        {
            check();
        }
    }

    private static List<(int Offset, int Length)> Ranges(long length, Dice dice)
    {
        if (dice.Is(0.6))
        {
            return [(0, (int)length)];
        }
        var ranges = new List<(int Offset, int Length)>();
        for (var count = dice.Between(1, 3); count > 0; count--)
        {
            var offset = dice.Below((int)length + 1);
            ranges.Add((offset, dice.Below((int)length - offset + 1)));
        }
        return ranges;
    }

    /// <summary>As much as comes of so many bytes.</summary>
    private static async Task<byte[]> ReadAsync(Stream content, int offset, int length)
    {
        content.Seek(offset, SeekOrigin.Begin);
        var bytes = new byte[length];
        var read = await content.ReadAtLeastAsync(bytes, length, throwOnEndOfStream: false);
        if (offset + length == content.Length && read == length && await content.ReadAsync(new byte[1]) != 0)
        {
            return [.. bytes, 0];
        }
        return bytes[..read];
    }
}
