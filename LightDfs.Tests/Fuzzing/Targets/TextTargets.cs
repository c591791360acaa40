using System.Text;
using LightDfs.Transport.Http;

namespace LightDfs.Tests.Fuzzing.Targets;

/// <summary>Text that people type, and that peers and disks have: ids, addresses, names of files in the data directory.</summary>
internal static class TextTargets
{
    private static readonly string[] Ids = [FileId.New().ToString(), FileId.New().ToString().ToUpperInvariant()];

    public static IEnumerable<FuzzTarget> All =>
    [
        FuzzTarget.Text("file id", Ids, text => Same(text, FileId.TryParse(text, out var id), id.ToString(), text.ToLowerInvariant(), FileId.TryParse(Encoding.UTF8.GetBytes(text), null, out var other), id == other)),
        FuzzTarget.Text("machine id", [new MachineId(UInt128.MaxValue / 3).ToString()], text => Same(text, MachineId.TryParse(text, out var id), id.ToString(), text.ToLowerInvariant(), MachineId.TryParse(Encoding.UTF8.GetBytes(text), null, out var other), id == other)),
        FuzzTarget.Text("file id parsed", Ids, text => FileId.Parse(text)) with { IsRefusal = cause => cause is FormatException },
        FuzzTarget.Text("machine id parsed", [new MachineId(5).ToString()], text => MachineId.Parse(text)) with { IsRefusal = cause => cause is FormatException },
        FuzzTarget.Text("address", ["http://10.0.0.5:5000", "https://files.example:7001/app", "http://[::ffff:10.0.0.1]:80/a%2e%2e/b", "http://münchen.example"], NormalizeTwice) with { Memory = 64 * 1024, MemoryPerByte = 1024, Every = 4 },
        FuzzTarget.Text("base64 header", [Convert.ToBase64String(new byte[100]), "AA=="], text => Decode(text)),
        FuzzTarget.Text("status header", ["1", "2"], text => Same(PeerStatusCodes.TryParse(text, out var status), PeerStatusCodes.ToHeader(status), text), "2\0"),
    ];

    /// <summary>An id that is read is written in one way only, but for the case of letters and for what looks alike, and as bytes it reads as it does as text.</summary>
    private static void Same(string text, bool isRead, string written, string expected, bool isReadAsBytes, bool isEqual)
    {
        if (isRead != isReadAsBytes || (isRead && !isEqual))
        {
            throw new FuzzFailure($"text and bytes of '{text}' are read differently");
        }
        if (isRead && written != expected.Replace('o', '0').Replace('i', '1').Replace('l', '1'))
        {
            throw new FuzzFailure($"'{text}' is read as '{written}'");
        }
    }

    private static void Same(bool isRead, string written, string text)
    {
        if (isRead && written != text)
        {
            throw new FuzzFailure($"'{text}' is read as '{written}'");
        }
    }

    private static void NormalizeTwice(string text)
    {
        if (PeerAddress.TryNormalize(text) is { } normal && PeerAddress.Normalize(normal) != normal)
        {
            throw new FuzzFailure($"'{normal}' is normalised to '{PeerAddress.Normalize(normal)}'");
        }
    }

    private static void Decode(string text)
    {
        if (PeerHeaders.TryDecode(text, 100, out var bytes) && bytes.Length > 100)
        {
            throw new FuzzFailure($"{bytes.Length} bytes where 100 are allowed");
        }
    }
}
