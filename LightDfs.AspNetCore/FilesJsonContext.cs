using System.Text.Json.Serialization;
using LightDfs.AspNetCore.Files;
using LightDfs.AspNetCore.Problems;

namespace LightDfs.AspNetCore;

/// <summary>All JSON of this package, so that it works in apps without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FileDocument))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class FilesJsonContext : JsonSerializerContext;
