using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LightDfs.DependencyInjection;

/// <summary>
/// Takes the machine through the phases of the host. Disk and identity open in <see cref="StartingAsync"/> and close in <see cref="StoppedAsync"/>: those phases
/// hold before the server listens and after it stopped, and around all other hosted services, in whatever order they were registered.
/// </summary>
internal sealed class LightDfsHostedService(IServiceProvider services) : IHostedLifecycleService
{
    // Made here, not in the constructor: options are validated before StartingAsync, and their report must come first.
    private LightDfsMachine? _machine;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _machine = services.GetRequiredService<LightDfsMachine>();
        return _machine.StartAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _machine is not null
        ? Task.CompletedTask
        : throw new InvalidOperationException("LightDfs needs a host that runs IHostedLifecycleService, such as WebApplication or the generic host.");

    public Task StartedAsync(CancellationToken cancellationToken) => _machine?.StartedAsync(cancellationToken) ?? Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => _machine?.StoppingAsync(cancellationToken) ?? Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => _machine?.StopAsync(cancellationToken) ?? Task.CompletedTask;
}
