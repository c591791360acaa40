using System.Text.RegularExpressions;

namespace EndToEnd;

/// <summary>One system call from a trace that strace wrote with -f -y. Only calls that succeeded are kept.</summary>
/// <param name="Name">Such as "fsync".</param>
/// <param name="Path">The file it works on; for a rename, the old name.</param>
/// <param name="Target">The new name of a rename; else empty.</param>
internal sealed partial record SystemCall(string Name, string Path, string Target)
{
    private const string Acknowledgement = "acknowledgement";

    public bool IsFlush => Name is "fsync" or "fdatasync";

    public bool IsWrite => Name is "pwrite64" or "pwritev";

    public bool IsRename => Target.Length > 0;

    public bool IsAcknowledgement => Name == Acknowledgement;

    /// <summary>Writes, flushes and renames take their place when they end, a reply when it begins to be sent: so that doubt speaks against us.</summary>
    public static List<SystemCall> Read(string trace)
    {
        var calls = new List<SystemCall>();
        var unfinished = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(trace))
        {
            if (line.Contains("\"HTTP/1.1 201", StringComparison.Ordinal))
            {
                calls.Add(new SystemCall(Acknowledgement, "", ""));
                continue;
            }
            var thread = line[..Math.Max(line.IndexOf(' ', StringComparison.Ordinal), 0)];
            var text = line;
            if (line.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                unfinished[thread] = line[..^"<unfinished ...>".Length];
                continue;
            }
            if (Resumed().Match(line) is { Success: true } resumed && unfinished.Remove(thread, out var start))
            {
                text = start + resumed.Groups["rest"].Value;
            }
            if (Flush().Match(text) is { Success: true } flush)
            {
                calls.Add(new SystemCall(flush.Groups["name"].Value, flush.Groups["path"].Value, ""));
            }
            else if (Write().Match(text) is { Success: true } write)
            {
                calls.Add(new SystemCall(write.Groups["name"].Value, write.Groups["path"].Value, ""));
            }
            else if (Rename().Match(text) is { Success: true } rename)
            {
                calls.Add(new SystemCall(rename.Groups["name"].Value, rename.Groups["from"].Value, rename.Groups["to"].Value));
            }
        }
        return calls;
    }

    [GeneratedRegex(@"<\.\.\. \w+ resumed>(?<rest>.*)$")]
    private static partial Regex Resumed();

    [GeneratedRegex(@" (?<name>fsync|fdatasync)\(\d+<(?<path>[^>]+)>\s*\)\s+= 0$")]
    private static partial Regex Flush();

    [GeneratedRegex(@" (?<name>pwrite64|pwritev)\(\d+<(?<path>[^>]+)>,.*\)\s+= [1-9]\d*$")]
    private static partial Regex Write();

    [GeneratedRegex(@" (?<name>rename|renameat|renameat2|link|linkat)\([^""]*""(?<from>[^""]+)"",[^""]*""(?<to>[^""]+)"".*\)\s+= 0$")]
    private static partial Regex Rename();
}
