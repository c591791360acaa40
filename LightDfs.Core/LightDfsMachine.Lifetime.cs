using LightDfs.Peers;

namespace LightDfs;

internal sealed partial class LightDfsMachine
{
    /// <summary>The cluster file store, from this machine.</summary>
    public IFileStore Files => throw new NotImplementedException();

    /// <summary>The cluster, from this machine.</summary>
    public ICluster Cluster => throw new NotImplementedException();

    /// <summary>What peers' requests are handed to.</summary>
    public IPeerHandler PeerHandler => throw new NotImplementedException();

    /// <summary>Opens and checks disk and identity. Throws one exception that holds every problem. Before the server listens.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Begins to ask peers, in the background. Once the server listens.</summary>
    public Task StartedAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Ends background work while the server still listens.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Closes the store. Once the server no longer listens.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => Parts.Store.DisposeAsync();
}
