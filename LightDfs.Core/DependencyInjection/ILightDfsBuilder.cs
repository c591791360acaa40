using Microsoft.Extensions.DependencyInjection;

namespace LightDfs.DependencyInjection;

/// <summary>
/// What registering LightDfs returns, so that parts can be replaced and other packages can add theirs. It has no state but the services: every registration returns an equal one.
/// </summary>
public interface ILightDfsBuilder
{
    /// <summary>The services of the host app.</summary>
    IServiceCollection Services { get; }
}
