using LightDfs.Storage;
using LightDfs.Storage.Disks;
using Microsoft.Extensions.Time.Testing;
using Moq;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

public sealed class SpaceGaugeTests
{
    private const long GiB = 1024L * 1024 * 1024;

    [Test]
    public async Task Disk_that_hangs_makes_nobody_wait_who_only_wants_to_know_and_is_told_as_failing()
    {
        var time = new FakeTimeProvider();
        using var answers = new ManualResetEventSlim();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = 0;
        var disk = new Mock<IDisk>(MockBehavior.Strict);
        disk.Setup(d => d.SpaceOf("/data")).Returns(() =>
        {
            if (Interlocked.Increment(ref calls) > 1)
            {
                asked.TrySetResult();
                answers.Wait();
            }
            return new DiskSpace(100 * GiB, 50 * GiB);
        });
        using var gauge = new SpaceGauge(disk.Object, "/data", reserve: GiB, time);
        gauge.Watch();

        var second = Task.Run(() => time.Advance(TimeSpan.FromSeconds(1)));
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var (available, failure) = await KnownAsync(gauge);
        await Task.Run(() => time.Advance(SpaceGauge.Patience)).WaitAsync(TimeSpan.FromSeconds(60));
        var later = await KnownAsync(gauge);
        answers.Set();
        await second.WaitAsync(TimeSpan.FromSeconds(60));
        var (availableAgain, failureAfter) = await KnownAsync(gauge);

        Assert.That((available, failure), Is.EqualTo((49 * GiB, (string?)null)));
        Assert.That(later.Available, Is.Zero);
        Assert.That(later.Failure, Does.Contain("/data").And.Contain("has not answered for 10 s"));
        Assert.That((availableAgain, failureAfter), Is.EqualTo((49 * GiB, (string?)null)));
    }

    [Test]
    public void Disk_that_does_not_tell_is_told_as_failing_until_it_does_again()
    {
        var time = new FakeTimeProvider();
        var disk = new Mock<IDisk>(MockBehavior.Strict);
        disk.SetupSequence(d => d.SpaceOf("/data"))
            .Returns(new DiskSpace(100 * GiB, 50 * GiB))
            .Throws(new StorageException(StorageFailure.Failing, "broken by the test"))
            .Returns(new DiskSpace(100 * GiB, 40 * GiB));
        using var gauge = new SpaceGauge(disk.Object, "/data", reserve: 0, time);
        gauge.Watch();

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((gauge.Available(out var failure), failure), Is.EqualTo((0, "broken by the test")));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((gauge.Available(out failure), failure), Is.EqualTo((40 * GiB, (string?)null)));
    }

    private static Task<(long Available, string? Failure)> KnownAsync(SpaceGauge gauge) =>
        Task.Run(() => (gauge.Available(out var failure), failure)).WaitAsync(TimeSpan.FromSeconds(60));

    [TestCase(10_000, 100 * 1024)]
    [TestCase(50, 1024)]
    [TestCase(20, 1024)]
    [TestCase(10, 512)]
    public void Default_reserve_is_one_percent_at_least_one_gib_or_five_percent_of_a_small_disk(long gib, long reserveMiB) =>
        Assert.That(SpaceGauge.DefaultReserveOf(gib * GiB), Is.EqualTo(reserveMiB * 1024 * 1024));
}
