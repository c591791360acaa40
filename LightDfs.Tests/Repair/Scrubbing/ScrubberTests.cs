using System.Diagnostics.Metrics;
using LightDfs.Cluster;
using LightDfs.Diagnostics;
using LightDfs.Repair.Scrubbing;
using LightDfs.Storage;
using LightDfs.Testing.Storage;
using LightDfs.Tests.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Moq;
using NUnit.Framework;

namespace LightDfs.Tests.Repair.Scrubbing;

/// <summary>Every replica of a machine is read once in each period, evenly, and what is damaged is found.</summary>
public sealed class ScrubberTests
{
    private const int Held = 100;
    private static readonly TimeSpan Period = TimeSpan.FromHours(100);
    private RecordedLogs _logs = null!;
    private FakeTimeProvider _time = null!;
    private InMemoryReplicaStore _store = null!;
    private Meter _meter = null!;

    [SetUp]
    public async Task Open()
    {
        (_logs, _store, _meter) = (new RecordedLogs(), new InMemoryReplicaStore(), new Meter(nameof(ScrubberTests)));
        _time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await _store.OpenAsync();
    }

    [TearDown]
    public async Task Close()
    {
        _meter.Dispose();
        _logs.Dispose();
        await _store.DisposeAsync();
    }

    [Test]
    public async Task Replicas_are_verified_evenly_over_the_period()
    {
        await FillAsync();
        var scrubber = Scrubber();
        var counts = new List<int> { await scrubber.StepAsync(CancellationToken.None) };

        for (var hour = 1; hour <= 100; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            counts.Add(await scrubber.StepAsync(CancellationToken.None));
        }

        Assert.That(counts, Is.EqualTo(Enumerable.Repeat(1, Held).Prepend(0)));
    }

    [Test]
    public async Task All_is_verified_since_the_beginning_of_the_last_finished_cycle()
    {
        await FillAsync();
        var scrubber = Scrubber();
        var begun = _time.GetUtcNow();
        await scrubber.StepAsync(CancellationToken.None);
        var before = scrubber.VerifiedSince;

        _time.Advance(Period - TimeSpan.FromSeconds(1));
        await scrubber.StepAsync(CancellationToken.None);
        var nearly = scrubber.VerifiedSince;
        _time.Advance(TimeSpan.FromSeconds(1));
        await scrubber.StepAsync(CancellationToken.None);
        var second = _time.GetUtcNow();

        Assert.That((before, nearly, scrubber.VerifiedSince), Is.EqualTo(((DateTimeOffset?)null, (DateTimeOffset?)null, (DateTimeOffset?)begun)));
        Assert.That(_logs.Of(LogEvents.ScrubCycleEnded), Has.Count.EqualTo(1).And.One.Contains("100 since 2026-03-01 12:00:00Z"));
        _time.Advance(Period);
        Assert.That(await scrubber.StepAsync(CancellationToken.None), Is.EqualTo(Held));
        Assert.That(scrubber.VerifiedSince, Is.EqualTo(second));
    }

    [Test]
    public async Task Empty_store_is_verified_from_the_start()
    {
        var scrubber = Scrubber();
        await scrubber.StepAsync(CancellationToken.None);

        Assert.That(scrubber.VerifiedSince, Is.EqualTo(_time.GetUtcNow()));
    }

    [Test]
    public async Task Damage_is_found_marked_reported_and_counted()
    {
        await FillAsync();
        _store.FlipByte(TestReplica.Id(40), 3);
        var damage = Damage();
        using var counted = new Counted(_meter);
        var scrubber = Scrubber(_store, damage);
        await scrubber.StepAsync(CancellationToken.None);

        await FinishCycleAsync(scrubber);

        Assert.That(_store.Find(TestReplica.Id(40))!.Value.State, Is.EqualTo(ReplicaState.Damaged));
        Assert.That(_store.Usage.Damaged, Is.EqualTo(1));
        Assert.That(damage.Count, Is.EqualTo(1));
        Assert.That(_logs.Of(LogEvents.ScrubFoundDamage), Has.Count.EqualTo(1).And.One.Contains(TestReplica.Id(40).ToString()));
        Assert.That((counted["lightdfs.scrub.replicas"], counted["lightdfs.scrub.bytes"], counted["lightdfs.replica.damaged"]), Is.EqualTo(((long)Held, Held * 10L, 1L)));
        Assert.That(scrubber.VerifiedSince, Is.Not.Null, "what is known to be damaged is not unverified");
        await FinishCycleAsync(scrubber);
        Assert.That((damage.Count, counted["lightdfs.scrub.replicas"]), Is.EqualTo((1L, (2L * Held) - 1)), "it is neither read nor reported again");
    }

    [Test]
    public async Task Restart_goes_on_where_it_was()
    {
        await FillAsync();
        var begun = _time.GetUtcNow();
        var scrubber = Scrubber();
        await scrubber.StepAsync(CancellationToken.None);
        _time.Advance(Period * 0.6);
        await scrubber.StepAsync(CancellationToken.None);

        using var counted = new Counted(_meter);
        scrubber = Scrubber();
        Assert.That(await scrubber.StepAsync(CancellationToken.None), Is.Zero);
        _time.Advance(Period * 0.4);
        await scrubber.StepAsync(CancellationToken.None);

        Assert.That(counted["lightdfs.scrub.replicas"], Is.EqualTo(40));
        Assert.That(scrubber.VerifiedSince, Is.EqualTo(begun));
        var next = Scrubber();
        await next.StepAsync(CancellationToken.None);
        Assert.That(next.VerifiedSince, Is.EqualTo(begun), "the end of a cycle is kept at once");
    }

    [Test]
    public async Task Progress_is_saved_at_most_once_a_minute_and_only_when_there_is_some()
    {
        await FillAsync();
        var scrubber = Scrubber();
        await scrubber.StepAsync(CancellationToken.None);
        Assert.That(_store.DocumentsSaved, Is.Zero);

        for (var second = 0; second < 59; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await scrubber.StepAsync(CancellationToken.None);
        }
        Assert.That(_store.DocumentsSaved, Is.Zero);
        _time.Advance(TimeSpan.FromSeconds(1));
        await scrubber.StepAsync(CancellationToken.None);
        Assert.That(_store.DocumentsSaved, Is.EqualTo(1));
        _time.Advance(TimeSpan.FromMinutes(10));
        await scrubber.StepAsync(CancellationToken.None);
        Assert.That(_store.DocumentsSaved, Is.EqualTo(1), "nothing was due");
        _time.Advance(TimeSpan.FromHours(2));
        await scrubber.StepAsync(CancellationToken.None);
        Assert.That(_store.DocumentsSaved, Is.EqualTo(2));
    }

    [Test]
    public async Task Damaged_progress_begins_anew()
    {
        await FillAsync();
        await _store.SaveDocumentAsync("scrub", new byte[] { 9, 9, 9 });
        var scrubber = Scrubber();

        await scrubber.StepAsync(CancellationToken.None);

        Assert.That(_logs.Of(LogEvents.ScrubProgressLost), Has.Count.EqualTo(1));
        Assert.That(scrubber.VerifiedSince, Is.Null);
        Assert.That(await FinishCycleAsync(scrubber), Is.EqualTo(Held));
    }

    [Test]
    public async Task Failing_store_does_not_end_it()
    {
        await FillAsync();
        var scrubber = Scrubber();
        await scrubber.StepAsync(CancellationToken.None);
        _store.Fail("A flush failed.");

        Assert.That(await FinishCycleAsync(scrubber), Is.EqualTo(Held));

        Assert.That(_logs.Of(LogEvents.ScrubProgressNotSaved), Has.Count.EqualTo(1).And.One.Contains("A flush failed."));
        Assert.That(scrubber.VerifiedSince, Is.Not.Null);
    }

    [Test]
    public async Task Replica_that_cannot_be_read_now_is_passed_over_and_the_cycle_proves_nothing()
    {
        var disk = new SimulatedDisk();
        await using var store = new FileReplicaStore(disk, "/data/dfs", 0, _time, _logs.CreateLogger(""));
        await store.OpenAsync();
        await FillAsync(store);
        var scrubber = Scrubber(store);
        await scrubber.StepAsync(CancellationToken.None);

        // The document of the progress has been asked for already, so that the next opening is a replica's.
        disk.Fail(DiskCall.OpenRead, StorageFailure.Failing);
        Assert.That(await FinishCycleAsync(scrubber), Is.EqualTo(Held));
        var afterGap = scrubber.VerifiedSince;
        await FinishCycleAsync(scrubber);

        Assert.That(_logs.Of(LogEvents.ScrubNotVerified), Has.Count.EqualTo(1).And.One.Contains(TestReplica.Id(1).ToString()));
        Assert.That(store.Usage.Damaged, Is.Zero);
        Assert.That((afterGap is null, scrubber.VerifiedSince is null), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Clock_set_back_begins_the_cycle_anew()
    {
        await FillAsync();
        var time = new SteppedClock(_time);
        var scrubber = new Scrubber(_store, Period, Damage(), _meter, time, _logs.CreateLogger<Scrubber>());
        await scrubber.StepAsync(CancellationToken.None);
        _time.Advance(Period);
        await scrubber.StepAsync(CancellationToken.None);
        time.Step = -Period - TimeSpan.FromDays(1);

        await scrubber.StepAsync(CancellationToken.None);

        Assert.That(scrubber.VerifiedSince, Is.Null, "a time that has not come yet says nothing");
        Assert.That(_logs.Of(LogEvents.ScrubClockSetBack), Has.Count.EqualTo(1));
        Assert.That(await FinishCycleAsync(scrubber), Is.EqualTo(Held));
    }

    [Test]
    public async Task Step_reads_a_bounded_number_of_bytes()
    {
        const long length = 40L * 1024 * 1024;
        var stamps = Enumerable.Range(1, 10).Select(number => new ReplicaStamp(TestReplica.Id(number), ReplicaState.Present, 1, length, default)).ToList();
        var store = new Mock<IReplicaStore>(MockBehavior.Strict);
        store.Setup(one => one.LoadDocumentAsync("scrub", default)).ReturnsAsync((ReadOnlyMemory<byte>?)null);
        store.Setup(one => one.SaveDocumentAsync("scrub", It.IsAny<ReadOnlyMemory<byte>>(), default)).Returns(ValueTask.CompletedTask);
        store.SetupGet(one => one.Usage).Returns(new ReplicaStoreUsage(stamps.Count, 0, 0, stamps.Count * length, 1, false, null));
        store.Setup(one => one.List(It.IsAny<FileId?>(), It.IsAny<int>())).Returns((FileId? after, int limit) => [.. stamps.Where(stamp => after is null || stamp.Id > after).Take(limit)]);
        store.Setup(one => one.Find(It.IsAny<FileId>())).Returns((FileId id) => stamps.Find(stamp => stamp.Id == id));
        store.Setup(one => one.VerifyAsync(It.IsAny<FileId>(), default)).ReturnsAsync((FileId id, CancellationToken _) => stamps.Find(stamp => stamp.Id == id));
        var scrubber = Scrubber(store.Object);
        await scrubber.StepAsync(CancellationToken.None);
        _time.Advance(Period);

        var counts = new List<int>();
        for (var step = 0; step < 6; step++)
        {
            counts.Add(await scrubber.StepAsync(CancellationToken.None));
        }

        Assert.That(counts, Is.EqualTo(new[] { 2, 2, 2, 2, 2, 0 }));
    }

    private Task FillAsync() => FillAsync(_store);

    private static async Task FillAsync(IReplicaStore store)
    {
        for (var number = 1; number <= Held; number++)
        {
            var replica = TestReplica.Of(10, number);
            await using var writer = await store.BeginAsync(TestReplica.Id(number), replica.Record);
            await writer.AppendAsync(replica.Content);
            await writer.CommitAsync();
        }
        await store.DeleteAsync(TestReplica.Id(Held + 1), DateTimeOffset.UnixEpoch);
    }

    private async Task<int> FinishCycleAsync(Scrubber scrubber)
    {
        _time.Advance(Period);
        return await scrubber.StepAsync(CancellationToken.None);
    }

    private DamageReport Damage() => new(_meter, _logs.CreateLogger<DamageReport>());

    private Scrubber Scrubber(IReplicaStore? store = null, DamageReport? damage = null) =>
        new(store ?? _store, Period, damage ?? Damage(), _meter, _time, _logs.CreateLogger<Scrubber>());

    /// <summary>Sums of what the instruments of one meter counted.</summary>
    private sealed class Counted : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly Dictionary<string, long> _sums = new(StringComparer.Ordinal);

        public Counted(Meter meter)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == meter)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            {
                lock (_sums)
                {
                    _sums[instrument.Name] = _sums.GetValueOrDefault(instrument.Name) + value;
                }
            });
            _listener.Start();
        }

        public long this[string name]
        {
            get
            {
                lock (_sums)
                {
                    return _sums.GetValueOrDefault(name);
                }
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
