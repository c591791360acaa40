using LightDfs.Identity;
using LightDfs.Repair;

namespace LightDfs;

internal sealed partial class LightDfsMachine
{
    /// <summary>Background work that does not end, such as a peer source that hangs, must not keep the process from ending.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private Task _loops = Task.CompletedTask;
    private volatile bool _isLeaving;
    private bool _isDisposed;

    /// <summary>Opens and checks disk and identity, before the server listens. A machine that has no peers serves when this returns.</summary>
    /// <exception cref="LightDfsStartException">Holds every problem that was found.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var causes = new List<Exception>();
        var isOpen = await TryAsync(() => Parts.Store.OpenAsync(cancellationToken), causes).ConfigureAwait(false);
        if (isOpen)
        {
            await TryAsync(() => _membership.LoadAsync(cancellationToken), causes).ConfigureAwait(false);
            await TryAsync(() => _rounds.LoadAsync(cancellationToken), causes).ConfigureAwait(false);
            await TryAsync(async () => _self.Kept = await KeptIdentity.OpenAsync(Parts.Store, Parts.Identity, cancellationToken).ConfigureAwait(false), causes).ConfigureAwait(false);
        }
        else
        {
            // What else is wrong is said at the same time.
            await TryAsync(async () => await Parts.Identity.LoadAsync(cancellationToken).ConfigureAwait(false), causes).ConfigureAwait(false);
        }
        if (causes.Count == 0)
        {
            await TryAsync(() => _clusters.KeepResolvedAsync(cancellationToken), causes).ConfigureAwait(false);
        }
        if (causes.Count > 0)
        {
            throw new LightDfsStartException([.. causes.Select(cause => cause.Message)], causes);
        }
        await _discovery.StartAloneAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins to ask peers, in the background. Once the server listens.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        OpenGate();
        var background = new BackgroundLoop(_problems, Parts.Time, Logger<LightDfsMachine>());
        var loops = new (string Name, Func<CancellationToken, Task> Run)[]
        {
            ("finding peers", _discovery.RunAsync),
            ("heartbeats", _heartbeats.RunAsync),
            ("replacing lost machines", Grace.RunAsync),
            ("taking missed deletes", CatchUp.RunAsync),
            ("collecting segments", Collector.RunAsync),
            ("reconciling", Reconciler.RunAsync),
            ("scrubbing", Scrubber.RunAsync),
            ("deleting what has expired", Expirer.RunAsync),
        };
        _loops = Task.WhenAll(loops.Select(loop => Task.Run(() => background.RunAsync(loop.Name, loop.Run, _stop.Token), CancellationToken.None)));
        return Task.CompletedTask;
    }

    /// <summary>From here on calls wait for at most the start time-out.</summary>
    internal void OpenGate() => _patience.Start();

    /// <summary>
    /// Tells the others that this machine leaves, so that they choose others from here on, and ends background work; the server still listens, and what is under way goes on.
    /// </summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (!_isLeaving)
        {
            _isLeaving = true;
            await _heartbeats.TellAllAsync(cancellationToken).ConfigureAwait(false);
        }
        await EndLoopsAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task EndLoopsAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loops.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Closes the store. Once the server no longer listens.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => CloseAsync(cancellationToken).AsTask();

    /// <summary>As a stop, that waits a while for background work and no longer; doing it twice does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(LongestWait, Parts.Time);
        await CloseAsync(patience.Token).ConfigureAwait(false);
    }

    private async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        if (_isDisposed)
        {
            return;
        }
        _isDisposed = true;
        await EndLoopsAsync(cancellationToken).ConfigureAwait(false);
        _self.Kept = null;
        await Parts.Store.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        Reconciler.Dispose();
        _clusters.Dispose();
        _membership.Dispose();
        _meter.Dispose();
    }

    private static async ValueTask<bool> TryAsync(Func<ValueTask> step, List<Exception> causes)
    {
        try
        {
            await step().ConfigureAwait(false);
            return true;
        }
        catch (Exception cause) when (cause is LightDfsException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            causes.Add(cause);
            return false;
        }
    }
}
