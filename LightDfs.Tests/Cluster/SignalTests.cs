using LightDfs.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

/// <summary>One waits for whichever of several things comes first.</summary>
public sealed class SignalTests
{
    [Test]
    public async Task Signal_ends_a_wait()
    {
        var signal = new Signal();
        var wait = signal.WaitAsync().AsTask();
        Assert.That(wait.IsCompleted, Is.False);

        signal.Set();

        await wait;
    }

    [Test]
    public void Signal_that_came_before_the_wait_ends_it_at_once_and_only_that_one()
    {
        var signal = new Signal();
        signal.Set();
        signal.Set();

        Assert.That(signal.WaitAsync().AsTask().IsCompletedSuccessfully, Is.True);
        Assert.That(signal.WaitAsync().AsTask().IsCompleted, Is.False);
    }

    [Test]
    public async Task Signals_of_many_threads_are_all_heard()
    {
        var signal = new Signal();
        var (set, seen) = (0, 0);
        const int Total = 20_000;
        var setters = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var number = 0; number < Total / 4; number++)
            {
                Interlocked.Increment(ref set);
                signal.Set();
            }
        })).ToArray();

        while (seen < Total)
        {
            await signal.WaitAsync().AsTask().WaitAsync(ClusterSteps.Guard);
            seen = Volatile.Read(ref set);
        }

        // A lost signal would have been waited for.
        await Task.WhenAll(setters);
        Assert.That(seen, Is.EqualTo(Total));
    }

    [Test]
    public async Task Task_that_ended_signals_however_it_did_and_whenever()
    {
        var signal = new Signal();
        var failing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        signal.SetWhenEnded(Task.CompletedTask);
        await signal.WaitAsync();

        signal.SetWhenEnded(failing.Task);
        var wait = signal.WaitAsync().AsTask();
        Assert.That(wait.IsCompleted, Is.False);
        failing.SetException(new IOException());

        await wait;
        await Assert.ThrowsAsync<IOException>(() => failing.Task);
    }
}
