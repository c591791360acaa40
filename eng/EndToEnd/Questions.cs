using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LightDfs;

namespace EndToEnd;

/// <summary>What servers are asked besides files. Every method answers with what speaks against the promise.</summary>
internal static class Questions
{
    public static Task<List<string>> ListsAsync(IReadOnlyList<Server> servers, IReadOnlyList<string> ids)
    {
        List<string> expected = [.. ids.Order(StringComparer.Ordinal)];
        return Transfers.EachAsync(servers, async (server, _) =>
        {
            var lines = (await server.Client.GetStringAsync("/files")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var listed = lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("id").GetString()!).ToList();
            return listed.SequenceEqual(expected)
                ? null
                : $"{listed.Count} ids listed, {expected.Except(listed).Count()} of {expected.Count} missing, {listed.Except(expected).Count()} unknown";
        });
    }

    public static Task<List<string>> ListsAreNotWholeAsync(IReadOnlyList<Server> servers) => Transfers.EachAsync(servers, async (server, _) =>
    {
        try
        {
            using var response = await server.Client.GetAsync("/files");
            return response.StatusCode == HttpStatusCode.ServiceUnavailable ? null : $"{server.Name} answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException brokenOff) when (brokenOff.HttpRequestError == HttpRequestError.ResponseEnded || brokenOff.InnerException is IOException)
        {
            return null;
        }
    });

    /// <summary>Which copies a file lacks, as a machine explains it; null when it has all.</summary>
    public static async Task<string?> WhyNotFullAsync(Server server, string id)
    {
        var explained = JsonSerializer.Deserialize<JsonElement>(await server.Client.GetStringAsync($"/explain/{id}"));
        return explained.GetProperty("isFullyCopied").GetBoolean() ? null : explained.GetProperty("summary").GetString();
    }

    public static Task<List<string>> StatusOfUnknownAsync(IReadOnlyList<Server> servers, int expected) => StatusOfAsync(servers, [FileId.New().ToString()], expected);

    public static async Task<List<string>> StatusOfAsync(IReadOnlyList<Server> servers, IReadOnlyList<string> ids, int expected) =>
        await Transfers.EachAsync(servers.SelectMany(server => ids.Select(id => (Server: server, Id: id))), async (question, _) =>
        {
            var (status, _) = await Transfers.ReadAsync(question.Server, question.Id);
            return (int)status == expected ? null : $"{question.Server.Name} answered {(int)status}, not {expected}";
        });

    public static Task<List<string>> ProblemDocumentsAsync(IReadOnlyList<Server> servers) => Transfers.EachAsync(servers, async (server, _) =>
    {
        using var response = await server.Client.GetAsync("/files/not-an-id");
        var type = response.Content.Headers.ContentType?.MediaType;
        var problem = type == "application/problem+json" ? await response.Content.ReadFromJsonAsync<JsonElement>() : default;
        return problem.ValueKind == JsonValueKind.Object && problem.GetProperty("status").GetInt32() == 400 && problem.GetProperty("detail").GetString()!.Contains("not-an-id", StringComparison.Ordinal)
            ? null
            : $"{server.Name} answered {(int)response.StatusCode} with '{type}': {await response.Content.ReadAsStringAsync()}";
    });

    public static async Task<string?> DeleteAsync(Server server, string id)
    {
        using var response = await server.Client.DeleteAsync($"/files/{id}");
        return response.StatusCode == HttpStatusCode.NoContent ? null : $"{server.Name} answered {(int)response.StatusCode} to a delete";
    }

    public static Task<List<string>> WaitUntilDownAsync(IReadOnlyList<Server> servers, string address) => Transfers.EachAsync(servers, async (server, _) =>
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(30))
        {
            var machines = (await server.StatusAsync()).GetProperty("machines").EnumerateArray();
            if (machines.Any(machine => machine.GetProperty("state").GetString() == "Down"
                && machine.GetProperty("addresses").EnumerateArray().Any(one => one.GetString()!.TrimEnd('/') == address)))
            {
                return null;
            }
            await Task.Delay(50);
        }
        return $"{server.Name} does not notice within 30 s that {address} is down";
    });

    public static Task<List<string>> WaitUntilUpAsync(IReadOnlyList<Server> servers, string address) => Transfers.EachAsync(servers, async (server, _) =>
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(30))
        {
            var machines = (await server.StatusAsync()).GetProperty("machines").EnumerateArray().ToList();
            if (machines.TrueForAll(machine => machine.GetProperty("state").GetString() == "Up")
                && machines.Exists(machine => machine.GetProperty("addresses").EnumerateArray().Any(one => one.GetString()!.TrimEnd('/') == address)))
            {
                return null;
            }
            await Task.Delay(50);
        }
        return $"{server.Name} does not see within 30 s that all are up, one of them at {address}";
    });

    /// <summary>How many files a machine serves while nobody else runs, against how many replicas it says it holds: one a file, and of a large one its segments.</summary>
    public static async Task<(long Held, List<string> Problems)> ServedAloneAsync(Server server, IReadOnlyList<Kept> kept, IReadOnlyList<string> deleted)
    {
        var held = 0L;
        var problems = await Transfers.EachAsync(kept, async (file, _) =>
        {
            var (status, sha256) = await Transfers.ReadAsync(server, file.Id);
            if (status == HttpStatusCode.OK)
            {
                Interlocked.Add(ref held, 1 + (file.Source.Length > Settings.Segment ? (file.Source.Length + Settings.Segment - 1) / Settings.Segment : 0));
                return sha256 == file.Sha256 ? null : $"{server.Name} sent other bytes";
            }
            return status == HttpStatusCode.ServiceUnavailable ? null : $"{server.Name} answered {(int)status}";
        });

        // A delete that reached only the others may not be known here yet.
        foreach (var id in deleted)
        {
            held += (await Transfers.ReadAsync(server, id)).Status == HttpStatusCode.OK ? 1 : 0;
        }
        var self = (await server.StatusAsync()).GetProperty("machines").EnumerateArray().Single(machine => machine.GetProperty("isSelf").GetBoolean());
        var replicas = self.GetProperty("replicas").GetInt64();
        if (held == 0 || held != replicas)
        {
            problems.Add($"{server.Name} served {held} replicas and says it holds {replicas}");
        }
        return (held, problems);
    }
}
