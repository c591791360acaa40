namespace EndToEnd;

/// <summary>Watches the system calls of one machine: nothing is acknowledged before content, name and directory were flushed, in a volume or in a file of its own.</summary>
internal static class Durability
{
    private const string Promise = "Written, flushed under its name, and only then 201";
    private const int Uploads = 10;
    private const string Traced = "trace=pwrite64,pwritev,fsync,fdatasync,rename,renameat,renameat2,link,linkat,sendmsg,sendto";

    public static async Task CheckAsync(Checks checks, IReadOnlyList<FileInfo> files)
    {
        if (Programs.Find("strace") is not { } strace)
        {
            checks.Skip(Promise, "strace is not installed");
            return;
        }
        using var servers = Servers.Prepare(1);
        var server = servers.All[0];
        var trace = Path.Combine(servers.Folder, "trace");
        server.Start(strace, "-f", "-y", "-o", trace, "-e", Traced);
        List<string> problems = [];
        if (await server.WaitUntilReadyAsync() is { } notReady)
        {
            problems.Add(notReady);
        }
        else
        {
            foreach (var file in files.Where(file => file.Length > 0).Take(Uploads))
            {
                problems.AddRange((await Transfers.UploadAsync([file], servers.All)).Problems);
            }
        }
        await server.KillAsync();
        problems.AddRange(Judge(SystemCall.Read(trace)));
        checks.Check(Promise, $"{Uploads} files, strace", problems);
        servers.Keep = problems.Count > 0;
    }

    private static IEnumerable<string> Judge(List<SystemCall> calls)
    {
        var acknowledged = 0;
        var begin = 0;
        for (var i = 0; i < calls.Count; i++)
        {
            if (calls[i].IsAcknowledgement)
            {
                acknowledged++;
                if (!HasFlushedFile(calls, begin, i) && !HasFlushedVolume(calls, begin, i))
                {
                    yield return $"Upload {acknowledged} was acknowledged without that order among its calls.";
                }
                begin = i + 1;
            }
        }
        if (acknowledged != Uploads)
        {
            yield return $"{acknowledged} acknowledgements were seen in the trace, not {Uploads}.";
        }
    }

    /// <summary>The last write to a volume is followed by a flush of it, and the first one ever, which made its name, by a flush of the directory.</summary>
    private static bool HasFlushedVolume(List<SystemCall> calls, int begin, int end)
    {
        var last = calls.FindLastIndex(end - 1, end - begin, call => call.IsWrite && call.Path.EndsWith(".volume", StringComparison.Ordinal));
        if (last < 0)
        {
            return false;
        }
        var path = calls[last].Path;
        var first = calls.FindIndex(call => call.IsWrite && call.Path == path);
        return calls[last..end].Exists(call => call.IsFlush && call.Path == path) && calls[first..end].Exists(call => call.IsFlush && call.Path == Path.GetDirectoryName(path));
    }

    private static bool HasFlushedFile(List<SystemCall> calls, int begin, int end)
    {
        var between = calls.Skip(begin).Take(end - begin).ToList();
        return between.Index().Any(named => named.Item.IsRename
            && between.Take(named.Index).Any(call => call.IsFlush && call.Path == named.Item.Path)
            && between.Skip(named.Index).Any(call => call.IsFlush && call.Path == Path.GetDirectoryName(named.Item.Target)));
    }
}
