using System.Net;
using System.Text.Json;
using LightDfs.AspNetCore.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

/// <summary>Files that expire: how clients say so, and what they and caches are told.</summary>
public sealed class ExpiryTests
{
    private const string None = "";
    private static readonly byte[] Content = "Gone tomorrow."u8.ToArray();
    private InMemoryFileStore _files;

    [SetUp]
    public void Begin() => _files = new InMemoryFileStore();

    [TestCase("POST", "3600", None, ExpectedResult = 3600L)]
    [TestCase("POST", None, "60", ExpectedResult = 60L)]
    [TestCase("POST", "3600", "60", ExpectedResult = 3600L, Description = "as with the name, the header goes first")]
    [TestCase("POST", None, None, ExpectedResult = 0L, Description = "never")]
    [TestCase("PUT", "3600", None, ExpectedResult = 3600L)]
    [TestCase("PUT", None, "3153600000", ExpectedResult = 3153600000L)]
    [TestCase("FORM", "3600", None, ExpectedResult = 3600L)]
    [TestCase("FORM", None, "60", ExpectedResult = 60L)]
    public async Task<long> Upload_says_after_how_many_seconds_its_file_expires(string method, string header, string query)
    {
        await using var app = await FilesApp.StartAsync(_files, FilesApp.AllowEverything);

        using var response = await SendAsync(app, method, header, query);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        var answer = await response.JsonAsync();
        var line = JsonDocument.Parse(await app.Client.GetStringAsync("/files")).RootElement;
        Assert.That(line.GetProperty("expiresAt").GetRawText(), Is.EqualTo(answer.GetProperty("expiresAt").GetRawText()), "the list says the same");
        return answer.GetProperty("expiresAt") is { ValueKind: JsonValueKind.String } expiresAt
            ? (long)(expiresAt.GetDateTimeOffset() - _files.Ids.Single().Created).TotalSeconds
            : 0;
    }

    [TestCase("59")]
    [TestCase("3153600001")]
    [TestCase("99999999999999999999")]
    [TestCase("-60")]
    [TestCase("60.5")]
    [TestCase("PT1H")]
    [TestCase("60, 120")]
    [TestCase(" ")]
    public async Task What_cannot_be_meant_is_refused_by_its_name_and_value_before_anything_is_stored(string value)
    {
        await using var app = await FilesApp.StartAsync(_files, FilesApp.AllowEverything);
        foreach (var method in new[] { "POST", "PUT", "FORM" })
        {
            using var byHeader = await SendAsync(app, method, value, None);
            using var byQuery = await SendAsync(app, method, None, Uri.EscapeDataString(value));

            Assert.That(await byHeader.ProblemAsync(HttpStatusCode.BadRequest), Does.StartWith($"Expires-After is '{value}'."), method);
            Assert.That(await byQuery.ProblemAsync(HttpStatusCode.BadRequest), Does.StartWith($"expiresAfter is '{value}'."), method);
        }
        Assert.That((_files.Lookups, _files.StoreBegun.IsCompleted), Is.EqualTo((0, false)), "the store was not asked");
    }

    [Test]
    public void Bounds_are_those_of_the_store() =>
        Assert.That((Expiry.Least, Expiry.Most), Is.EqualTo(((long)StoreOptions.LeastExpiry.TotalSeconds, (long)StoreOptions.MostExpiry.TotalSeconds)));

    [Test]
    public void Bounds_are_the_stores() =>
        Assert.That((Expiry.Least, Expiry.Most), Is.EqualTo(((long)StoreOptions.LeastExpiry.TotalSeconds, (long)StoreOptions.MostExpiry.TotalSeconds)));

    [TestCase("60", ExpectedResult = 200)]
    [TestCase("61", ExpectedResult = 409)]
    [TestCase(None, ExpectedResult = 409)]
    public async Task<int> Repeated_put_must_say_the_same(string second)
    {
        await using var app = await FilesApp.StartAsync(_files);
        var id = FileId.New();

        using var first = await SendAsync(app, "PUT", "60", None, id);
        using var again = await SendAsync(app, "PUT", second, None, id);

        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        return (int)again.StatusCode;
    }

    [TestCase("GET", 0, ExpectedResult = 0)]
    [TestCase("GET", 100, ExpectedResult = 10, Description = "a tenth of its age is what caches take of themselves")]
    [TestCase("HEAD", 100, ExpectedResult = 10)]
    [TestCase("GET", 950, ExpectedResult = 50)]
    [TestCase("HEAD", 950, ExpectedResult = 50)]
    [TestCase("GET", 2000, ExpectedResult = 0, Description = "expired, and not deleted yet")]
    public async Task<double?> Caches_may_not_keep_it_longer_than_it_is_there(string method, int age)
    {
        var stored = await StoreAsync(1000);
        await using var app = await StartAsync(stored, age);

        using var response = await app.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/files/{stored.Id}"));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(response.Headers.GetValues("Sunset"), Is.EqualTo(new[] { stored.ExpiresAt!.Value.UtcDateTime.ToString("R") }));
        return response.Headers.CacheControl?.MaxAge?.TotalSeconds;
    }

    [TestCase("public, max-age=31536000, immutable", ExpectedResult = "public, max-age=400, immutable")]
    [TestCase("max-age=300, s-maxage=31536000", ExpectedResult = "max-age=300, s-maxage=400")]
    [TestCase("no-store", ExpectedResult = "no-store, max-age=60")]
    [TestCase("what is this?", ExpectedResult = "max-age=60")]
    public async Task<string> Lifetimes_that_the_app_sets_are_shortened(string ofApp)
    {
        var stored = await StoreAsync(1000);
        await using var app = await StartAsync(stored, age: 600, app => app.Use((context, next) =>
        {
            context.Response.Headers.CacheControl = ofApp;
            return next(context);
        }));

        using var response = await app.Client.GetAsync($"/files/{stored.Id}");

        return string.Join(", ", response.Headers.NonValidated["Cache-Control"]);
    }

    [Test]
    public async Task Not_modified_says_it_too_and_an_error_does_not()
    {
        var stored = await StoreAsync(1000);
        await using var app = await StartAsync(stored, age: 950);
        using var known = new HttpRequestMessage(HttpMethod.Get, $"/files/{stored.Id}") { Headers = { IfModifiedSince = stored.Created } };
        using var beyond = new HttpRequestMessage(HttpMethod.Get, $"/files/{stored.Id}") { Headers = { Range = new(Content.Length, null) } };

        using var notModified = await app.Client.SendAsync(known);
        using var unsatisfiable = await app.Client.SendAsync(beyond);

        Assert.That((notModified.StatusCode, notModified.Headers.CacheControl?.MaxAge), Is.EqualTo((HttpStatusCode.NotModified, TimeSpan.FromSeconds(50))));
        Assert.That((unsatisfiable.StatusCode, unsatisfiable.Headers.CacheControl), Is.EqualTo((HttpStatusCode.RequestedRangeNotSatisfiable, default(System.Net.Http.Headers.CacheControlHeaderValue))));
    }

    [Test]
    public async Task File_that_stays_has_no_such_headers()
    {
        var stored = _files.Add(Content);
        await using var app = await StartAsync(stored, age: 100);

        using var response = await app.Client.GetAsync($"/files/{stored.Id}");

        Assert.That(response.Headers.CacheControl, Is.Null);
        Assert.That(response.Headers.Contains("Sunset"), Is.False);
    }

    private Task<StoredFile> StoreAsync(int seconds) => _files.StoreAsync(new MemoryStream(Content), new StoreOptions { ExpiresAfter = TimeSpan.FromSeconds(seconds) });

    private Task<FilesApp> StartAsync(StoredFile stored, int age, Action<WebApplication>? middleware = null) => FilesApp.StartAsync(
        _files, services: builder => builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(stored.Created.AddSeconds(age))), middleware: middleware);

    private static async Task<HttpResponseMessage> SendAsync(FilesApp app, string method, string header, string query, FileId? id = null)
    {
        using var request = new HttpRequestMessage(method == "PUT" ? HttpMethod.Put : HttpMethod.Post, (method == "PUT" ? $"/files/{id ?? FileId.New()}" : "/files") + (query.Length > 0 ? $"?expiresAfter={query}" : ""))
        {
            Content = method == "FORM" ? new Form().File("file", Content).End().Content : new ByteArrayContent(Content),
        };
        if (header.Length > 0)
        {
            Assert.That(request.Headers.TryAddWithoutValidation("Expires-After", header));
        }
        return await app.Client.SendAsync(request);
    }
}
