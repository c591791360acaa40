namespace EndToEnd;

/// <summary>The life of a cluster of three: filled, hit, used on, and healed by a restart.</summary>
internal sealed class Scenario(Checks checks, IReadOnlyList<FileInfo> files)
{
    private const int Machines = 3;
    private readonly List<Kept> _kept = [];
    private List<string> _deleted = [];

    public async Task RunAsync()
    {
        using var servers = Servers.Prepare(Machines);
        checks.Check("Three machines start and serve", $"{Machines} processes", await servers.StartAsync());
        if (checks.Failed == 0)
        {
            await FillAsync(servers.All);
            await AskAsync(servers.All);
            await LoseOneAsync(servers.All);
            await RestartAsync(servers.All);
        }
        servers.Keep = checks.Failed > 0;
    }

    private async Task FillAsync(IReadOnlyList<Server> all)
    {
        var (kept, problems) = await Transfers.UploadAsync(files, all);
        _kept.AddRange(kept);
        checks.Check("Every upload is acknowledged", $"{_kept.Count} files", problems);
        checks.Check(
            "Every file comes back through a machine that did not receive it",
            $"{_kept.Count} SHA-256",
            await Transfers.CheckAsync(_kept, (file, turn) => all[(file.Server + 1 + turn % (Machines - 1)) % Machines]));
    }

    private async Task AskAsync(IReadOnlyList<Server> all)
    {
        checks.Check("A list has every file once, in order", $"{Machines} lists", await Questions.ListsAsync(all, [.. _kept.Select(file => file.Id)]));
        checks.Check("An id that nobody knows is not found", $"{Machines} machines", await Questions.StatusOfUnknownAsync(all, 404));
        checks.Check("An error is a problem document, also without reflection", $"{Machines} machines", await Questions.ProblemDocumentsAsync(all));

        var dying = _kept.Take(10).ToList();
        _kept.RemoveRange(0, dying.Count);
        _deleted = [.. dying.Select(file => file.Id)];
        var problems = await Transfers.EachAsync(_deleted, (id, turn) => Questions.DeleteAsync(all[turn % Machines], id));
        problems.AddRange(await Questions.StatusOfAsync(all, _deleted, 404));
        checks.Check("A deleted file is gone on every machine", $"{_deleted.Count} files", problems);
    }

    private async Task LoseOneAsync(IReadOnlyList<Server> all)
    {
        var dead = all[0];
        List<Server> living = [.. all.Skip(1)];
        await dead.KillAsync();

        var (kept, problems) = await Transfers.UploadAsync(Some(Settings.UploadsAfterKill), living);
        _kept.AddRange(kept);
        checks.Check("After kill -9 of one machine, every upload is acknowledged at once", $"{kept.Count} files", problems);
        checks.Check("While it is down, every file comes back", $"{_kept.Count} SHA-256", await Transfers.CheckAsync(_kept, (_, turn) => living[turn % living.Count]));
        checks.Check("While it is down, an id that nobody knows is unavailable, not absent", $"{living.Count} machines", await Questions.StatusOfUnknownAsync(living, 503));
        checks.Check("While it is down, a deleted file stays deleted", $"{_deleted.Count} files", await Questions.StatusOfAsync(living, _deleted, 404));
        checks.Check("While it is down, no list looks whole", $"{living.Count} lists", await Questions.ListsAreNotWholeAsync(living));
        await CountAttemptsAsync(dead, living);
    }

    private async Task CountAttemptsAsync(Server dead, List<Server> living)
    {
        var problems = await Questions.WaitUntilDownAsync(living, dead.Address);
        var since = living.ConvertAll(server => server.Log.Position);
        var (kept, refused) = await Transfers.UploadAsync(Some(Settings.UploadsAfterKill), living);
        _kept.AddRange(kept);
        problems.AddRange(refused);
        var attempts = new List<int>();
        foreach (var (i, server) in living.Index())
        {
            if (!await server.Log.CatchUpAsync())
            {
                problems.Add($"{server.Name} logs no heartbeats, so its attempts cannot be counted.");
            }
            if (living.Sum(other => server.Log.AttemptsForFiles(other.Address, since[i]).Count) == 0)
            {
                problems.Add($"{server.Name} logs no attempts to store on the other living machine, so those on the dead one cannot be counted.");
            }
            var operations = server.Log.AttemptsForFiles(dead.Address, since[i]);
            attempts.Add(operations.Count);
            if (operations.Count > 1)
            {
                problems.Add($"{server.Name} tried the dead machine {operations.Count} times: {string.Join(", ", operations.Distinct())}.");
            }
        }
        checks.Check("Known to be down, it costs uploads at most one attempt a machine", $"{kept.Count} files, {string.Join(" and ", attempts)} attempts", problems);
    }

    private async Task RestartAsync(IReadOnlyList<Server> all)
    {
        var returned = all[0];
        returned.Start();
        checks.Check("The killed machine starts again with its data", "1 process", [.. new[] { await returned.WaitUntilReadyAsync() }.OfType<string>()]);
        checks.Check("Every file comes back through it", $"{_kept.Count} SHA-256", await Transfers.CheckAsync(_kept, (_, _) => returned));

        foreach (var other in all.Skip(1))
        {
            await other.KillAsync();
        }
        var (held, problems) = await Questions.ServedAloneAsync(returned, _kept, _deleted);
        checks.Check("Alone, it serves exactly what it holds, and calls nothing else absent", $"{held} replicas", problems);

        foreach (var other in all.Skip(1))
        {
            other.Start();
        }
        problems = [.. (await Task.WhenAll(all.Select(server => server.WaitUntilReadyAsync()))).OfType<string>()];
        problems.AddRange(await Transfers.CheckAsync(_kept, (_, turn) => all[turn % all.Count]));
        checks.Check("With all three back, every file comes back", $"{_kept.Count} SHA-256", problems);
        checks.Check("With all three back, deleted files stay deleted", $"{_deleted.Count} files", await Questions.StatusOfAsync(all, _deleted, 404));
    }

    private IEnumerable<FileInfo> Some(int count) => Enumerable.Range(0, count).Select(i => files[i * 7 % files.Count]);
}
