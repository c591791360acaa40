using System.IO.Hashing;
using BenchmarkDotNet.Attributes;
using LightDfs.Files;
using LightDfs.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace LightDfs.Benchmarks.Micro;

/// <summary>One durable put, and one verified get, on the disk of the build: the store alone, without cluster and network.</summary>
[MemoryDiagnoser]
public class ReplicaStore
{
    private const int Held = 256;
    private readonly string _directory = Path.Combine(AppContext.BaseDirectory, "store-" + Guid.NewGuid().ToString("n"));
    private readonly FileId[] _held = new FileId[Held];
    private FileReplicaStore _store = null!;
    private byte[] _content = [];
    private byte[] _buffer = [];
    private FileRecord _record = null!;
    private int _next;

    [Params(4 * 1024, 64 * 1024, 1024 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        _content = new byte[Size];
        new Random(1).NextBytes(_content);
        _buffer = new byte[Size];
        _record = new FileRecord { Length = Size, Checksum = XxHash128.HashToUInt128(_content) };
        _store = new FileReplicaStore(_directory, reserve: null, TimeProvider.System, NullLogger<FileReplicaStore>.Instance);
        await _store.OpenAsync();
        for (var i = 0; i < Held; i++)
        {
            _held[i] = await PutAsync();
        }
    }

    [GlobalCleanup]
    public async Task CleanAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark]
    public async Task<FileId> PutAsync()
    {
        var id = FileId.New();
        var writer = await _store.BeginAsync(id, _record);
        await using (writer)
        {
            await writer.AppendAsync(_content);
            var outcome = await writer.CommitAsync();
            return outcome == CommitOutcome.Stored ? id : throw new InvalidOperationException($"The replica was not stored: {outcome}.");
        }
    }

    [Benchmark]
    public async Task<int> GetAsync()
    {
        _next = (_next + 1) % Held;
        var reader = await _store.OpenReplicaAsync(_held[_next]) ?? throw new InvalidOperationException("The replica is gone.");
        await using (reader)
        {
            return await reader.ReadAsync(0, _buffer);
        }
    }
}
