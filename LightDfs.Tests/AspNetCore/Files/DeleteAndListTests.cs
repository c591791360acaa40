using System.Net;
using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

public sealed class DeleteAndListTests
{
    [Test]
    public async Task Delete_answers_no_content_once_and_then_not_found()
    {
        var files = new InMemoryFileStore();
        var stored = files.Add([1]);
        await using var app = await FilesApp.StartAsync(files, FilesApp.AllowEverything);

        using var first = await app.Client.DeleteAsync($"/files/{stored.Id}");
        using var second = await app.Client.DeleteAsync($"/files/{stored.Id}");
        using var get = await app.Client.GetAsync($"/files/{stored.Id}");
        using var bad = await app.Client.DeleteAsync("/files/x");

        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        await second.ProblemAsync(HttpStatusCode.NotFound);
        await get.ProblemAsync(HttpStatusCode.NotFound);
        await bad.ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task Delete_and_list_are_not_mapped_unless_allowed()
    {
        var files = new InMemoryFileStore();
        var stored = files.Add([1]);
        await using var app = await FilesApp.StartAsync(files);

        using var delete = await app.Client.DeleteAsync($"/files/{stored.Id}");
        using var list = await app.Client.GetAsync("/files");

        Assert.That(delete.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        Assert.That(list.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        Assert.That(files.Ids, Does.Contain(stored.Id));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(1000)]
    public async Task List_sends_one_line_of_json_a_file(int count)
    {
        var files = new InMemoryFileStore();
        for (var i = 0; i < count; i++)
        {
            files.Add([1], $"line\nbreak {i}.txt");
        }
        await using var app = await FilesApp.StartKestrelAsync(files, FilesApp.AllowEverything);

        using var response = await app.Client.GetAsync("/files");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(response.Content.Headers.ContentType?.ToString(), Is.EqualTo("application/x-ndjson"));
        var lines = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()).Split('\n');
        Assert.That(lines[^1], Is.Empty);
        Assert.That(lines[..^1].Select(IdOf), Is.EqualTo(files.Ids.Select(id => id.ToString())));
    }

    [Test]
    public async Task List_that_turns_out_incomplete_before_anything_was_sent_is_unavailable()
    {
        var files = new InMemoryFileStore { FailureAtEndOfList = new FileUnavailableException(null, []) };
        files.Add([1]);
        await using var app = await FilesApp.StartKestrelAsync(files, FilesApp.AllowEverything);

        using var response = await app.Client.GetAsync("/files");

        await response.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.That(response.Headers.RetryAfter, Is.Not.Null);
    }

    [Test]
    public async Task List_that_turns_out_incomplete_later_is_broken_off_and_never_looks_whole()
    {
        var files = new InMemoryFileStore { FailureAtEndOfList = new FileUnavailableException(null, []) };
        for (var i = 0; i < 1000; i++)
        {
            files.Add([1]);
        }
        await using var app = await FilesApp.StartKestrelAsync(files, FilesApp.AllowEverything);

        using var response = await app.Client.GetAsync("/files", HttpCompletionOption.ResponseHeadersRead);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync());
        Assert.That(app.Messages.Select(message => message.EventId), Is.EqualTo(new[] { 2001 }));
    }

    private static string? IdOf(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("id").GetString();
    }
}
