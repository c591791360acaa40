using System.Text.RegularExpressions;

namespace LightDfs.Testing.Network;

internal static partial class InMemoryAddress
{
    public static string Normalize(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var normal = address.Trim().TrimEnd('/').ToLowerInvariant();
        return Form.IsMatch(normal)
            ? normal
            : throw new FormatException($"'{address}' is no address of the in-memory network. One looks like memory://a or memory://rack-1.machine2:5000.");
    }

    [GeneratedRegex("^memory://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$")]
    private static partial Regex Form { get; }
}
