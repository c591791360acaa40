using System.Collections.Concurrent;

namespace EndToEnd;

/// <summary>What happens to every cluster: a machine comes back at another address, and all of them are restarted in turn while they are used.</summary>
internal sealed class Weather(Checks checks, IReadOnlyList<FileInfo> files)
{
    private const int Files = 100;

    public async Task RunAsync()
    {
        using var servers = Servers.Prepare(3);
        var failedBefore = checks.Failed;
        var (kept, problems) = await servers.StartFilledAsync(files.Take(Files));
        checks.Check("Three more machines start and are filled", $"{kept.Count} files", problems);
        if (checks.Failed == failedBefore)
        {
            await MoveAsync(servers.All, kept);
            await RollAsync(servers.All, kept);
        }
        servers.Keep = checks.Failed > failedBefore;
    }

    private async Task MoveAsync(IReadOnlyList<Server> all, List<Kept> kept)
    {
        var moved = all[1];
        var problems = new[] { await moved.StopAsync() }.OfType<string>().ToList();
        moved.MoveTo(FreeAddresses.Find(1)[0]);
        moved.Start();
        problems.AddRange(new[] { await moved.WaitUntilReadyAsync() }.OfType<string>());
        problems.AddRange(await Questions.WaitUntilUpAsync(all, moved.Address));
        problems.AddRange(await Transfers.CheckAsync(kept, (_, turn) => all[turn % all.Count]));
        problems.AddRange(await Questions.StatusOfUnknownAsync(all, 404));
        checks.Check("A machine at another address is recognised, lists unchanged", $"{kept.Count} SHA-256", problems);
    }

    private async Task RollAsync(IReadOnlyList<Server> all, List<Kept> kept)
    {
        List<string> problems = [];
        var requests = 0;
        foreach (var restarted in all)
        {
            using var done = new CancellationTokenSource();
            List<Server> others = [.. all.Where(server => server != restarted)];
            var load = LoadAsync(others, kept, done.Token);
            problems.AddRange(new[] { await restarted.StopAsync() }.OfType<string>());
            restarted.Start();
            problems.AddRange(new[] { await restarted.WaitUntilReadyAsync() }.OfType<string>());
            problems.AddRange(await Questions.WaitUntilUpAsync(others, restarted.Address));
            await done.CancelAsync();
            var (count, refused) = await load;
            requests += count;
            problems.AddRange(refused);
        }
        checks.Check("All are restarted in turn under load: the others refuse nothing", $"{requests} requests, {problems.Count} refused", problems);
    }

    /// <summary>Uploads and downloads by four clients until told to end.</summary>
    private async Task<(int Requests, IReadOnlyCollection<string> Refused)> LoadAsync(List<Server> servers, List<Kept> kept, CancellationToken done)
    {
        var problems = new ConcurrentBag<string>();
        var requests = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async client =>
        {
            for (var turn = client; !done.IsCancellationRequested; turn += 4)
            {
                var server = servers[turn % servers.Count];
                foreach (var problem in turn / 4 % 2 == 0
                    ? await Transfers.CheckAsync([kept[turn % kept.Count]], (_, _) => server)
                    : (await Transfers.UploadAsync([files[turn % files.Count]], [server])).Problems)
                {
                    problems.Add(problem);
                }
                Interlocked.Increment(ref requests);
            }
        }));
        return (requests, problems);
    }
}
