using Microsoft.AspNetCore.Builder;

namespace LightDfs.Transport.Http;

/// <summary>What the host app says of the endpoint of peers, such as the host names it answers to, counts for both ways to ask there.</summary>
internal sealed class EndpointConventions(params IEndpointConventionBuilder[] endpoints) : IEndpointConventionBuilder
{
    public void Add(Action<EndpointBuilder> convention) => Array.ForEach(endpoints, endpoint => endpoint.Add(convention));

    public void Finally(Action<EndpointBuilder> finallyConvention) => Array.ForEach(endpoints, endpoint => endpoint.Finally(finallyConvention));
}
