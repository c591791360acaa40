using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PackageTest;

/// <summary>Every endpoint of the sample FileServer, asked of the machines of one cluster in turn: replies and contents.</summary>
internal sealed partial class Endpoints(IReadOnlyList<HttpClient> machines)
{
    private const string Prefix = "/files";
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private readonly byte[] _small = Encoding.UTF8.GetBytes("A small file with ümlauts in it.");
    private readonly byte[] _segmented = RandomNumberGenerator.GetBytes((20 * 1024 * 1024) + 1);
    private readonly List<string> _ids = [];
    private int _turn;

    private HttpClient Next => machines[_turn++ % machines.Count];

    public async Task CheckAsync(Checks checks)
    {
        await CheckAsync(checks, "live, ready and status", LivingAsync);
        await CheckAsync(checks, "POST of a body", PostAsync);
        await CheckAsync(checks, "POST of a body of three segments", PostSegmentsAsync);
        await CheckAsync(checks, "POST of a form", PostFormAsync);
        await CheckAsync(checks, "PUT, again, and of another content", PutAsync);
        await CheckAsync(checks, "HEAD, conditions and ranges", ReadAsync);
        await CheckAsync(checks, "the list of all files", ListAsync);
        await CheckAsync(checks, "explain", ExplainAsync);
        await CheckAsync(checks, "DELETE, and what comes after", DeleteAsync);
        await CheckAsync(checks, "problem details", RefuseAsync);
    }

    private async Task CheckAsync(Checks checks, string what, Func<Faults, Task> ask)
    {
        var faults = new Faults();
        await ask(faults);
        checks.Check($"Native code answers as it should: {what}", $"{machines.Count} machines", faults.All);
    }

    private async Task LivingAsync(Faults faults)
    {
        foreach (var machine in machines)
        {
            using var live = await machine.GetAsync("/health/live");
            await faults.ExpectStatusAsync("live", live, HttpStatusCode.OK);
            using var ready = await WhenReadyAsync(machine);
            await faults.ExpectStatusAsync("ready", ready, HttpStatusCode.OK);
            var status = await machine.GetFromJsonAsync<JsonElement>("/status");
            faults.Expect("members", status.GetProperty("members").GetInt32(), machines.Count);
            faults.Expect("isReady", status.GetProperty("isReady").GetBoolean(), true);
        }
    }

    private static async Task<HttpResponseMessage> WhenReadyAsync(HttpClient machine)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var response = await machine.GetAsync("/health/ready");
            if (response.IsSuccessStatusCode || TimeProvider.System.GetElapsedTime(begun) > ReadyLimit)
            {
                return response;
            }
            response.Dispose();
            await Task.Delay(50);
        }
    }

    /// <summary>What was stored must be told, and be readable from every machine.</summary>
    /// <returns>What was told, as JSON; null when the file was not stored.</returns>
    private async Task<JsonElement?> ExpectStoredAsync(Faults faults, HttpResponseMessage stored, byte[] content, string fileName)
    {
        await faults.ExpectStatusAsync("store", stored, HttpStatusCode.Created);
        if (stored.StatusCode != HttpStatusCode.Created)
        {
            return null;
        }
        var document = await stored.Content.ReadFromJsonAsync<JsonElement>();
        var id = document.GetProperty("id").GetString()!;
        _ids.Add(id);
        // A client that PUTs knows the address.
        var location = stored.RequestMessage!.Method == HttpMethod.Post ? $"{Prefix}/{id}" : null;
        faults.Expect("Location", stored.Headers.Location?.OriginalString, location);
        faults.Expect("length", document.GetProperty("length").GetInt64(), content.Length);
        faults.Expect("fileName", document.GetProperty("fileName").GetString(), fileName);
        foreach (var machine in machines)
        {
            using var read = await machine.GetAsync($"{Prefix}/{id}");
            await faults.ExpectStatusAsync("GET", read, HttpStatusCode.OK);
            faults.ExpectBytes("GET", await read.Content.ReadAsByteArrayAsync(), content);
            faults.Expect("file name sent", read.Content.Headers.ContentDisposition?.FileNameStar ?? read.Content.Headers.ContentDisposition?.FileName, fileName);
            faults.Expect("ETag", read.Headers.ETag, stored.Headers.ETag);
        }
        return document;
    }
}
