using Microsoft.Extensions.DependencyInjection;

namespace LightDfs.DependencyInjection;

internal sealed record LightDfsBuilder(IServiceCollection Services) : ILightDfsBuilder;
