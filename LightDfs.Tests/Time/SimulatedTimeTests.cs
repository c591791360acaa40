using LightDfs.Testing.Time;
using NUnit.Framework;

namespace LightDfs.Tests.Time;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SimulatedTimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly SimulatedTime _time = new();
    private readonly List<string> _fired = [];

    [Test]
    public void Timers_fire_in_order_of_time_then_of_making()
    {
        Timer("late", 3);
        Timer("first of two", 2);
        Timer("second of two", 2);
        Timer("early", 1);

        while (_time.AdvanceToNextTimer())
        {
        }

        Assert.That(_fired, Is.EqualTo(new[] { "early 1", "first of two 2", "second of two 2", "late 3" }));
        Assert.That(_time.UntilNextTimer, Is.Null);
    }

    [Test]
    public void Step_fires_one_timer_and_moves_only_as_far_as_it()
    {
        Timer("one", 5);
        Timer("other", 5);

        Assert.That(_time.UntilNextTimer, Is.EqualTo(5 * Second));
        Assert.That(_time.AdvanceToNextTimer());

        Assert.That((_fired.Count, _time.Elapsed, _time.UntilNextTimer), Is.EqualTo((1, 5 * Second, TimeSpan.Zero)));
    }

    [Test]
    public void Timer_with_a_period_fires_again_and_keeps_its_place()
    {
        using var often = Timer("often", 1, 1);
        Timer("once", 2);

        for (var step = 0; step < 4; step++)
        {
            _time.AdvanceToNextTimer();
        }

        Assert.That(_fired, Is.EqualTo(new[] { "often 1", "often 2", "once 2", "often 3" }));
    }

    [Test]
    public void Timer_changed_or_disposed_does_not_fire_as_it_was_set()
    {
        var changed = Timer("changed", 1);
        var gone = Timer("gone", 1);
        changed.Change(4 * Second, Timeout.InfiniteTimeSpan);
        gone.Dispose();

        while (_time.AdvanceToNextTimer())
        {
        }

        Assert.That(_fired, Is.EqualTo(new[] { "changed 4" }));
        Assert.That(gone.Change(Second, Second), Is.False);
    }

    [Test]
    public void Timer_due_at_once_waits_for_the_next_step()
    {
        Timer("now", 0);

        Assert.That(_fired, Is.Empty);
        Assert.That(_time.AdvanceToNextTimer());
        Assert.That(_fired, Is.EqualTo(new[] { "now 0" }));
    }

    [TestCase(-2)]
    [TestCase(1L << 32)]
    public void Timer_that_cannot_be_is_refused(long milliseconds)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.CreateTimer(_ => { }, null, TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan));
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.CreateTimer(_ => { }, null, Second, TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Test]
    public void Callback_runs_in_the_context_it_was_made_in()
    {
        var local = new AsyncLocal<string> { Value = "maker" };
        var seen = "";
        using var timer = _time.CreateTimer(_ => seen = local.Value, null, Second, Timeout.InfiniteTimeSpan);
        local.Value = "whoever advances";

        _time.AdvanceToNextTimer();

        Assert.That(seen, Is.EqualTo("maker"));
    }

    [Test]
    public async Task Chain_of_delays_runs_to_its_end_in_one_advance()
    {
        var links = 0;
        var chain = Task.Run(async () =>
        {
            for (; links < 10; links++)
            {
                await Task.Delay(Second, _time);
                await Task.Yield();
            }
        });

        await _time.AdvanceAsync(9.5 * Second);
        Assert.That((links, _time.Elapsed), Is.EqualTo((9, 9.5 * Second)));
        await _time.AdvanceAsync(Second);

        await chain.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(_time.Elapsed, Is.EqualTo(10.5 * Second));
    }

    [Test]
    public async Task Run_until_a_task_is_done_lets_just_enough_time_pass()
    {
        await _time.RunUntilAsync(Task.WhenAll(Task.Delay(100 * Second, _time), Task.Delay(7 * Second, _time)));

        Assert.That(_time.Elapsed, Is.EqualTo(100 * Second));
    }

    [Test]
    public async Task Run_until_a_task_fails_throws_what_it_threw()
    {
        async Task FailAsync()
        {
            await Task.Delay(Second, _time);
            throw new InvalidDataException("of the task");
        }

        Assert.That((await Assert.ThrowsAsync<InvalidDataException>(() => _time.RunUntilAsync(FailAsync())))!.Message, Is.EqualTo("of the task"));
    }

    [Test]
    public async Task Task_that_waits_for_nothing_is_reported_instead_of_hanging() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => _time.RunUntilAsync(new TaskCompletionSource().Task));

    [Test]
    public async Task Task_that_takes_longer_than_the_limit_is_reported_at_the_limit()
    {
        using var heartbeat = Timer("beat", 1, 1);

        await Assert.ThrowsAsync<TimeoutException>(() => _time.RunUntilAsync(new TaskCompletionSource().Task, 30 * Second));

        Assert.That((_time.Elapsed, _fired.Count), Is.EqualTo((30 * Second, 30)));
    }

    [Test]
    public async Task Cancellation_after_a_time_and_periodic_timers_work_on_it()
    {
        using var source = new CancellationTokenSource(3 * Second, _time);
        using var timer = new PeriodicTimer(Second, _time);
        var ticks = 0;
        async Task TickAsync()
        {
            while (await timer.WaitForNextTickAsync(source.Token))
            {
                ticks++;
            }
        }

        await Assert.CatchAsync<OperationCanceledException>(() => _time.RunUntilAsync(TickAsync()));

        Assert.That((_time.Elapsed, ticks), Is.EqualTo((3 * Second, 2)), "the cancellation was made first");
    }

    [Test]
    public async Task Stepping_the_clock_moves_the_time_of_day_and_nothing_else()
    {
        var (now, stamp) = (_time.GetUtcNow(), _time.GetTimestamp());
        Timer("timer", 2);

        _time.StepClock(TimeSpan.FromHours(-1));

        Assert.That((_time.GetUtcNow() - now, _time.GetTimestamp() - stamp, _fired.Count), Is.EqualTo((TimeSpan.FromHours(-1), 0L, 0)));
        await _time.AdvanceAsync(2 * Second);
        Assert.That((_fired.Count, _time.GetElapsedTime(stamp), _time.GetUtcNow() - now), Is.EqualTo((1, 2 * Second, (2 * Second) - TimeSpan.FromHours(1))));
    }

    [Test]
    public async Task Clocks_of_machines_differ_in_their_time_of_day_and_share_the_rest()
    {
        var (right, wrong) = (_time.CreateClock(), _time.CreateClock(TimeSpan.FromMinutes(5)));

        var delay = Task.Delay(4 * Second, wrong);
        var stamp = right.GetTimestamp();
        wrong.Step(TimeSpan.FromMinutes(-7));
        await _time.RunUntilAsync(delay);

        Assert.That((wrong.Ahead, wrong.GetUtcNow() - right.GetUtcNow()), Is.EqualTo((TimeSpan.FromMinutes(-2), TimeSpan.FromMinutes(-2))));
        Assert.That((right.GetElapsedTime(stamp), wrong.GetElapsedTime(stamp), right.GetUtcNow()), Is.EqualTo((4 * Second, 4 * Second, _time.GetUtcNow())));
    }

    private ITimer Timer(string name, int after, int every = 0) =>
        _time.CreateTimer(_ => _fired.Add($"{name} {_time.Elapsed.TotalSeconds:0}"), null, after * Second, every * Second);
}
