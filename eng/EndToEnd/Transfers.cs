using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace EndToEnd;

/// <summary>A file that a server has acknowledged.</summary>
internal sealed record Kept(FileInfo Source, string Id, string Sha256, int Server);

/// <summary>Uploads and downloads, many at once.</summary>
internal static class Transfers
{
    /// <summary>Sends files to servers in turn.</summary>
    public static async Task<(List<Kept> Kept, List<string> Problems)> UploadAsync(IEnumerable<FileInfo> files, IReadOnlyList<Server> servers)
    {
        var kept = new ConcurrentBag<Kept>();
        var problems = await EachAsync(files, async (file, turn) =>
        {
            var number = turn % servers.Count;
            await using var content = file.OpenRead();
            var sha256 = Convert.ToHexString(await SHA256.HashDataAsync(content));
            content.Position = 0;
            using var response = await servers[number].Client.PostAsync($"/files?fileName={Uri.EscapeDataString(file.Name)}", new StreamContent(content));
            if (response.StatusCode != HttpStatusCode.Created)
            {
                return $"{servers[number].Name} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}";
            }
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            kept.Add(new Kept(file, answer.GetProperty("id").GetString()!, sha256, number));
            return answer.GetProperty("length").GetInt64() == file.Length ? null : $"{servers[number].Name} stored another length.";
        });
        return ([.. kept], problems);
    }

    /// <summary>Reads files back, each through a server of the caller's choice.</summary>
    public static Task<List<string>> CheckAsync(IEnumerable<Kept> files, Func<Kept, int, Server> choose) => EachAsync(files, async (file, turn) =>
    {
        var server = choose(file, turn);
        var (status, sha256) = await ReadAsync(server, file.Id);
        return status != HttpStatusCode.OK ? $"{server.Name} answered {(int)status}"
            : sha256 != file.Sha256 ? $"{server.Name} sent other bytes"
            : null;
    });

    public static async Task<(HttpStatusCode Status, string? Sha256)> ReadAsync(Server server, string id)
    {
        using var response = await server.Client.GetAsync($"/files/{id}", HttpCompletionOption.ResponseHeadersRead);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return (response.StatusCode, null);
        }
        await using var content = await response.Content.ReadAsStreamAsync();
        return (response.StatusCode, Convert.ToHexString(await SHA256.HashDataAsync(content)));
    }

    /// <summary>Does something with each item; a refused or broken connection is a problem, too.</summary>
    public static async Task<List<string>> EachAsync<T>(IEnumerable<T> items, Func<T, int, Task<string?>> act)
    {
        var problems = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(items.Index(), new ParallelOptions { MaxDegreeOfParallelism = Settings.AtOnce }, async (item, _) =>
        {
            string? problem;
            try
            {
                problem = await act(item.Item, item.Index);
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or TaskCanceledException)
            {
                problem = failure.Message;
            }
            if (problem is not null)
            {
                problems.Add($"{item.Item}: {problem}");
            }
        });
        return [.. problems.Order(StringComparer.Ordinal)];
    }
}
