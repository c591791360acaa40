using LightDfs.Cluster;
using LightDfs.Files;
using LightDfs.Storage;
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

        var run = RunAsync(write, cancel.Token);
        await cancel.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => run);
        Assert.That((write.Left.Count, _left.Count), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task Cancelled_write_sends_nothing()
    {
        var write = Write(1, _ => Task.FromResult(1));

        await Assert.CatchAsync<OperationCanceledException>(() => RunAsync(write, new CancellationToken(canceled: true)));

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

    [SetUp]
    public void ForgetWhatWasLeft() => _left.Clear();

    private QuorumWrite<int> Write(int quorum, params Func<CancellationToken, Task<int>>[] writes) => new(
        (holder, token) => writes[int.Parse(holder.Address, System.Globalization.CultureInfo.InvariantCulture)](token), writes.Length, quorum, (holder, _) => _left.Add(holder), TimeProvider.System)
    {
        IsFit = _ => true,
    };

    private static Task RunAsync(QuorumWrite<int> write, CancellationToken cancellationToken = default) =>
        write.RunAsync([.. Enumerable.Range(0, 3).Select(number => new Holder(number))], _ => false, cancellationToken).WaitAsync(ClusterSteps.Guard, CancellationToken.None);

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
