using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

/// <summary>What the app's OpenAPI document says of the endpoints.</summary>
public sealed partial class OpenApiTests
{
    [TestCase("/files", "post", "201 400 408 413 415 503 507")]
    [TestCase("/files", "get", "200 503")]
    [TestCase("/files/{id}", "put", "200 201 400 408 409 410 412 413 415 503 507")]
    [TestCase("/files/{id}", "get", "200 206 304 400 404 412 416 503")]
    [TestCase("/files/{id}", "head", "200 206 304 400 404 412 416 503")]
    [TestCase("/files/{id}", "delete", "204 400 404 412 503")]
    public async Task Every_endpoint_is_described_with_its_replies(string path, string method, string statuses)
    {
        var operation = (await DocumentAsync()).GetProperty("paths").GetProperty(path).GetProperty(method);

        Assert.That(operation.GetProperty("summary").GetString(), Is.Not.Empty);
        Assert.That(operation.GetProperty("description").GetString(), Is.Not.Empty);
        Assert.That(operation.GetProperty("tags")[0].GetString(), Is.EqualTo("Files"));
        var responses = operation.GetProperty("responses").EnumerateObject().ToList();
        Assert.That(responses.Select(response => response.Name), Is.EquivalentTo(statuses.Split(' ')));
        Assert.That(responses.Select(response => response.Value.GetProperty("description").GetString()), Has.All.EndsWith("."));
        Assert.That(path.Contains("{id}", StringComparison.Ordinal), Is.EqualTo(
            operation.TryGetProperty("parameters", out var parameters) && parameters.EnumerateArray().Any(parameter => parameter.GetProperty("in").GetString() == "path")));
    }

    [Test]
    public async Task Bodies_have_their_types()
    {
        var document = await DocumentAsync();
        var files = document.GetProperty("paths").GetProperty("/files");
        var file = document.GetProperty("paths").GetProperty("/files/{id}");
        var schemas = document.GetProperty("components").GetProperty("schemas");

        Assert.That(TypesOf(files.GetProperty("post").GetProperty("requestBody")), Is.EquivalentTo(new[] { "application/octet-stream", "multipart/form-data", "*/*" }));
        Assert.That(TypesOf(file.GetProperty("put").GetProperty("requestBody")), Is.EquivalentTo(new[] { "application/octet-stream", "*/*" }));
        Assert.That(TypesOf(file.GetProperty("get").GetProperty("responses").GetProperty("206")), Is.EqualTo(new[] { "application/octet-stream" }));
        Assert.That(TypesOf(file.GetProperty("get").GetProperty("responses").GetProperty("404")), Is.EqualTo(new[] { "application/problem+json" }));
        Assert.That(TypesOf(files.GetProperty("get").GetProperty("responses").GetProperty("200")), Is.EqualTo(new[] { "application/x-ndjson" }));
        Assert.That(
            schemas.GetProperty("FileDocument").GetProperty("properties").EnumerateObject().Select(property => property.Name),
            Is.EquivalentTo(new[] { "id", "length", "fileName", "contentType", "checksum", "sha256", "created", "expiresAt", "copies" }));
        Assert.That(schemas.GetProperty("Stream").GetProperty("format").GetString(), Is.EqualTo("binary"));
    }

    [Test]
    public async Task App_without_reflection_gets_the_same_document()
    {
        var withReflection = await DocumentAsync();

        var without = await DocumentAsync(services => services.Configure<JsonOptions>(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Clear();
            json.SerializerOptions.TypeInfoResolverChain.Add(HostJsonContext.Default);
        }));

        Assert.That(without.GetRawText(), Is.EqualTo(withReflection.GetRawText()));
    }

    [Test]
    public async Task Endpoints_that_are_not_allowed_are_not_described()
    {
        await using var app = await FilesApp.StartAsync(new InMemoryFileStore(), services: builder => builder.Services.AddOpenApi(), middleware: app => app.MapOpenApi());

        var paths = JsonDocument.Parse(await app.Client.GetStringAsync("/openapi/v1.json")).RootElement.GetProperty("paths");

        Assert.That(paths.GetProperty("/files").TryGetProperty("get", out _), Is.False);
        Assert.That(paths.GetProperty("/files/{id}").TryGetProperty("delete", out _), Is.False);
    }

    private static IEnumerable<string> TypesOf(JsonElement body) => body.GetProperty("content").EnumerateObject().Select(type => type.Name);

    private static async Task<JsonElement> DocumentAsync(Action<IServiceCollection>? configure = null)
    {
        await using var app = await FilesApp.StartAsync(
            new InMemoryFileStore(),
            FilesApp.AllowEverything,
            services: builder =>
            {
                builder.Services.AddOpenApi();
                configure?.Invoke(builder.Services);
            },
            middleware: app => app.MapOpenApi());
        using var document = JsonDocument.Parse(await app.Client.GetByteArrayAsync("/openapi/v1.json"));
        return document.RootElement.Clone();
    }

    /// <summary>The only JSON that an app without reflection knows.</summary>
    [JsonSerializable(typeof(int))]
    private sealed partial class HostJsonContext : JsonSerializerContext;
}
