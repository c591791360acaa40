using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace EndToEnd;

/// <summary>Files far larger than memory should notice: streamed in, read in ranges, and downloaded by other programs while a holder dies.</summary>
internal sealed class LargeFiles(Checks checks, Settings settings)
{
    private const int MostMemory = 300;
    private const int Ranges = 64;

    public async Task RunAsync()
    {
        using var servers = Servers.Prepare(3);
        var failedBefore = checks.Failed;
        var problems = await servers.StartAsync();
        var streamed = await UploadAsync(servers.All[0], settings.Streamed, problems);
        checks.Check("An upload of unknown length is taken", $"{settings.Streamed >> 20} MiB", problems);
        if (streamed is not null)
        {
            checks.Check("Its ranges are exact on every machine", $"{Ranges} ranges", await RangesAsync(servers.All, streamed));
            await DownloadAsync(servers);
            servers.All.ToList().ForEach(server => server.NoteMemory());
            var peaks = servers.All.Select(server => (server.Name, server.PeakMemory)).ToList();
            checks.Check(
                $"No process has more than {MostMemory} MiB resident",
                string.Join(", ", peaks.Select(peak => $"{peak.PeakMemory} MiB")),
                [.. peaks.Where(peak => peak.PeakMemory > MostMemory).Select(peak => $"{peak.Name} had {peak.PeakMemory} MiB")]);
        }
        servers.Keep = checks.Failed > failedBefore;
    }

    private static async Task<string?> UploadAsync(Server server, long length, List<string> problems)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/files?fileName=large.bin") { Content = Pattern.OfUnknownLength(length) };
        request.Headers.TransferEncodingChunked = true;
        using var response = await server.Client.SendAsync(request);
        if (response.StatusCode != HttpStatusCode.Created)
        {
            problems.Add($"{server.Name} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
            return null;
        }
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        if (answer.GetProperty("length").GetInt64() != length)
        {
            problems.Add($"{server.Name} stored {answer.GetProperty("length")} bytes");
        }
        return answer.GetProperty("id").GetString();
    }

    private Task<List<string>> RangesAsync(IReadOnlyList<Server> servers, string id)
    {
        var random = new Random(1);
        var ranges = Enumerable.Range(0, Ranges).Select(i => (From: random.NextInt64(settings.Streamed), Count: 1 + random.Next(3 * 1024 * 1024))).ToList();
        return Transfers.EachAsync(ranges, async (range, turn) =>
        {
            var last = Math.Min(range.From + range.Count, settings.Streamed) - 1;
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/files/{id}") { Headers = { Range = new RangeHeaderValue(range.From, last) } };
            using var response = await servers[turn % servers.Count].Client.SendAsync(request);
            var bytes = await response.Content.ReadAsByteArrayAsync();
            return response.StatusCode != HttpStatusCode.PartialContent ? $"answered {(int)response.StatusCode}"
                : bytes.Length != last - range.From + 1 ? $"has {bytes.Length} bytes"
                : Pattern.IsAt(bytes, range.From) ? null
                : "has other bytes";
        });
    }

    /// <summary>Each program downloads through one machine, while another that holds the file is killed, and comes back before the next.</summary>
    private async Task DownloadAsync(Servers servers)
    {
        List<string> problems = [];
        var id = await UploadAsync(servers.All[1], settings.Downloaded, problems);
        if (id is null)
        {
            checks.Check("A file to download is taken", $"{settings.Downloaded >> 20} MiB", problems);
            return;
        }
        var expected = Pattern.Sha256(settings.Downloaded);
        var (through, victim) = (servers.All[0], servers.All[2]);
        var url = $"{through.Address}/files/{id}";
        foreach (var (program, arguments) in new (string, Func<string, string[]>)[]
        {
            ("curl", file => ["-sS", "--fail", "-C", "-", "-o", file, url]),
            ("wget", file => ["-q", "-c", "-O", file, url]),
            ("aria2c", file => ["-q", "-c", "-x16", "-s16", "-k1M", "--auto-file-renaming=false", "-d", Path.GetDirectoryName(file)!, "-o", Path.GetFileName(file), url]),
        })
        {
            var promise = $"{program} goes on with a download that broke off, while a holder is killed";
            if (Programs.Find(program) is not { } path)
            {
                checks.Skip(promise, $"{program} is not installed");
                continue;
            }
            var file = Path.Combine(servers.Folder, $"{program}.download");
            problems = [.. await ResumeAsync(path, arguments(file), file, victim)];
            if (File.Exists(file))
            {
                await using (var content = File.OpenRead(file))
                {
                    problems.AddRange(content.Length != settings.Downloaded ? [$"it has {content.Length} bytes"]
                        : Convert.ToHexString(await SHA256.HashDataAsync(content)) != expected ? ["it has other bytes"] : []);
                }
                File.Delete(file);
            }
            victim.Start();
            problems.AddRange(new[] { await victim.WaitUntilReadyAsync() }.OfType<string>());
            checks.Check(promise, $"{settings.Downloaded >> 20} MiB", problems);
        }
    }

    private async Task<List<string>> ResumeAsync(string program, string[] arguments, string file, Server victim)
    {
        // The first try is ended in the middle; the second finds a part, and goes on.
        using (var first = Process.Start(new ProcessStartInfo(program, arguments))!)
        {
            while (!first.HasExited && LengthOf(file) < settings.Downloaded / 4)
            {
                await Task.Delay(5);
            }
            if (!first.HasExited)
            {
                await Programs.SignalAsync(first, "TERM");
            }
            await first.WaitForExitAsync();
        }
        using var second = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await victim.KillAsync();
        var words = await second.StandardError.ReadToEndAsync();
        await second.WaitForExitAsync();
        return second.ExitCode == 0 ? [] : [$"it ended with {second.ExitCode}: {words.Trim()}"];
    }

    private static long LengthOf(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;
}
