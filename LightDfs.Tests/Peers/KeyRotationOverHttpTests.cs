using System.Collections.Concurrent;
using LightDfs.Diagnostics;
using LightDfs.Files;
using LightDfs.Tests.Diagnostics;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

/// <summary>The same as <see cref="KeyRotationTests"/> over real sockets and disks, under a load that never pauses: only the machine that is being restarted takes no files.</summary>
public sealed class KeyRotationOverHttpTests
{
    private readonly RecordedLogs _logs = new();
    private readonly ConcurrentDictionary<FileId, byte[]> _files = new();
    private int _stored;
    private int _read;

    [Test]
    public async Task Keys_are_exchanged_under_load_without_a_refused_request_or_a_failed_one()
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await using var hosts = new RotatingHosts(_logs);
        await Task.WhenAll(hosts.Indexes.Select(index => hosts.StartAsync(index, KeyRotationTests.Old, null)));
        await hosts.MeetAsync(guard.Token);
        var loads = hosts.Indexes.Select(index => new Load(hosts, index, this)).ToList();

        foreach (var (key, previous) in KeyRotationTests.Steps)
        {
            foreach (var index in hosts.Indexes)
            {
                await loads[index].StopAsync().WaitAsync(guard.Token);
                await hosts.StopAsync(index);
                await MoreAsync(loads, guard.Token);
                await hosts.StartAsync(index, key, previous);
                await hosts.MeetAsync(guard.Token);
                loads[index] = new Load(hosts, index, this);
                await MoreAsync(loads, guard.Token);
            }
        }
        foreach (var load in loads)
        {
            await load.StopAsync().WaitAsync(guard.Token);
        }

        foreach (var index in hosts.Indexes)
        {
            foreach (var (id, content) in _files)
            {
                await ReadAsync(hosts.Files(index), id, content);
            }
        }
        TestContext.Out.WriteLine($"{_stored} files stored and {_read} read during and after nine restarts.");
        Assert.That(_logs.Of(LogEvents.RequestRefused), Is.Empty);
        Assert.That(_logs.Of(LogEvents.PeerDown), Has.None.Contains("proof").And.None.Contains("proven"));
    }

    /// <summary>Waits until each load that runs has done something more; a load that failed says so here.</summary>
    private static Task MoreAsync(IEnumerable<Load> loads, CancellationToken cancellationToken) => Task.WhenAll(loads.Select(load => load.MoreAsync().WaitAsync(cancellationToken)));

    private async Task StoreAndReadAsync(IFileStore store, int seed)
    {
        var random = new Random(seed);
        var content = new byte[random.Next(200_000)];
        random.NextBytes(content);
        var stored = await store.StoreAsync(new MemoryStream(content));
        _files[stored.Id] = content;
        Interlocked.Increment(ref _stored);
        var any = _files.ElementAt(random.Next(_files.Count));
        await ReadAsync(store, any.Key, any.Value);
    }

    private async Task ReadAsync(IFileStore store, FileId id, byte[] content)
    {
        await using var opened = await store.OpenAsync(id);
        var read = new MemoryStream();
        await opened!.Content.CopyToAsync(read);
        Assert.That(read.ToArray().AsSpan().SequenceEqual(content));
        Interlocked.Increment(ref _read);
    }

    /// <summary>Stores and reads through one machine, again and again.</summary>
    private sealed class Load
    {
        private readonly Task _work;
        private volatile bool _stop;
        private volatile TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Load(RotatingHosts hosts, int index, KeyRotationOverHttpTests test) => _work = Task.Run(async () =>
        {
            for (var seed = index; !_stop; seed += 3)
            {
                await test.StoreAndReadAsync(hosts.Files(index), seed);
                Interlocked.Exchange(ref _more, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            }
        });

        /// <summary>Completes when it has done one thing more, or was stopped; fails when it has failed.</summary>
        public Task MoreAsync() => Task.WhenAny(_work, _more.Task).Unwrap();

        public Task StopAsync()
        {
            _stop = true;
            return _work;
        }
    }
}
