namespace EndToEnd;

/// <summary>Watches the system calls of one machine: nothing is acknowledged before content, name and directory were flushed.</summary>
internal static class Durability
{
    private const string Promise = "Flush of content, rename, flush of directory, and only then 201";
    private const int Uploads = 10;
    private const string Traced = "trace=fsync,fdatasync,rename,renameat,renameat2,link,linkat,sendmsg,sendto";

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
                if (!HasFlushedReplica(calls, begin, i))
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

    private static bool HasFlushedReplica(List<SystemCall> calls, int begin, int end)
    {
        var between = calls.Skip(begin).Take(end - begin).ToList();
        return between.Index().Any(named => named.Item.IsRename
            && between.Take(named.Index).Any(call => call.IsFlush && call.Path == named.Item.Path)
            && between.Skip(named.Index).Any(call => call.IsFlush && call.Path == Path.GetDirectoryName(named.Item.Target)));
    }
}
