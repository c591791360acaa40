using LightDfs.Peers;

namespace LightDfs.Simulation.Machines;

/// <summary>Sends nothing any more once the run that it belongs to is over, whatever of that run is still going on in this process.</summary>
internal sealed class PoweredTransport(IPeerTransport inner, MachineRun run) : IPeerTransport
{
    public IReadOnlyList<string> ListeningAt => inner.ListeningAt;

    public string Normalize(string address) => inner.Normalize(address);

    public bool IsLoopback(string address) => inner.IsLoopback(address);

    public bool IsProtected(string address) => inner.IsProtected(address);

    public Task<PeerReply> SendAsync(string address, PeerRequest request, CancellationToken cancellationToken) => run.IsOver
        ? Task.FromException<PeerReply>(new PeerUnreachableException(address, "the sender has no power"))
        : inner.SendAsync(address, request, cancellationToken);
}
