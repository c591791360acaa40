using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace EndToEnd.Chaos;

/// <summary>After the faults: waits until the machines have mended everything, and compares the clients' logs with what each of them gives.</summary>
internal sealed class Verdict(IReadOnlyList<Server> servers, IReadOnlyList<Entry> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private readonly ConcurrentBag<string> _lost = [];
    private readonly ConcurrentBag<string> _resurrected = [];
    private readonly ConcurrentBag<string> _wrong = [];
    private readonly ConcurrentBag<string> _apart = [];

    public IReadOnlyCollection<string> Lost => _lost;

    public IReadOnlyCollection<string> Resurrected => _resurrected;

    public IReadOnlyCollection<string> WrongBytes => _wrong;

    /// <summary>Not acknowledged, and some machines give it while others say that it does not exist.</summary>
    public IReadOnlyCollection<string> Apart => _apart;

    private List<Entry> Stored => [.. log.Where(entry => entry.Known == Known.Stored)];

    /// <summary>Waits until every machine says that nothing is left to be mended, and each acknowledged file has all its copies.</summary>
    /// <returns>How long that took, and what speaks against it.</returns>
    public async Task<(TimeSpan Took, List<string> Problems)> WaitUntilFullAsync()
    {
        var begun = TimeProvider.System.GetTimestamp();
        var open = Stored;
        List<string> problems;
        do
        {
            await Task.Delay(250);
            problems = await Transfers.EachAsync(servers, async (server, _) => WhyNotDone(await server.StatusAsync()) is { } why ? $"{server.Name}: {why}" : null);
            if (problems.Count == 0)
            {
                var lacking = new ConcurrentBag<Entry>();
                problems = await Transfers.EachAsync(open, async (entry, turn) =>
                {
                    if (await Questions.WhyNotFullAsync(servers[turn % servers.Count], entry.Id) is not { } why)
                    {
                        return null;
                    }
                    lacking.Add(entry);
                    return $"{entry.Source.Name}: {why}";
                });
                open = problems.Count == lacking.Count ? [.. lacking] : open;
            }
        }
        while (problems.Count > 0 && TimeProvider.System.GetElapsedTime(begun) < Patience);
        return (TimeProvider.System.GetElapsedTime(begun), problems);
    }

    /// <summary>Reads every file of the log from every machine.</summary>
    /// <returns>Answers that are none, which there is no reason for any more.</returns>
    public Task<List<string>> CompareAsync() => Transfers.EachAsync(log, async (entry, _) =>
    {
        var answers = new List<HttpStatusCode>();
        foreach (var server in servers)
        {
            var (status, sha256) = await Transfers.ReadAsync(server, entry.Id);
            var what = $"{server.Name}: {entry.Id} ({entry.Source.Name})";
            answers.Add(status);
            if (status == HttpStatusCode.OK && sha256 != entry.Sha256)
            {
                _wrong.Add(what);
            }
            if (status == HttpStatusCode.OK && entry.Known == Known.Deleted)
            {
                _resurrected.Add(what);
            }
            if (status == HttpStatusCode.NotFound && entry.Known == Known.Stored)
            {
                _lost.Add(what);
            }
        }
        if (answers.Distinct().Count() > 1)
        {
            _apart.Add($"{entry.Id} ({entry.Known}): {string.Join(", ", answers.Select(answer => (int)answer))}");
        }
        return answers.TrueForAll(answer => answer is HttpStatusCode.OK or HttpStatusCode.NotFound) ? null : $"{entry.Id} ({entry.Known}): {string.Join(", ", answers.Select(answer => (int)answer))}";
    });

    private static string? WhyNotDone(JsonElement status)
    {
        var repair = status.GetProperty("repair");
        var machines = status.GetProperty("machines").EnumerateArray().ToList();
        return !status.GetProperty("isReady").GetBoolean() ? status.GetProperty("notReadyBecause").GetString()
            : machines.Find(machine => machine.GetProperty("state").GetString() != "Up" || machine.GetProperty("isOut").GetBoolean() || machine.GetProperty("damaged") is not { ValueKind: JsonValueKind.Number } damaged || damaged.GetInt64() > 0)
                is { ValueKind: JsonValueKind.Object } machine ? $"{machine.GetProperty("state").GetString()} ({machine.GetProperty("why").GetString()}), out: {machine.GetProperty("isOut")}, damaged: {machine.GetProperty("damaged")}"
            : !repair.GetProperty("isDone").GetBoolean() || repair.GetProperty("missing").GetInt64() + repair.GetProperty("strays").GetInt64() > 0 ? repair.GetRawText()
            : null;
    }
}
