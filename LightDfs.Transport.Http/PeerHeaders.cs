using System.Diagnostics.CodeAnalysis;
using LightDfs.Peers;

namespace LightDfs.Transport.Http;

/// <summary>The headers that a request or reply travels in. Names and encoding are part of the wire format.</summary>
internal static class PeerHeaders
{
    public const string Head = "LightDfs-Head";
    public const string Proof = "LightDfs-Proof";
    public const string Status = "LightDfs-Status";

    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes);

    public static bool IsTooLong(string text, int maxBytes) => text.Length > (maxBytes + 2) / 3 * 4;

    /// <exception cref="InvalidOperationException">Head or proof is longer than a peer takes.</exception>
    public static void ThrowIfTooLong(PeerReply reply)
    {
        if (reply.Head.Length > PeerRequest.MaxHeadLength || reply.Proof.Length > PeerRequest.MaxProofLength)
        {
            throw new InvalidOperationException($"The head of the reply has {reply.Head.Length} bytes, its proof {reply.Proof.Length}: that is too long.");
        }
    }

    public static bool TryDecode(string text, int maxBytes, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (IsTooLong(text, maxBytes))
        {
            return false;
        }
        var buffer = new byte[(text.Length + 3) / 4 * 3];
        if (!Convert.TryFromBase64String(text, buffer, out var written) || written > maxBytes)
        {
            return false;
        }
        bytes = buffer[..written];
        return true;
    }
}
