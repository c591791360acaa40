using System.Net;
using System.Net.Http.Headers;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

public sealed class UploadTests
{
    private static readonly byte[] Content = "Some bytes of a file."u8.ToArray();

    [Test]
    public async Task Upload_answers_created_with_what_was_stored()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files);
        using var body = new ByteArrayContent(Content);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("text/plain; charset=utf-8");
        body.Headers.ContentDisposition = ContentDispositionHeaderValue.Parse("attachment; filename=\"notes.txt\"");

        using var response = await app.Client.PostAsync("/files", body);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        var id = files.Ids.Single();
        var json = await response.JsonAsync();
        Assert.That(response.Headers.Location?.OriginalString, Is.EqualTo($"/files/{id}"));
        Assert.That(json.GetProperty("id").GetString(), Is.EqualTo(id.ToString()));
        Assert.That(json.GetProperty("length").GetInt64(), Is.EqualTo(Content.Length));
        Assert.That(json.GetProperty("fileName").GetString(), Is.EqualTo("notes.txt"));
        Assert.That(json.GetProperty("contentType").GetString(), Is.EqualTo("text/plain; charset=utf-8"));
        Assert.That(json.GetProperty("checksum").GetString(), Does.Match("^[0-9a-f]{32}$"));
        Assert.That(json.GetProperty("created").GetDateTimeOffset(), Is.EqualTo(id.Created));
        Assert.That(json.GetProperty("copies").GetInt32(), Is.EqualTo(3));
        Assert.That(files.ContentOf(id), Is.EqualTo(Content));
    }

    [Test]
    public async Task Upload_of_nothing_stores_an_empty_file()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files);

        using var response = await app.Client.PostAsync("/files", new ByteArrayContent([]));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        var json = await response.JsonAsync();
        Assert.That(json.GetProperty("length").GetInt64(), Is.Zero);
        Assert.That(json.GetProperty("fileName").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
    }

    [TestCase("/files", "", "/files", ExpectedResult = "/files/")]
    [TestCase("/files", "", "/files/", ExpectedResult = "/files/")]
    [TestCase("/files", "/app", "/app/files", ExpectedResult = "/app/files/")]
    [TestCase("/", "/app", "/app/", ExpectedResult = "/app/")]
    [TestCase("/tenants/{tenant}/files", "", "/tenants/a%20b/files", ExpectedResult = "/tenants/a%20b/files/")]
    public async Task<string> Location_leads_to_the_file_wherever_the_endpoints_are_mapped(string prefix, string pathBase, string path)
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files, prefix: prefix, pathBase: pathBase);

        using var response = await app.Client.PostAsync(path, new ByteArrayContent(Content));

        var location = response.Headers.Location!.OriginalString;
        Assert.That(await app.Client.GetByteArrayAsync(location), Is.EqualTo(Content));
        return location.Replace(files.Ids.Single().ToString(), "", StringComparison.Ordinal);
    }

    [TestCase("attachment; filename=plain.txt", "", ExpectedResult = "plain.txt")]
    [TestCase("attachment; filename=\"a \\\"quoted\\\" name.txt\"", "", ExpectedResult = "a \"quoted\" name.txt")]
    [TestCase("attachment; filename=\"x.txt\"; filename*=UTF-8''%C3%BCber%20%E2%82%AC.txt", "", ExpectedResult = "über €.txt")]
    [TestCase("attachment; filename=\"../../etc/passwd\"", "", ExpectedResult = "../../etc/passwd", Description = "as given: it is made safe on the way out")]
    [TestCase("attachment; filename=header.txt", "?fileName=query.txt", ExpectedResult = "header.txt")]
    [TestCase("", "?fileName=%C3%BC%0Ab.txt", ExpectedResult = "ü\nb.txt")]
    [TestCase("", "?fileName=", ExpectedResult = null)]
    [TestCase("", "", ExpectedResult = null)]
    public async Task<string?> File_name_comes_from_the_header_or_the_query(string header, string query)
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files);
        using var body = new ByteArrayContent(Content);
        if (header.Length > 0)
        {
            Assert.That(body.Headers.TryAddWithoutValidation("Content-Disposition", header));
        }

        using var response = await app.Client.PostAsync("/files" + query, body);

        var json = await response.JsonAsync();
        return json.GetProperty("fileName").GetString();
    }

    [Test]
    public async Task Unreadable_content_disposition_is_refused([Values("attachment; filename=\"never closed", "attachment; filename*=UTF-7''a.pdf", "attachment; filename*")] string header)
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files);
        using var body = new ByteArrayContent(Content);
        body.Headers.TryAddWithoutValidation("Content-Disposition", header);

        using var response = await app.Client.PostAsync("/files", body);

        Assert.That(await response.ProblemAsync(HttpStatusCode.BadRequest), Does.Contain("Content-Disposition"));
        Assert.That(files.Ids, Is.Empty);
    }

    [Test]
    public async Task Name_too_long_for_the_store_is_a_bad_request()
    {
        await using var app = await FilesApp.StartAsync(new InMemoryFileStore { Failure = new ArgumentException("FileName takes 5000 bytes.") });

        using var response = await app.Client.PostAsync("/files", new ByteArrayContent(Content));

        Assert.That(await response.ProblemAsync(HttpStatusCode.BadRequest), Does.Contain("5000"));
    }

    [Test]
    public async Task Compressed_body_is_refused_because_it_would_come_back_compressed()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files);
        using var body = new ByteArrayContent(Content);
        body.Headers.ContentEncoding.Add("gzip");

        using var response = await app.Client.PostAsync("/files", body);

        await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
        Assert.That(files.Ids, Is.Empty);
    }
}
