using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using LightDfs.AspNetCore.Files;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

public sealed class PutTests
{
    private static readonly byte[] Content = "Some bytes of a file."u8.ToArray();
    private InMemoryFileStore _files;
    private FilesApp _app;

    [SetUp]
    public async Task StartAsync()
    {
        _files = new InMemoryFileStore();
        _app = await FilesApp.StartAsync(_files, FilesApp.AllowEverything);
    }

    [TearDown]
    public async Task StopAsync() => await _app.DisposeAsync();

    [Test]
    public async Task Put_stores_once_and_its_repetition_is_harmless()
    {
        var id = FileId.New();

        using var first = await PutAsync(id, Content);
        using var second = await PutAsync(id, Content);

        Assert.That((first.StatusCode, second.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.OK)));
        foreach (var response in new[] { first, second })
        {
            Assert.That((await response.JsonAsync()).GetProperty("id").GetString(), Is.EqualTo(id.ToString()));
            Assert.That(response.Headers.Location, Is.Null, "the file is where it was put");
        }
        using var get = await _app.Client.GetAsync($"/files/{id}");
        Assert.That(get.Headers.ETag, Is.EqualTo(first.Headers.ETag));
        Assert.That(await get.Content.ReadAsByteArrayAsync(), Is.EqualTo(Content));
        Assert.That(get.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/plain"));
        Assert.That(get.Content.Headers.ContentDisposition?.FileName, Is.EqualTo("name.txt"));
    }

    [Test]
    public async Task Other_content_conflicts_and_the_first_stays()
    {
        var id = FileId.New();
        using var first = await PutAsync(id, Content);

        using var other = await PutAsync(id, [1]);

        await other.ProblemAsync(HttpStatusCode.Conflict);
        Assert.That(_files.ContentOf(id), Is.EqualTo(Content));
    }

    [Test]
    public async Task Deleted_id_is_gone()
    {
        var id = FileId.New();
        using var first = await PutAsync(id, Content);
        using var delete = await _app.Client.DeleteAsync($"/files/{id}");

        using var again = await PutAsync(id, Content);

        await again.ProblemAsync(HttpStatusCode.Gone);
    }

    [TestCase("If-None-Match", "*", false, ExpectedResult = 201)]
    [TestCase("If-None-Match", "*", true, ExpectedResult = 412)]
    [TestCase("If-None-Match", "\"other\"", true, ExpectedResult = 200)]
    [TestCase("If-None-Match", "ITS TAG", true, ExpectedResult = 412)]
    [TestCase("If-None-Match", "W/ITS TAG", true, ExpectedResult = 412)]
    [TestCase("If-None-Match", "nonsense", true, ExpectedResult = 400)]
    [TestCase("If-Match", "*", false, ExpectedResult = 412)]
    [TestCase("If-Match", "*", true, ExpectedResult = 200)]
    [TestCase("If-Match", "\"other\"", true, ExpectedResult = 412)]
    [TestCase("If-Match", "\"other\", ITS TAG", true, ExpectedResult = 200)]
    [TestCase("If-Match", "W/ITS TAG", true, ExpectedResult = 412)]
    [TestCase("If-Match", "nonsense", true, ExpectedResult = 400)]
    [TestCase("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT", true, ExpectedResult = 412)]
    [TestCase("If-Unmodified-Since", "Fri, 31 Dec 2100 00:00:00 GMT", true, ExpectedResult = 200)]
    public async Task<int> Put_heeds_conditions(string header, string value, bool isThere)
    {
        var id = FileId.New();
        if (isThere)
        {
            using var first = await PutAsync(id, Content);
            value = value.Replace("ITS TAG", first.Headers.ETag!.Tag, StringComparison.Ordinal);
        }

        using var response = await PutAsync(id, Content, request => request.Headers.TryAddWithoutValidation(header, value));

        if ((int)response.StatusCode >= 400)
        {
            await response.ProblemAsync(response.StatusCode);
        }
        return (int)response.StatusCode;
    }

    [TestCase("If-Match", "\"other\"", ExpectedResult = 412)]
    [TestCase("If-Match", "*", ExpectedResult = 204)]
    [TestCase("If-None-Match", "*", ExpectedResult = 412)]
    public async Task<int> Delete_heeds_conditions(string header, string value)
    {
        var stored = _files.Add(Content);
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/files/{stored.Id}");
        request.Headers.TryAddWithoutValidation(header, value);

        using var response = await _app.Client.SendAsync(request);

        Assert.That(_files.Ids, Has.Count.EqualTo(response.StatusCode == HttpStatusCode.NoContent ? 0 : 1));
        return (int)response.StatusCode;
    }

    [Test]
    public async Task Delete_of_an_unknown_file_is_not_found_whatever_the_condition()
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/files/{FileId.New()}");
        request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);

        using var response = await _app.Client.SendAsync(request);

        await response.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task Put_does_not_need_to_know_whether_the_file_is_there_unless_a_condition_asks()
    {
        _files.FailureToFind = new FileUnavailableException(null, []);

        using var plain = await PutAsync(FileId.New(), Content);
        using var conditional = await PutAsync(FileId.New(), Content, request => request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any));

        Assert.That(plain.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        await conditional.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.That(_files.Ids, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Put_waits_a_moment_only_to_learn_whether_the_file_is_there()
    {
        var time = new FakeTimeProvider();
        await using var app = await FilesApp.StartAsync(_files, services: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _files.HangsToFind = begun.SetResult;
        var id = FileId.New();

        var put = app.Client.PutAsync($"/files/{id}", new ByteArrayContent(Content));
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60));
        time.Advance(PutEndpoint.LookupTime);
        using var response = await put.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(_files.ContentOf(id), Is.EqualTo(Content));
    }

    [TestCase("Content-Encoding", "gzip", ExpectedResult = 415)]
    [TestCase("Repr-Digest", "sha-256=:AA==:", ExpectedResult = 400)]
    [TestCase("Want-Repr-Digest", "sha-256=no", ExpectedResult = 400)]
    public async Task<int> Put_that_its_head_refuses_asks_no_machine(string header, string value)
    {
        using var response = await PutAsync(FileId.New(), Content, request => request.Content!.Headers.TryAddWithoutValidation(header, value));

        Assert.That(_files.Lookups, Is.Zero);
        return (int)response.StatusCode;
    }

    [TestCase(null, "Repr-Digest", "RIGHT", ExpectedResult = 200)]
    [TestCase(null, "Want-Repr-Digest", "sha-256=1", ExpectedResult = 200)]
    [TestCase(null, "Repr-Digest", "WRONG", ExpectedResult = 400)]
    [TestCase("RIGHT", "Repr-Digest", "RIGHT", ExpectedResult = 200)]
    [TestCase("RIGHT", "Repr-Digest", "WRONG", ExpectedResult = 400)]
    [TestCase("RIGHT", "X-Nothing", "", ExpectedResult = 200)]
    public async Task<int> Repetition_may_promise_another_digest_header_than_the_first_time(string? first, string header, string second)
    {
        var id = FileId.New();
        using var stored = await PutAsync(id, Content, request => request.Headers.TryAddWithoutValidation("Repr-Digest", first is null ? null : DigestOf(first)));

        using var again = await PutAsync(id, Content, request => request.Headers.TryAddWithoutValidation(header, DigestOf(second)));

        Assert.That(stored.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        return (int)again.StatusCode;
    }

    [Test]
    public async Task Mistyped_id_and_form_are_refused()
    {
        using var mistyped = await _app.Client.PutAsync("/files/x", new ByteArrayContent(Content));
        using var form = await _app.Client.PutAsync($"/files/{FileId.New()}", new Form().File("x", Content).End().Content);

        await mistyped.ProblemAsync(HttpStatusCode.BadRequest);
        await form.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
        Assert.That(_files.Ids, Is.Empty);
    }

    [TestCase("PUT")]
    [TestCase("POST")]
    public async Task Piece_of_a_file_is_refused_instead_of_stored_as_the_whole(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), method == "PUT" ? $"/files/{FileId.New()}" : "/files") { Content = new ByteArrayContent(Content) };
        request.Content.Headers.ContentRange = new ContentRangeHeaderValue(100, 100 + Content.Length - 1);

        using var response = await _app.Client.SendAsync(request);

        Assert.That(await response.ProblemAsync(HttpStatusCode.BadRequest), Does.Contain("Content-Range"));
        Assert.That(_files.Ids, Is.Empty);
    }

    private static string DigestOf(string which) => which switch
    {
        "RIGHT" => $"sha-256=:{Convert.ToBase64String(SHA256.HashData(Content))}:",
        "WRONG" => $"sha-256=:{Convert.ToBase64String(SHA256.HashData([]))}:",
        _ => which,
    };

    private async Task<HttpResponseMessage> PutAsync(FileId id, byte[] content, Action<HttpRequestMessage>? prepare = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/files/{id}?fileName=name.txt") { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        prepare?.Invoke(request);
        return await _app.Client.SendAsync(request);
    }
}
