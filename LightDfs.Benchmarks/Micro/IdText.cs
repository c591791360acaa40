using System.Text;
using BenchmarkDotNet.Attributes;

namespace LightDfs.Benchmarks.Micro;

/// <summary>Ids as text, and the drawing of one.</summary>
[MemoryDiagnoser]
public class IdText
{
    private readonly FileId _id;
    private readonly string _text;
    private readonly byte[] _utf8;
    private readonly byte[] _destination = new byte[64];

    public IdText()
    {
        _id = FileId.New();
        _text = _id.ToString();
        _utf8 = Encoding.UTF8.GetBytes(_text);
    }

    [Benchmark]
    public FileId Draw() => FileId.New();

    [Benchmark]
    public FileId Parse() => FileId.Parse(_text);

    [Benchmark]
    public FileId ParseUtf8() => FileId.Parse(_utf8, null);

    [Benchmark]
    public string Format() => _id.ToString();

    [Benchmark]
    public bool FormatUtf8() => _id.TryFormat(_destination, out _, default, null);
}
