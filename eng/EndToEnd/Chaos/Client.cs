using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using LightDfs;

namespace EndToEnd.Chaos;

/// <summary>Stores, reads and deletes through any machine, one thing after the other, and keeps a log of what was acknowledged. It never asks twice for the same before it was answered.</summary>
internal sealed class Client(IReadOnlyList<Server> servers, IReadOnlyList<FileInfo> files, ConcurrentDictionary<string, string> digests, Tally tally, int seed)
{
    private const int MostFiles = 50;
    private const int FewestFiles = 10;
    private const int Tries = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);
    private readonly Random _random = new(seed);
    private readonly List<Entry> _entries = [];
    private readonly List<Entry> _there = [];
    private readonly List<Entry> _deleted = [];

    public IReadOnlyList<Entry> Log => _entries;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await StepAsync();
            await Task.Delay(Pace, CancellationToken.None);
        }
    }

    /// <summary>Once all faults are over: what could not be deleted is deleted.</summary>
    public async Task FinishAsync()
    {
        foreach (var entry in _entries.Where(entry => entry.Known == Known.Deleting))
        {
            for (var turn = 0; turn < Tries && entry.Known != Known.Deleted; turn++)
            {
                await DeleteAsync(entry, Any());
            }
        }
    }

    private Server Any() => servers[_random.Next(servers.Count)];

    private async Task StepAsync()
    {
        var choice = _random.Next(100);
        if (_there.Count < FewestFiles || (choice < 35 && _there.Count < MostFiles))
        {
            await StoreAsync(files[_random.Next(files.Count)]);
        }
        else if (choice < 50)
        {
            var entry = _there[_random.Next(_there.Count)];
            _there.Remove(entry);
            await DeleteAsync(entry, Any());
        }
        else if (choice < 58 && _deleted.Count > 0)
        {
            await ReadAsync(_deleted[_random.Next(_deleted.Count)], Any());
        }
        else
        {
            await ReadAsync(_there[_random.Next(_there.Count)], Any());
        }
    }

    private async Task StoreAsync(FileInfo source)
    {
        var entry = new Entry(source, FileId.New().ToString(), await DigestOfAsync(source));
        _entries.Add(entry);
        for (var turn = 0; turn < Tries && entry.Known == Known.Sent; turn++)
        {
            var server = Any();
            var (status, words) = await AskAsync(async cancellationToken =>
            {
                await using var content = source.OpenRead();
                using var request = new HttpRequestMessage(HttpMethod.Put, $"/files/{entry.Id}") { Content = new StreamContent(content) };
                return await server.Client.SendAsync(request, cancellationToken);
            });
            if (status is HttpStatusCode.Created or HttpStatusCode.OK)
            {
                entry.Known = Known.Stored;
                _there.Add(entry);
            }
            else if (status is not null)
            {
                tally.WasOdd($"{server.Name} answered {(int)status} to a store of {entry.Id}: {words}");
            }
        }
    }

    private async Task ReadAsync(Entry entry, Server server)
    {
        string? sha256 = null;
        var (status, _) = await AskAsync(async cancellationToken =>
        {
            var response = await server.Client.GetAsync($"/files/{entry.Id}", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
                sha256 = Convert.ToHexString(await SHA256.HashDataAsync(content, cancellationToken));
            }
            return response;
        });
        switch (status)
        {
            case HttpStatusCode.OK when sha256 != entry.Sha256:
                tally.WasWrong($"{server.Name} sent other bytes of {entry.Id}");
                break;
            case HttpStatusCode.OK when entry.Known == Known.Deleted:
                tally.WasServedAfterDelete();
                break;
            case HttpStatusCode.NotFound when entry.Known == Known.Stored:
                tally.WasLost($"{server.Name} said that there is no {entry.Id} ({entry.Source.Name})");
                break;
            case not null and not HttpStatusCode.OK and not HttpStatusCode.NotFound:
                tally.WasOdd($"{server.Name} answered {(int)status} to a read of {entry.Id}");
                break;
        }
    }

    private async Task DeleteAsync(Entry entry, Server server)
    {
        var isFirst = entry.Known == Known.Stored;
        entry.Known = Known.Deleting;
        var (status, words) = await AskAsync(cancellationToken => server.Client.DeleteAsync($"/files/{entry.Id}", cancellationToken));
        switch (status)
        {
            case HttpStatusCode.NotFound when isFirst:
                tally.WasLost($"{server.Name} said, asked to delete it, that there is no {entry.Id} ({entry.Source.Name})");
                break;
            case HttpStatusCode.NoContent or HttpStatusCode.NotFound:
                entry.Known = Known.Deleted;
                _deleted.Add(entry);
                break;
            case not null:
                tally.WasOdd($"{server.Name} answered {(int)status} to a delete of {entry.Id}: {words}");
                break;
        }
    }

    /// <summary>The answer; without a status when the machine is honestly unavailable.</summary>
    private async Task<(HttpStatusCode? Status, string Words)> AskAsync(Func<CancellationToken, Task<HttpResponseMessage>> ask)
    {
        tally.Asked();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var response = await ask(patience.Token);
            if (response.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage or HttpStatusCode.RequestTimeout))
            {
                return (response.StatusCode, response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync(patience.Token));
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            tally.WasSilent();
            return (null, "");
        }
        tally.WasUnavailable();
        return (null, "");
    }

    private async Task<string> DigestOfAsync(FileInfo source)
    {
        if (!digests.TryGetValue(source.FullName, out var digest))
        {
            await using var content = source.OpenRead();
            digest = digests[source.FullName] = Convert.ToHexString(await SHA256.HashDataAsync(content));
        }
        return digest;
    }
}
