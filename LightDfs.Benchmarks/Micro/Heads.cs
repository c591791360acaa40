using BenchmarkDotNet.Attributes;
using LightDfs.Benchmarks.Cases.Quick;
using LightDfs.Peers;

namespace LightDfs.Benchmarks.Micro;

/// <summary>Heads of requests and replies between machines, to bytes and back.</summary>
[MemoryDiagnoser]
public class Heads
{
    private readonly ReadOnlyMemory<byte> _request = Signing.Request.Encode();
    private readonly ReadOnlyMemory<byte> _reply = Signing.Reply.Encode();

    [Benchmark]
    public int EncodeRequest() => Signing.Request.Encode().Length;

    [Benchmark]
    public bool DecodeRequest() => RequestHead.TryDecode(_request.Span, out _);

    [Benchmark]
    public int EncodeReply() => Signing.Reply.Encode().Length;

    [Benchmark]
    public bool DecodeReply() => ReplyHead.TryDecode(_reply.Span, out _);
}
