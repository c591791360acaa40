using LightDfs.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class TransferBudgetTests
{
    private const int Segment = 65_536;

    [Test]
    public async Task Place_is_free_at_once_and_the_bytes_when_nobody_uses_them_any_more()
    {
        var budget = new TransferBudget(Segment, Segment);
        var straggler = new TaskCompletionSource();
        var first = await budget.TakeAsync(CancellationToken.None);

        budget.Return(first, straggler.Task);
        var meanwhile = await budget.TakeAsync(CancellationToken.None);
        straggler.SetException(new IOException("the peer left"));
        budget.GiveUp();
        var after = await budget.TakeAsync(CancellationToken.None);

        Assert.That(meanwhile, Is.Not.SameAs(first));
        Assert.That(after, Is.SameAs(first));
    }

    [Test]
    public async Task No_more_buffers_are_kept_than_there_are_places()
    {
        var budget = new TransferBudget(Segment, Segment);
        var buffers = new List<byte[]>();
        var stragglers = new List<TaskCompletionSource>();
        for (var upload = 0; upload < 3; upload++)
        {
            buffers.Add(await budget.TakeAsync(CancellationToken.None));
            stragglers.Add(new TaskCompletionSource());
            budget.Return(buffers[^1], stragglers[^1].Task);
        }
        stragglers.ForEach(straggler => straggler.SetResult());

        var kept = await budget.TakeAsync(CancellationToken.None);
        budget.GiveUp();
        var made = await budget.TakeAsync(CancellationToken.None);

        Assert.That(buffers, Does.Contain(kept));
        Assert.That(buffers, Does.Not.Contain(made));
    }
}
