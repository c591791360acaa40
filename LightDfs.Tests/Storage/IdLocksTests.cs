using LightDfs.Storage;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class IdLocksTests
{
    private readonly IdLocks _locks = new();
    private readonly FileId _id = TestReplica.Id(1);

    [Test]
    public async Task One_at_a_time_in_the_order_they_came()
    {
        var order = new List<int>();
        var first = await _locks.EnterAsync(_id, CancellationToken.None);
        var others = Enumerable.Range(0, 10).Select(number => InsideAsync(number)).ToList();
        Assert.That(order, Is.Empty);

        first.Dispose();
        await Task.WhenAll(others);

        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 10)));

        async Task InsideAsync(int number)
        {
            using var held = await _locks.EnterAsync(_id, CancellationToken.None);
            order.Add(number);
        }
    }

    [Test]
    public void Other_ids_do_not_wait()
    {
        for (var number = 0; number < 1000; number++)
        {
            Assert.That(_locks.EnterAsync(TestReplica.Id(number), CancellationToken.None).AsTask().IsCompletedSuccessfully);
        }
    }

    [Test]
    public async Task Who_is_cancelled_is_passed_over()
    {
        using var cancel = new CancellationTokenSource();
        var first = await _locks.EnterAsync(_id, CancellationToken.None);
        var second = _locks.EnterAsync(_id, cancel.Token).AsTask();
        var third = _locks.EnterAsync(_id, CancellationToken.None).AsTask();

        await cancel.CancelAsync();
        Assert.That(await Assert.ThrowsAsync<TaskCanceledException>(() => second), Has.Property("CancellationToken").EqualTo(cancel.Token));
        first.Dispose();

        (await third).Dispose();
        Assert.That(_locks.EnterAsync(_id, CancellationToken.None).AsTask().IsCompletedSuccessfully);
    }

    [Test]
    public async Task Draining_waits_for_those_inside()
    {
        var held = await _locks.EnterAsync(_id, CancellationToken.None);
        var drained = _locks.DrainAsync().AsTask();
        Assert.That(drained.IsCompleted, Is.False);

        held.Dispose();

        await drained;
    }
}
