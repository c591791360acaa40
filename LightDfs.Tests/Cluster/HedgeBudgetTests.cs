using LightDfs.Cluster;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class HedgeBudgetTests
{
    [Test]
    public void One_read_in_twenty_may_be_asked_for_twice()
    {
        var budget = new HedgeBudget();

        var spent = Enumerable.Range(0, 1000).Count(_ => Read(budget));

        Assert.That(spent, Is.EqualTo(50));
    }

    [Test]
    public void What_is_saved_up_is_bounded()
    {
        var budget = new HedgeBudget();
        for (var read = 0; read < 10_000; read++)
        {
            budget.Earn();
        }

        var spent = Enumerable.Range(0, 100).Count(_ => budget.TrySpend());

        Assert.That(spent, Is.EqualTo(10));
    }

    private static bool Read(HedgeBudget budget)
    {
        budget.Earn();
        return budget.TrySpend();
    }
}
