using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

public sealed class DownloadTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 31 >> 3))];

    [Test]
    public async Task Download_sends_the_bytes_as_a_harmless_attachment()
    {
        var files = new InMemoryFileStore();
        var stored = files.Add(Content, "page.html", "text/html; charset=utf-8");
        await using var app = await FilesApp.StartAsync(files);

        using var response = await app.Client.GetAsync($"/files/{stored.Id}");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(Content));
        Assert.That(response.Content.Headers.ContentLength, Is.EqualTo(Content.Length));
        Assert.That(response.Content.Headers.ContentType?.ToString(), Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(response.Content.Headers.ContentDisposition?.ToString(), Is.EqualTo("attachment; filename=page.html; filename*=UTF-8''page.html"));
        Assert.That(response.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
        Assert.That(response.Headers.GetValues("Content-Security-Policy"), Is.EqualTo(new[] { "sandbox" }));
        Assert.That(response.Headers.AcceptRanges, Is.EqualTo(new[] { "bytes" }));
        Assert.That(response.Headers.ETag?.Tag, Is.EqualTo($"\"{stored.Checksum:x32}-{Content.Length:x}\""));
        Assert.That(response.Headers.ETag?.IsWeak, Is.False);
        Assert.That(response.Content.Headers.LastModified, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(stored.Created.ToUnixTimeSeconds())));
    }

    [TestCase("image/png", ExpectedResult = "inline")]
    [TestCase("IMAGE/JPEG; x=y", ExpectedResult = "inline")]
    [TestCase("text/plain; charset=utf-8", ExpectedResult = "inline")]
    [TestCase("text/html", ExpectedResult = "attachment")]
    [TestCase("image/svg+xml", ExpectedResult = "attachment")]
    [TestCase("application/xhtml+xml", ExpectedResult = "attachment")]
    [TestCase("text/xml", ExpectedResult = "attachment")]
    [TestCase("text/javascript", ExpectedResult = "attachment")]
    [TestCase("application/pdf", ExpectedResult = "attachment")]
    [TestCase("image/png, text/html", ExpectedResult = "attachment")]
    [TestCase("image/*", ExpectedResult = "attachment")]
    [TestCase(null, ExpectedResult = "attachment")]
    public async Task<string?> Only_harmless_types_are_shown_in_place_and_nothing_runs(string? contentType)
    {
        var files = new InMemoryFileStore();
        var stored = files.Add(Content, "a.b", contentType);
        await using var app = await FilesApp.StartAsync(files);

        using var response = await app.Client.GetAsync($"/files/{stored.Id}");

        Assert.That(response.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
        Assert.That(response.Headers.GetValues("Content-Security-Policy"), Is.EqualTo(new[] { "sandbox" }));
        Assert.That(response.Content.Headers.ContentDisposition?.FileName, Is.EqualTo("a.b"));
        return response.Content.Headers.ContentDisposition?.DispositionType;
    }

    [Test]
    public async Task Types_shown_in_place_are_the_apps_choice()
    {
        var files = new InMemoryFileStore();
        var pdf = files.Add(Content, null, "application/pdf");
        var png = files.Add(Content, null, "image/png");
        await using var app = await FilesApp.StartAsync(files, options =>
        {
            options.InlineContentTypes.Clear();
            options.InlineContentTypes.Add("application/PDF");
        });

        using var first = await app.Client.GetAsync($"/files/{pdf.Id}");
        using var second = await app.Client.GetAsync($"/files/{png.Id}");

        Assert.That(first.Content.Headers.ContentDisposition?.ToString(), Is.EqualTo("inline"));
        Assert.That(second.Content.Headers.ContentDisposition?.ToString(), Is.EqualTo("attachment"));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("no type at all")]
    [TestCase("text/plain\r\nX-Injected: yes")]
    [TestCase("text/plain; name=\"ü\"")]
    [TestCase("*/*")]
    [TestCase("text/*")]
    public async Task Content_type_unfit_for_a_header_is_sent_as_bytes(string? claimed)
    {
        var files = new InMemoryFileStore();
        var stored = files.Add(Content, null, claimed);
        await using var app = await FilesApp.StartKestrelAsync(files);

        using var response = await app.Client.GetAsync($"/files/{stored.Id}");

        Assert.That(response.Content.Headers.ContentType?.ToString(), Is.EqualTo("application/octet-stream"));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(Content));
    }

    [TestCase("text/html")]
    [TestCase(null)]
    public async Task Head_answers_like_get_and_opens_nothing(string? contentType)
    {
        var files = new InMemoryFileStore();
        var stored = files.Add(Content, "name.html", contentType);
        await using var app = await FilesApp.StartKestrelAsync(files);
        using var get = await app.Client.GetAsync($"/files/{stored.Id}");
        var opened = files.Opened;

        using var head = await app.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/files/{stored.Id}"));

        Assert.That(head.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(HeadersOf(head), Is.EqualTo(HeadersOf(get)));
        Assert.That(await head.Content.ReadAsByteArrayAsync(), Is.Empty);
        Assert.That(files.Opened, Is.EqualTo(opened));
    }

    [TestCase(false, TestName = "Every length arrives whole")]
    [TestCase(true, TestName = "Every length arrives whole, also where the app gathers what is sent")]
    public async Task Every_length_arrives_whole(bool isGathered)
    {
        const int Page = 64 * 1024;
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartKestrelAsync(files, middleware: app => app.Use((context, next) => isGathered ? GatherAsync(context, next) : next(context)));
        foreach (var length in new[] { 1, 4095, 4096, 4097, Page - 1, Page, Page + 1, (4 * Page) - 1, 4 * Page, (4 * Page) + 1, (8 * Page) + 5 })
        {
            var content = Enumerable.Range(0, length).Select(i => (byte)(i * 31 >> 3)).ToArray();

            Assert.That(await app.Client.GetByteArrayAsync($"/files/{files.Add(content).Id}"), Is.EqualTo(content), $"{length} bytes");
        }
    }

    [Test]
    public async Task Slow_client_is_given_the_time_that_the_rate_allows_for_what_is_sent_together()
    {
        var files = new InMemoryFileStore();
        MinDataRate? given = null;
        await using var app = await FilesApp.StartKestrelAsync(files, middleware: app => app.Use(async (context, next) =>
        {
            var feature = context.Features.GetRequiredFeature<IHttpMinResponseDataRateFeature>();
            feature.MinDataRate = new MinDataRate(1000, TimeSpan.FromSeconds(7));
            await next(context);
            given = feature.MinDataRate;
        }));

        _ = await app.Client.GetByteArrayAsync($"/files/{files.Add(Content).Id}");

        Assert.That((given!.BytesPerSecond, given.GracePeriod), Is.EqualTo((1000.0, TimeSpan.FromSeconds(7 + 262.144))));
    }

    [Test]
    public async Task Empty_file_is_sent_as_an_empty_body()
    {
        var files = new InMemoryFileStore();
        var stored = files.Add([]);
        await using var app = await FilesApp.StartKestrelAsync(files);

        using var get = await app.Client.GetAsync($"/files/{stored.Id}");
        using var head = await app.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/files/{stored.Id}"));

        Assert.That(get.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(get.Content.Headers.ContentLength, Is.Zero);
        Assert.That(head.Content.Headers.ContentLength, Is.Zero);
    }

    [TestCase("GET")]
    [TestCase("HEAD")]
    public async Task Unknown_id_is_not_found(string method)
    {
        await using var app = await FilesApp.StartKestrelAsync(new InMemoryFileStore());
        var id = FileId.New();

        using var response = await app.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/files/{id}"));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        if (method == "GET")
        {
            Assert.That(await response.ProblemAsync(HttpStatusCode.NotFound), Does.Contain(id.ToString()));
        }
    }

    [TestCase("x")]
    [TestCase("00000000-0000-0000-0000-000000000000")]
    [TestCase("..%2F..%2Fetc%2Fpasswd")]
    public async Task Text_that_is_no_id_is_refused_without_asking_the_store(string text)
    {
        await using var app = await FilesApp.StartAsync(new InMemoryFileStore { Failure = new InvalidOperationException("The store was asked.") });

        using var response = await app.Client.GetAsync($"/files/{text}");

        Assert.That(await response.ProblemAsync(HttpStatusCode.BadRequest), Does.Contain("is not a file id"));
    }

    [Test]
    public async Task Mistyped_or_truncated_id_is_refused_with_the_reason()
    {
        await using var app = await FilesApp.StartAsync(new InMemoryFileStore { Failure = new InvalidOperationException("The store was asked.") });
        var id = FileId.New().ToString();

        using var truncated = await app.Client.GetAsync($"/files/{id[..^1]}");
        using var mistyped = await app.Client.GetAsync($"/files/{id[..^1]}{(id[^1] == '7' ? '8' : '7')}");

        Assert.That(await truncated.ProblemAsync(HttpStatusCode.BadRequest), Does.Contain("25 characters"));
        Assert.That(await mistyped.ProblemAsync(HttpStatusCode.BadRequest), Does.Contain("check bits"));
    }

    [Test]
    public async Task Id_in_upper_case_is_the_same_id()
    {
        var files = new InMemoryFileStore();
        var stored = files.Add(Content);
        await using var app = await FilesApp.StartAsync(files);

        Assert.That(await app.Client.GetByteArrayAsync($"/files/{stored.Id.ToString().ToUpperInvariant()}"), Is.EqualTo(Content));
    }

    private static string[] HeadersOf(HttpResponseMessage response) =>
        [.. response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal)];

    private static async Task GatherAsync(HttpContext context, RequestDelegate next)
    {
        var sent = context.Response.Body;
        using var gathered = new MemoryStream();
        context.Response.Body = gathered;
        await next(context);
        context.Response.Body = sent;
        await sent.WriteAsync(gathered.ToArray());
    }
}
