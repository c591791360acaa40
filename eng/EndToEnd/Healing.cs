namespace EndToEnd;

/// <summary>The machines mend each other's copies by themselves: of one that was killed while the others went on, and of a disk that spoilt a file.</summary>
internal sealed class Healing(Checks checks, IReadOnlyList<FileInfo> files)
{
    private const int Files = 120;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public async Task RunAsync()
    {
        using var servers = Servers.Prepare(3);
        var failedBefore = checks.Failed;
        var (before, problems) = await servers.StartFilledAsync(files.Take(Files));
        checks.Check("Three machines start, and are filled", $"{before.Count} files", problems);
        if (checks.Failed == failedBefore)
        {
            await HealAsync(servers.All, before);
        }
        servers.Keep = checks.Failed > failedBefore;
    }

    private async Task HealAsync(IReadOnlyList<Server> all, List<Kept> before)
    {
        var killed = all[2];
        await killed.KillAsync();
        var (since, problems) = await Transfers.UploadAsync(files.Skip(Files).Take(Files), [.. all.Take(2)]);
        List<Kept> deleted = [.. before.Take(10)];
        problems.AddRange(await Transfers.EachAsync(deleted, (file, _) => Questions.DeleteAsync(all[0], file.Id)));
        List<Kept> kept = [.. before.Skip(10), .. since];
        checks.Check("The others go on without the third", $"{since.Count} stored, {deleted.Count} deleted", problems);

        problems = [];
        var spoilt = kept.Find(file => file.Source.Length is > 0 && Spoil(all[1], file.Id));
        problems.AddRange(spoilt is null ? ["no replica was found to be spoilt"] : await Transfers.CheckAsync([spoilt], (_, _) => all[1]));
        checks.Check("A spoilt copy is never given out", "1 bit", problems);

        killed.Start();
        problems = [.. new[] { await killed.WaitUntilReadyAsync() }.OfType<string>()];
        var begun = TimeProvider.System.GetTimestamp();
        problems.AddRange(await WaitUntilDoneAsync(all));
        var took = TimeProvider.System.GetElapsedTime(begun);
        problems.AddRange(await Transfers.EachAsync(kept, async (file, turn) => await Questions.WhyNotFullAsync(all[turn % 3], file.Id) is { } why ? $"{file.Source.Name}: {why}" : null));
        checks.Check("All have full copies again, by themselves", $"{kept.Count} files, {took.TotalSeconds:0} s", problems);

        await all[0].KillAsync();
        await all[1].KillAsync();
        problems = await Transfers.CheckAsync(kept, (_, _) => killed);
        problems.AddRange(await Questions.StatusOfAsync([killed], [.. deleted.Select(file => file.Id)], 404));
        checks.Check("The one that was killed gives all of it alone, and nothing deleted", $"{kept.Count} SHA-256", problems);
    }

    /// <summary>Flips the first bit of what a machine's disk has of a file; false when it has nothing of it.</summary>
    private static bool Spoil(Server server, string id)
    {
        if (StoredReplicas.Find(server, id) is not { } replica)
        {
            return false;
        }
        BitRot.Flip(replica.Path, replica.Start + replica.ContentAt, 0);
        return true;
    }

    /// <summary>Waits until every machine says that nothing is left to be mended.</summary>
    private static Task<List<string>> WaitUntilDoneAsync(IReadOnlyList<Server> servers) => Transfers.EachAsync(servers, async (server, _) =>
    {
        var begun = TimeProvider.System.GetTimestamp();
        var said = "";
        while (TimeProvider.System.GetElapsedTime(begun) < Patience)
        {
            var status = await server.StatusAsync();
            var repair = status.GetProperty("repair");
            said = repair.GetRawText();
            // What was stored less than a minute ago is left alone for so long.
            if (repair.GetProperty("isDone").GetBoolean() && status.GetProperty("machines").EnumerateArray().Select(machine => machine.GetProperty("replicas").GetInt64()).Distinct().Count() == 1
                && status.GetProperty("machines").EnumerateArray().All(machine => machine.GetProperty("damaged").GetInt64() == 0))
            {
                return null;
            }
            await Task.Delay(200);
        }
        return $"{server.Name} is not done within {Patience.TotalMinutes} min: {said}";
    });
}
