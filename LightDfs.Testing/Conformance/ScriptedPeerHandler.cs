using LightDfs.Peers;

namespace LightDfs.Testing.Conformance;

/// <summary>Answers as the test says, and remembers the connections.</summary>
internal sealed class ScriptedPeerHandler(Func<PeerRequest, CancellationToken, ValueTask<PeerReply>> answer) : IPeerHandler
{
    public PeerConnection? LastConnection { get; private set; }

    public ValueTask<PeerReply> HandleAsync(PeerRequest request, PeerConnection connection, CancellationToken cancellationToken)
    {
        LastConnection = connection;
        return answer(request, cancellationToken);
    }
}
