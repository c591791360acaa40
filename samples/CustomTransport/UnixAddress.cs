using System.Text;

namespace CustomTransport;

/// <summary>Addresses such as unix:/run/lightdfs/a.sock: the path of a socket, absolute.</summary>
internal static class UnixAddress
{
    private const string Scheme = "unix:";

    // What sockaddr_un holds on every Unix, without its closing zero.
    private const int LongestPath = 103;

    public static string Normalize(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var text = address.Trim();
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !Path.IsPathFullyQualified(text[Scheme.Length..]) || text.Contains('\0') || text.EndsWith('/'))
        {
            throw new FormatException($"'{address}' is no address of a Unix socket. One looks like unix:/run/lightdfs/a.sock.");
        }
        var path = Path.GetFullPath(text[Scheme.Length..]);
        return Encoding.UTF8.GetByteCount(path) <= LongestPath
            ? Scheme + path
            : throw new FormatException($"The path of '{address}' is longer than the {LongestPath} bytes that a Unix socket's path may have.");
    }

    public static string PathOf(string normalized) => normalized[Scheme.Length..];
}
