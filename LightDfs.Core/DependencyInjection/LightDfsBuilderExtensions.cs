using System.Diagnostics.CodeAnalysis;
using LightDfs.DependencyInjection;
using LightDfs.Identity;
using LightDfs.Peers;
using LightDfs.Ring;
using LightDfs.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Replaces the parts of LightDfs. The last call for a part wins. Each part is one instance per container, which the container disposes.
/// </summary>
public static class LightDfsBuilderExtensions
{
    /// <summary>Peers are talked to by <typeparamref name="TTransport"/>. The options' peers are checked by it, so its constructor cannot read the options.</summary>
    public static ILightDfsBuilder UseTransport<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TTransport>(this ILightDfsBuilder builder)
        where TTransport : class, IPeerTransport => builder.Use(ServiceDescriptor.Singleton<IPeerTransport, TTransport>());

    /// <summary>Peers are talked to by the transport that <paramref name="factory"/> makes. The options' peers are checked by it, so the factory cannot read the options.</summary>
    public static ILightDfsBuilder UseTransport(this ILightDfsBuilder builder, Func<IServiceProvider, IPeerTransport> factory) =>
        builder.Use(ServiceDescriptor.Singleton(factory));

    /// <summary>Files are placed by rings of the kind <typeparamref name="TRing"/>; its instance is a prototype. Must be equal on all machines.</summary>
    public static ILightDfsBuilder UseHashRing<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TRing>(this ILightDfsBuilder builder)
        where TRing : class, IHashRing => builder.Use(ServiceDescriptor.Singleton<IHashRing, TRing>());

    /// <summary>Files are placed by rings of the kind that <paramref name="factory"/> makes; its instance is a prototype. Must be equal on all machines.</summary>
    public static ILightDfsBuilder UseHashRing(this ILightDfsBuilder builder, Func<IServiceProvider, IHashRing> factory) =>
        builder.Use(ServiceDescriptor.Singleton(factory));

    /// <summary>This machine's id is kept by <typeparamref name="TStore"/>, instead of a file in the data directory.</summary>
    public static ILightDfsBuilder UseMachineIdentityStore<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStore>(this ILightDfsBuilder builder)
        where TStore : class, IMachineIdentityStore => builder.Use(ServiceDescriptor.Singleton<IMachineIdentityStore, TStore>());

    /// <summary>This machine's id is kept by the store that <paramref name="factory"/> makes, instead of a file in the data directory.</summary>
    public static ILightDfsBuilder UseMachineIdentityStore(this ILightDfsBuilder builder, Func<IServiceProvider, IMachineIdentityStore> factory) =>
        builder.Use(ServiceDescriptor.Singleton(factory));

    /// <summary>This machine's replicas are kept by <typeparamref name="TStore"/>, instead of files in the data directory. Disposing it twice must be harmless.</summary>
    public static ILightDfsBuilder UseReplicaStore<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStore>(this ILightDfsBuilder builder)
        where TStore : class, IReplicaStore => builder.Use(ServiceDescriptor.Singleton<IReplicaStore, TStore>());

    /// <summary>This machine's replicas are kept by the store that <paramref name="factory"/> makes, instead of files in the data directory. Disposing it twice must be harmless.</summary>
    public static ILightDfsBuilder UseReplicaStore(this ILightDfsBuilder builder, Func<IServiceProvider, IReplicaStore> factory) =>
        builder.Use(ServiceDescriptor.Singleton(factory));

    /// <summary>Whom to ask at start is said by <typeparamref name="TSource"/>, instead of the options' list.</summary>
    public static ILightDfsBuilder UsePeerSource<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSource>(this ILightDfsBuilder builder)
        where TSource : class, IPeerSource => builder.Use(ServiceDescriptor.Singleton<IPeerSource, TSource>());

    /// <summary>Whom to ask at start is said by the source that <paramref name="factory"/> makes, instead of the options' list.</summary>
    public static ILightDfsBuilder UsePeerSource(this ILightDfsBuilder builder, Func<IServiceProvider, IPeerSource> factory) =>
        builder.Use(ServiceDescriptor.Singleton(factory));

    private static ILightDfsBuilder Use(this ILightDfsBuilder builder, ServiceDescriptor part)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(part);
        return builder;
    }
}
