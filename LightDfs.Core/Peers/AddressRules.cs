namespace LightDfs.Peers;

/// <summary>Where this machine sends nothing, whoever names the address: what it would say or hear there is not safe enough.</summary>
internal sealed class AddressRules(IPeerTransport transport, bool isKeyless, Func<bool> isListProtected)
{
    /// <summary>Why an address is not asked; <see langword="null"/> when it may be.</summary>
    public string? Refuse(string address) =>
        isKeyless && !transport.IsLoopback(address)
            ? "this machine has no cluster key, so it asks only addresses of its own host. Set LightDfs:ClusterKey on every machine."
        : !transport.IsProtected(address) && isListProtected()
            ? "all addresses on this machine's list are protected by TLS, and this one is not, so it was not asked. List it here if it is meant."
        : null;
}
