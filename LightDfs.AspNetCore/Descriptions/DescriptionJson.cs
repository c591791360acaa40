using System.Text.Json.Serialization;
using LightDfs.AspNetCore.Files;
using LightDfs.AspNetCore.Problems;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LightDfs.AspNetCore.Descriptions;

/// <summary>
/// Makes the types of the descriptions known to the app's JSON settings, where OpenAPI looks for their schemas. In an app without reflection the whole document would fail
/// for want of them. They come last, so nothing that the app has set changes.
/// </summary>
internal static class DescriptionJson
{
    public static void AddTo(IServiceProvider services)
    {
        var json = services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        if (!json.IsReadOnly && !json.TypeInfoResolverChain.Contains(DescriptionJsonContext.Default))
        {
            json.TypeInfoResolverChain.Add(DescriptionJsonContext.Default);
        }
    }
}

/// <summary>Every type that a description names.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FileDocument))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(Stream))]
internal sealed partial class DescriptionJsonContext : JsonSerializerContext;
