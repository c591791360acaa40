using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using LightDfs.Benchmarks.Cases.Quick;
using LightDfs.Peers;

namespace LightDfs.Benchmarks.Micro;

/// <summary>Signing and checking one request between machines and its reply.</summary>
[MemoryDiagnoser]
public class Proofs
{
    private readonly ClusterKeys _keys = new("lightdfs", "correct horse battery staple", null);
    private readonly ReadOnlyMemory<byte> _request = Signing.Request.Encode();
    private readonly ReadOnlyMemory<byte> _head = Signing.Reply.Encode();
    private readonly byte[] _body = new byte[4096];
    private readonly ReadOnlyMemory<byte> _proof;
    private readonly ClusterKey _key;
    private readonly PeerReply _reply;

    public Proofs()
    {
        _proof = _keys.SignRequest(_request.Span);
        _key = _keys.KeyOf(_request.Span, _proof.Span)!;
        _reply = new PeerReply { Status = PeerStatus.Ok, Head = _head, Proof = _key.SignReply(PeerStatus.Ok, 0, _head.Span, _proof.Span) };
    }

    [Benchmark]
    public int SignRequest() => _keys.SignRequest(_request.Span).Length;

    [Benchmark]
    public bool CheckRequest() => _keys.KeyOf(_request.Span, _proof.Span) is not null;

    [Benchmark]
    public int SignReply() => _key.SignReply(PeerStatus.Ok, 0, _head.Span, _proof.Span).Length;

    [Benchmark]
    public bool CheckReply() => _keys.IsProven(_reply, _proof.Span);

    [Benchmark]
    public byte[] HashBodyOf4KiB() => SHA256.HashData(_body);
}
