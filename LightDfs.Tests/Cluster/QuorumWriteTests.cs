using LightDfs.Cluster;
using LightDfs.Files;
using LightDfs.Storage;
using LightDfs.Testing.Time;
using NUnit.Framework;

namespace LightDfs.Tests.Cluster;

public sealed class QuorumWriteTests
{
    private readonly List<IReplicaHolder> _left = [];

    [Test]
    public async Task Write_that_heeds_no_cancelling_is_left_behind_after_the_quorum()
    {
        var never = new TaskCompletionSource<int>();
        var write = Write(2, _ => Task.FromResult(1), _ => Task.FromResult(2), _ => never.Task);

        await RunAsync(write);

        Assert.That(write.Done.Select(done => done.Answer), Is.EqualTo(new[] { 1, 2 }));
        Assert.That((write.Left.Count, _left.Count, write.Failures.Single().Reason), Is.EqualTo((1, 1, "it was slower than the others")));
    }

    [Test]
    public async Task Write_that_heeds_no_cancelling_does_not_hold_up_its_caller()
    {
        using var cancel = new CancellationTokenSource();
        var write = Write(2, _ => new TaskCompletionSource<int>().Task, _ => new TaskCompletionSource<int>().Task);

        var run = RunAsync(write, cancellationToken: cancel.Token);
        await cancel.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => run);
        Assert.That((write.Left.Count, _left.Count), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task Cancelled_write_sends_nothing()
    {
        var write = Write(1, _ => Task.FromResult(1));

        await Assert.CatchAsync<OperationCanceledException>(() => RunAsync(write, cancellationToken: new CancellationToken(canceled: true)));

        Assert.That(write.Tried, Is.Empty);
    }

    [Test]
    public async Task Mistake_in_a_write_that_is_cut_ends_the_others_first_and_is_thrown()
    {
        var isEnded = false;
        var write = Write(
            1,
            _ => Task.FromResult(1),
            token => WhenCutAsync(() => throw new InvalidOperationException("a mistake of ours"), token),
            token => WhenCutAsync(() => isEnded = true, token));

        var mistake = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(write));

        Assert.That((mistake.Message, isEnded, write.Done.Count), Is.EqualTo(("a mistake of ours", true, 2)));
    }

    [Test]
    public async Task Mistake_that_ends_the_write_is_not_hidden_by_one_in_a_write_that_is_cut()
    {
        var write = Write(
            2,
            _ => Task.FromException<int>(new InvalidOperationException("the first")),
            token => WhenCutAsync(() => throw new NotSupportedException("the second"), token));

        var mistake = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(write));

        Assert.That(mistake.Message, Is.EqualTo("the first"));
    }

    [Test]
    public async Task Machine_that_is_starting_is_asked_again_where_the_quorum_needs_it()
    {
        var (asked, time) = (0, new SimulatedTime());
        var write = Write(time, 2, _ => Task.FromResult(1), _ => asked++ < 2 ? Starting() : Task.FromResult(2), _ => Task.FromException<int>(new IOException("it is down")));

        await time.RunUntilAsync(RunAsync(write));

        Assert.That(write.Done.Select(done => done.Answer), Is.EqualTo(new[] { 1, 2 }));
        Assert.That((asked, write.Tried.Count, write.HasPaused, write.Failures.Single().Reason, time.Elapsed), Is.EqualTo((3, 3, true, "it is down", TimeSpan.FromMilliseconds(150))));
    }

    [Test]
    public async Task Machine_that_is_starting_is_asked_again_also_while_another_one_does_not_answer()
    {
        var (asked, time) = (0, new SimulatedTime());
        var write = Write(time, 2, _ => Task.FromResult(1), _ => asked++ == 0 ? Starting() : Task.FromResult(2), _ => new TaskCompletionSource<int>().Task);

        await time.RunUntilAsync(RunAsync(write));

        Assert.That((write.Done.Count, asked), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task Machine_that_is_starting_is_asked_again_also_when_another_one_has_its_place_and_does_not_answer()
    {
        var (asked, time) = (0, new SimulatedTime());
        var write = Write(
            time, 2, _ => Task.FromResult(1), _ => asked++ == 0 ? Starting() : Task.FromResult(2), _ => new TaskCompletionSource<int>().Task, _ => new TaskCompletionSource<int>().Task);

        await time.RunUntilAsync(RunAsync(write, machines: 4));

        Assert.That((write.Done.Count, asked), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task Quorum_does_not_wait_for_a_machine_that_is_starting()
    {
        var asked = 0;
        var write = Write(new SimulatedTime(), 2, _ => { asked++; return Starting(); }, _ => Task.FromResult(1), _ => Task.FromResult(2));

        await RunAsync(write);

        Assert.That((asked, write.Done.Count, write.HasPaused, write.Failures.Single().Reason), Is.EqualTo((1, 2, false, "it is starting")));
    }

    [Test]
    public async Task Machine_that_is_starting_is_asked_again_until_the_start_timeout_is_over()
    {
        var (asked, time) = (0, new SimulatedTime());
        var write = Write(time, 3, _ => Task.FromResult(1), _ => Task.FromResult(2), _ => { asked++; return Starting(); });

        await time.RunUntilAsync(RunAsync(write));

        Assert.That((asked, write.HasQuorum, write.Failures.Single().Reason, time.Elapsed), Is.EqualTo((6, false, "it is starting", TimeSpan.FromSeconds(1))), "after 0, 50, 150, 350, 750 and 1,000 ms");
    }

    [Test]
    public async Task Machine_that_was_started_long_ago_asks_nobody_again()
    {
        var (asked, time) = (0, new SimulatedTime());
        var write = Write(time, 3, _ => Task.FromResult(1), _ => Task.FromResult(2), _ => { asked++; return Starting(); });
        await time.AdvanceAsync(TimeSpan.FromSeconds(1));

        await RunAsync(write);

        Assert.That((asked, write.HasPaused, write.Failures.Single().Reason), Is.EqualTo((1, false, "it is starting")));
    }

    [Test]
    public async Task Machine_that_refuses_for_good_is_not_asked_again()
    {
        var asked = 0;
        var write = Write(new SimulatedTime(), 3, _ => Task.FromResult(1), _ => Task.FromResult(2), _ => { asked++; return Task.FromException<int>(new PeerRefusedException("it was removed")); });

        await RunAsync(write);

        Assert.That((asked, write.Failures.Single().Reason), Is.EqualTo((1, "it was removed")));
    }

    [Test]
    public async Task Who_cancels_does_not_wait_for_machines_that_are_starting()
    {
        using var cancel = new CancellationTokenSource();
        var write = Write(new SimulatedTime(), 3, _ => Starting(), _ => Starting(), _ => Starting());

        var run = RunAsync(write, cancellationToken: cancel.Token);
        await cancel.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => run);
    }

    [SetUp]
    public void ForgetWhatWasLeft() => _left.Clear();

    [Test]
    public async Task Caller_who_leaves_does_not_end_what_runs_on_once_the_quorum_has_it()
    {
        using var cancel = new CancellationTokenSource();
        var third = new TaskCompletionSource<int>();
        var write = Write(new SimulatedTime(), 2, runsOn: true, _ => Task.FromResult(1), _ => Task.FromResult(2), _ => third.Task);
        var run = RunAsync(write, cancellationToken: cancel.Token);

        await cancel.CancelAsync();
        Assert.That(run.IsCompleted, Is.False);
        third.SetResult(3);
        await run;

        Assert.That(write.Done.Select(done => done.Answer), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    private static Task<int> Starting() => Task.FromException<int>(new PeerRefusedException("it is starting", endsSoon: true));

    private QuorumWrite<int> Write(int quorum, params Func<CancellationToken, Task<int>>[] writes) => Write(TimeProvider.System, quorum, writes);

    private QuorumWrite<int> Write(TimeProvider time, int quorum, params Func<CancellationToken, Task<int>>[] writes) => Write(time, quorum, runsOn: false, writes);

    /// <summary>On a machine that is started now, and waits for a second at most.</summary>
    private QuorumWrite<int> Write(TimeProvider time, int quorum, bool runsOn, params Func<CancellationToken, Task<int>>[] writes)
    {
        var patience = new StartPatience(TimeSpan.FromSeconds(1), time);
        patience.Start();
        return new(
            (holder, token) => writes[int.Parse(holder.Address, System.Globalization.CultureInfo.InvariantCulture)](token), Math.Min(3, writes.Length), quorum, (holder, _) => _left.Add(holder), time)
        {
            IsFit = _ => true,
            Patience = patience,
            RunsOn = runsOn,
        };
    }

    private static Task RunAsync(QuorumWrite<int> write, int machines = 3, CancellationToken cancellationToken = default) =>
        write.RunAsync([.. Enumerable.Range(0, machines).Select(number => new Holder(number))], _ => false, cancellationToken).WaitAsync(ClusterSteps.Guard, CancellationToken.None);

    private static async Task<int> WhenCutAsync(Action act, CancellationToken cut)
    {
        await Task.Delay(Timeout.Infinite, cut).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        act();
        return 0;
    }

    /// <summary>A machine by its number alone: what is written to it is the test's.</summary>
    private sealed class Holder(int number) : IReplicaHolder
    {
        public MachineId Machine => new((UInt128)number + 1);

        public string Address => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

        public bool TakesFiles => true;

        public bool IsUp => true;

        public string Why => "it works";

        public TimeSpan? SlowAfter => null;

        public Task<CommitOutcome> StoreAsync(FileId id, FileRecord record, UploadBuffer content, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ReplicaState?> DeleteAsync(FileId id, DateTimeOffset deletedAt, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Probe<FileRecord>> FindAsync(FileId id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Probe<IReplicaContent>> OpenAsync(FileId id, UInt128? version, PageWindow first, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ListPage> ListAsync(FileId? after, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ReplicaStamp?> HeldAsync(FileId id, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
