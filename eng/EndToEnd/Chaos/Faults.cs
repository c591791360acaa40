using System.Globalization;

namespace EndToEnd.Chaos;

/// <summary>
/// Faults, one after the other, sometimes two at once, each drawn from the seed and undone before the next. Nothing here can destroy all copies of a file: of all faults only flipped bytes destroy, and of
/// each file one copy at most is ever spoilt, while an acknowledged one has two.
/// </summary>
internal sealed class Faults(IReadOnlyList<Server> servers, PrivateNetwork? network, SmallDisk? disk, int seed, TimeSpan shortest, TimeSpan longest)
{
    private const string Kill = "kill -9";
    private const string Pause = "stopped (SIGSTOP), and continued";
    private const string Isolate = "cut off from all others";
    private const string CutPair = "a pair cut from each other";
    private const string FullDisk = "disk full to the last byte";
    private const string Flip = "byte flipped in a replica";
    private const string Restart = "restarted in turn (SIGTERM)";
    private const string Lose = "dead until it is replaced";
    private const string Together = "of them at the same time as another";
    private static readonly TimeSpan Dead = TimeSpan.FromSeconds(75);
    private readonly Random _random = new(seed);
    /// <summary>Its draws depend on what the disks hold, and the other faults are to be the same again for a seed.</summary>
    private readonly Random _ofReplicas = new(~seed);
    private readonly HashSet<string> _spoilt = new(StringComparer.Ordinal);

    /// <summary>How many of each kind.</summary>
    public SortedDictionary<string, int> Injected { get; } = new(StringComparer.Ordinal);

    /// <summary>What did not go as it must, such as a machine that did not come back.</summary>
    public List<string> Problems { get; } = [];

    public async Task RunAsync(TimeSpan duration)
    {
        var begun = TimeProvider.System.GetTimestamp();
        List<string> kinds = [Kill, Pause, Flip, Restart, Flip];
        kinds.AddRange(network is null ? [] : [Isolate, CutPair]);
        kinds.AddRange(disk is null ? [] : [FullDisk]);
        kinds.AddRange(duration >= 3 * Dead ? [Lose] : []);
        // All kinds in another order each time, so that a short run has each of them.
        for (var turn = 0; TimeProvider.System.GetElapsedTime(begun) < duration; turn++)
        {
            if (turn % kinds.Count == 0)
            {
                _random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(kinds));
            }
            var kind = kinds[turn % kinds.Count];
            if (kind != Lose || !Injected.ContainsKey(Lose))
            {
                await InjectAsync(kind, TimeProvider.System.GetElapsedTime(begun));
            }
            await Task.Delay(Draw(TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(2)));
        }
    }

    private async Task InjectAsync(string kind, TimeSpan at)
    {
        var (one, other) = DrawTwo(kind);
        var time = kind == Lose ? Dead : Draw(shortest, longest);
        var second = kind is not (Restart or Lose) && _random.Next(4) == 0 ? _random.GetItems([Kill, Pause], 1)[0] : null;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"          {at.TotalSeconds,6:0.0} s  {kind}: {servers[one].Name}{(second is null ? "" : $"; {second}: {servers[other].Name}")}, {time.TotalSeconds:0.0} s"));
        if (second is null)
        {
            await OneAsync(kind, one, other, time);
        }
        else
        {
            Count(Together);
            await Task.WhenAll(OneAsync(kind, one, other, time), OneAsync(second, other, one, time));
        }
    }

    private async Task OneAsync(string kind, int machine, int other, TimeSpan time)
    {
        Count(kind);
        var server = servers[machine];
        switch (kind)
        {
            case Kill or Lose:
                await server.KillAsync();
                await Task.Delay(time);
                server.Start();
                await ReadyAsync(server);
                break;
            case Pause:
                await server.PauseAsync();
                await Task.Delay(time);
                await server.ContinueAsync();
                break;
            case Isolate:
                int[] others = [.. Enumerable.Range(0, servers.Count).Where(each => each != machine)];
                foreach (var each in others)
                {
                    await network!.CutAsync(machine, each);
                }
                await Task.Delay(time);
                foreach (var each in others)
                {
                    await network!.JoinAsync(machine, each);
                }
                break;
            case CutPair:
                await network!.CutAsync(machine, other);
                await Task.Delay(time);
                await network.JoinAsync(machine, other);
                break;
            case FullDisk:
                disk!.Fill();
                await Task.Delay(time);
                disk.Free();
                break;
            case Flip:
                SpoilOne(server);
                break;
            case Restart:
                foreach (var each in servers)
                {
                    Note(await each.StopAsync());
                    each.Start();
                    await ReadyAsync(each);
                }
                break;
        }
    }

    private void SpoilOne(Server server)
    {
        var replicas = StoredReplicas.Of(server).ToArray();
        _ofReplicas.Shuffle(replicas);
        foreach (var replica in replicas.Where(replica => _spoilt.Add(replica.Name)))
        {
            try
            {
                BitRot.Flip(replica.Path, replica.Start + _ofReplicas.NextInt64(replica.Length), _ofReplicas.Next(8));
                return;
            }
            catch (FileNotFoundException)
            {
                // Deleted by a client since it was listed: another one.
            }
        }
    }

    private async Task ReadyAsync(Server server) => Note(await server.WaitUntilReadyAsync());

    private void Note(string? problem)
    {
        if (problem is not null)
        {
            lock (Problems)
            {
                Problems.Add(problem);
            }
        }
    }

    private void Count(string kind)
    {
        lock (Injected)
        {
            Injected[kind] = Injected.GetValueOrDefault(kind) + 1;
        }
    }

    private TimeSpan Draw(TimeSpan from, TimeSpan to) => from + ((to - from) * _random.NextDouble());

    private (int One, int Other) DrawTwo(string kind)
    {
        // The last one has the small disk.
        var one = kind == FullDisk ? servers.Count - 1 : _random.Next(servers.Count);
        return (one, (one + 1 + _random.Next(servers.Count - 1)) % servers.Count);
    }
}
