using LightDfs.Identity;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;
using LightDfs.Testing.Network;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace LightDfs.Tests.DependencyInjection;

/// <summary>Parts that do nothing, for tests of how parts are put together.</summary>
internal static class TestParts
{
    public static IPeerTransport Transport { get; } = new InMemoryNetwork { IsLoopback = false }.CreateTransport("memory://self");

    public static LightDfs.DependencyInjection.ILightDfsBuilder WithoutDisk(this LightDfs.DependencyInjection.ILightDfsBuilder builder) => builder
        .UseHashRing(_ => new RendezvousHashRing())
        .UseMachineIdentityStore(_ => Mock.Of<IMachineIdentityStore>())
        .UseReplicaStore(_ => Mock.Of<IReplicaStore>());
}
