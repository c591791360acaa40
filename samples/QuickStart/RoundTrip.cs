using System.Collections.Concurrent;
using System.Security.Cryptography;
using LightDfs;

namespace QuickStart;

/// <summary>Stores files and reads them back, several at once, over the machines in turn.</summary>
internal static class RoundTrip
{
    private const int AtOnce = 8;

    /// <summary>The files that the cluster keeps now. One that cannot be read is told of, and left out.</summary>
    public static async Task<List<Kept>> StoreAsync(IReadOnlyList<FileInfo> files, IReadOnlyList<Machine> machines, Action done)
    {
        var kept = new ConcurrentBag<Kept>();
        await EachAsync(files, async (file, turn, cancellationToken) =>
        {
            if (Open(file) is { } content)
            {
                await using (content)
                {
                    var sha256 = Convert.ToHexString(await SHA256.HashDataAsync(content, cancellationToken));
                    content.Position = 0;
                    var stored = await machines[turn % machines.Count].Files.StoreAsync(content, new StoreOptions { FileName = file.Name }, cancellationToken);
                    kept.Add(new Kept(file, stored.Id, sha256, stored.Length));
                }
            }
            done();
        });
        return [.. kept];
    }

    /// <summary>What is wrong with the files as they come back: nothing, it is to be hoped.</summary>
    public static async Task<List<string>> CheckAsync(IReadOnlyList<Kept> files, IReadOnlyList<Machine> machines, Action done)
    {
        var problems = new ConcurrentBag<string>();
        await EachAsync(files, async (file, turn, cancellationToken) =>
        {
            if (await CheckAsync(file, machines[turn % machines.Count], cancellationToken) is { } problem)
            {
                problems.Add($"{file.Source.FullName}: {problem}");
            }
            done();
        });
        return [.. problems.Order(StringComparer.Ordinal)];
    }

    private static FileStream? Open(FileInfo file)
    {
        try
        {
            return file.OpenRead();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Report.Say($"Skipped, not readable: {file.FullName}: {failure.Message}");
            return null;
        }
    }

    private static async Task<string?> CheckAsync(Kept file, Machine machine, CancellationToken cancellationToken)
    {
        try
        {
            await using var opened = await machine.Files.OpenAsync(file.Id, null, cancellationToken);
            if (opened is null)
            {
                return "it is said to be absent.";
            }
            var checksum = Convert.ToHexString(await SHA256.HashDataAsync(opened.Content, cancellationToken));
            return checksum == file.Sha256 ? null : $"its SHA-256 was {file.Sha256} and came back as {checksum}.";
        }
        catch (LightDfsException failure)
        {
            return failure.Message;
        }
    }

    private static Task EachAsync<T>(IEnumerable<T> items, Func<T, int, CancellationToken, Task> act) =>
        Parallel.ForEachAsync(
            items.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (item, cancellationToken) => await act(item.Item, item.Index, cancellationToken));
}

/// <summary>One file that the cluster keeps, and what it was.</summary>
internal sealed record Kept(FileInfo Source, FileId Id, string Sha256, long Length);
