using LightDfs.Peers;
using LightDfs.Transport.Http.Multiplexing;

namespace LightDfs.Tests.Fuzzing.Targets;

/// <summary>What comes on a connection that many requests share.</summary>
internal static class FrameTargets
{
    public static IEnumerable<FuzzTarget> All =>
    [
        new("frames", [[.. Request([1, 2, 3], [4], [5, 6, 7, 8]), .. Framed(FrameKind.Credit, [0, 0, 1, 0]), .. Framed(FrameKind.Cancel, []), .. Reply([9, 9], [8], [1, 2, 3]), .. Framed(FrameKind.Leaving, [])]], Read)
        {
            IsRefusal = cause => cause is InvalidDataException or EndOfStreamException,
            // A buffer for the longest frame.
            Memory = 256 * 1024,
        },
    ];

    private static void Read(byte[] input)
    {
        using var reader = new FrameReader(new MemoryStream(input));
        while (reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } frame)
        {
            if (frame.Kind == FrameKind.Request)
            {
                var (head, proof, body) = RequestHeader.Read(frame.Payload.Span);
                Check(RequestHeader.Length + head + proof + body == frame.Payload.Length && head <= PeerRequest.MaxHeadLength && proof <= PeerRequest.MaxProofLength && body <= Frame.MaxInlineBody);
            }
            else if (frame.Kind == FrameKind.Reply)
            {
                var (status, head, proof, body, isWhole) = ReplyHeader.Read(frame.Payload.Span);
                Check(Enum.IsDefined(status) && body >= 0 && ReplyHeader.Length + head + proof + (isWhole ? body : 0) == frame.Payload.Length);
            }
        }
    }

    private static void Check(bool holds)
    {
        if (!holds)
        {
            throw new FuzzFailure("a message claims more or less than its frame has");
        }
    }

    private static byte[] Request(byte[] head, byte[] proof, byte[] body)
    {
        var header = new byte[RequestHeader.Length];
        RequestHeader.Write(header, head.Length, proof.Length);
        return Framed(FrameKind.Request, [.. header, .. head, .. proof, .. body]);
    }

    private static byte[] Reply(byte[] head, byte[] proof, byte[] body)
    {
        var header = new byte[ReplyHeader.Length];
        ReplyHeader.Write(header, PeerStatus.NotFound, head.Length, proof.Length, body.Length);
        return Framed(FrameKind.Reply, [.. header, .. head, .. proof, .. body]);
    }

    private static byte[] Framed(FrameKind kind, byte[] payload)
    {
        var frame = new byte[Frame.HeaderLength + payload.Length];
        Frame.WriteHeader(frame, kind, 7, payload.Length);
        payload.CopyTo(frame, Frame.HeaderLength);
        return frame;
    }
}
