using CsCheck;
using LightDfs.Peers;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

public sealed class ReplayWindowTests
{
    private const ulong Size = ReplayWindow.Size;

    [Test]
    public void Number_is_accepted_once()
    {
        var window = new ReplayWindow();

        Assert.That((window.Accept(1), window.Accept(1), window.Accept(2), window.Accept(1)), Is.EqualTo((true, false, true, false)));
    }

    [Test]
    public void Zero_is_no_number() => Assert.That(new ReplayWindow().Accept(0), Is.False);

    [Test]
    public void Numbers_out_of_order_within_the_window_are_accepted_once_each()
    {
        var window = new ReplayWindow();
        window.Accept(Size);

        var numbers = Enumerable.Range(1, (int)Size - 1).Select(number => (ulong)number).ToArray();
        new Random(1).Shuffle(numbers);

        Assert.That(numbers.Count(window.Accept), Is.EqualTo(numbers.Length));
        Assert.That(numbers.Count(window.Accept), Is.Zero);
    }

    [Test]
    public void Number_as_old_as_the_window_is_wide_is_refused_though_never_seen()
    {
        var window = new ReplayWindow();
        window.Accept(Size + 10);

        Assert.That((window.Accept(10), window.Accept(11)), Is.EqualTo((false, true)));
    }

    [Test]
    public void Numbers_seen_before_a_leap_are_forgotten_with_it()
    {
        var window = new ReplayWindow();
        for (var number = 1UL; number <= Size; number++)
        {
            window.Accept(number);
        }
        window.Accept(3 * Size);

        // The same places in the table as the first ones.
        Assert.That((window.Accept((2 * Size) + 1), window.Accept((2 * Size) + 1), window.Accept(3 * Size)), Is.EqualTo((true, false, false)));
    }

    [Test]
    public void Highest_number_of_all_is_accepted()
    {
        var window = new ReplayWindow();
        window.Accept(ulong.MaxValue - 3);

        Assert.That((window.Accept(ulong.MaxValue), window.Accept(ulong.MaxValue), window.Accept(ulong.MaxValue - 1)), Is.EqualTo((true, false, true)));
    }

    /// <summary>Compared with the rule itself, kept as a set; steps small and as wide as the window, forwards and back.</summary>
    [Test]
    public void Window_does_what_the_rule_says() =>
        Gen.OneOf(Gen.Long[-200, 200], Gen.Long[-(long)Size - 70, (long)Size + 70], Gen.Long[0, 4 * (long)Size]).Array[1, 300].Sample(steps =>
        {
            var window = new ReplayWindow();
            var seen = new HashSet<ulong>();
            var highest = 0UL;
            var at = 0L;
            return steps.All(step =>
            {
                var number = (ulong)Math.Max(0, at + step);
                at = Math.Max(at, (long)number);
                var expected = number > 0 && (number > highest || highest - number < Size) && seen.Add(number);
                highest = Math.Max(highest, number);
                return window.Accept(number) == expected;
            });
        });
}
