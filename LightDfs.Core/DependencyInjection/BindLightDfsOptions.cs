using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LightDfs.DependencyInjection;

/// <summary>
/// Binds the options from configuration after all code that configures them, so that configuration wins, and makes the peers the union of both.
/// An app that must win over configuration has <c>PostConfigure</c>.
/// </summary>
internal sealed class BindLightDfsOptions(IServiceProvider services, LightDfsRegistration registration) : IPostConfigureOptions<LightDfsOptions>
{
    public void PostConfigure(string? name, LightDfsOptions options)
    {
        if (name != Options.DefaultName)
        {
            return;
        }
        if (services.GetService<IConfiguration>() is { } configuration)
        {
            // What cannot be read is told by the validator, with everything else.
            ConfiguredValues.Bind(configuration.GetSection(LightDfsOptions.SectionName), options);
        }
        var peers = registration.Peers.Concat(options.Peers).Distinct(StringComparer.Ordinal).ToList();
        options.Peers.Clear();
        foreach (var peer in peers)
        {
            options.Peers.Add(peer);
        }
    }
}
