using System.Net;
using LightDfs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

public sealed class FailureTests
{
    private static readonly FileId Id = FileId.New();
    private static readonly MachineFailure[] Silent = [new(null, "http://10.1.2.3:5000", "refused")];

    private static IEnumerable<TestCaseData> Failures()
    {
        yield return new TestCaseData(new FileConflictException(Id), HttpStatusCode.Conflict, Id.ToString());
        yield return new TestCaseData(new FileIdExpiredException(Id, TimeSpan.FromHours(12)), HttpStatusCode.Conflict, Id.ToString());
        yield return new TestCaseData(new ContentMismatchException("aa", "bb"), HttpStatusCode.BadRequest, "bb");
        yield return new TestCaseData(new FileDeletedException(Id), HttpStatusCode.Gone, Id.ToString());
        yield return new TestCaseData(new UploadTooSlowException(TimeSpan.FromMinutes(5)), HttpStatusCode.RequestTimeout, "00:05:00");
        yield return new TestCaseData(new FileTooLargeException(77), HttpStatusCode.RequestEntityTooLarge, "77");
        yield return new TestCaseData(new InsufficientReplicasException(Id, 1, 2, Silent, "Nothing of it appears later."), HttpStatusCode.ServiceUnavailable, "1 of the 2");
        yield return new TestCaseData(new InsufficientReplicasException(null, 0, 2, Silent, "Nothing was stored."), HttpStatusCode.ServiceUnavailable, "The file reached 0 of the 2 machines it needs.");
        yield return new TestCaseData(new InsufficientReplicasException(Id, 0, 1, Silent, "Nothing was stored."), HttpStatusCode.ServiceUnavailable, "0 of the 1 machine it needs.");
        yield return new TestCaseData(new FileUnavailableException(Id, Silent), HttpStatusCode.ServiceUnavailable, Id.ToString());
        yield return new TestCaseData(new StorageException(StorageFailure.Full, "'/data/x' is full."), HttpStatusCode.InsufficientStorage, "full");
        yield return new TestCaseData(new StorageException(StorageFailure.Failing, "'/data/x' fails."), HttpStatusCode.ServiceUnavailable, "later");
    }

    [TestCaseSource(nameof(Failures))]
    public async Task Failure_of_the_store_is_a_problem_of_its_own_status(Exception failure, HttpStatusCode status, string said)
    {
        await using var app = await FilesApp.StartAsync(new InMemoryFileStore { Failure = failure }, FilesApp.AllowEverything);

        using var upload = await app.Client.PostAsync("/files", new ByteArrayContent([1]));
        using var put = await app.Client.PutAsync($"/files/{Id}", new ByteArrayContent([1]));
        using var download = await app.Client.GetAsync($"/files/{Id}");
        using var delete = await app.Client.DeleteAsync($"/files/{Id}");
        using var list = await app.Client.GetAsync("/files");

        foreach (var response in new[] { upload, put, download, delete, list })
        {
            Assert.That(await response.ProblemAsync(status), Does.Contain(said));
            Assert.That(response.Headers.RetryAfter is not null, Is.EqualTo(status == HttpStatusCode.ServiceUnavailable));
            Assert.That(response.Headers.Contains("X-Content-Type-Options"));
        }
    }

    [Test]
    public async Task Machines_and_paths_are_told_to_the_log_and_not_to_the_client()
    {
        await using var app = await FilesApp.StartAsync(new InMemoryFileStore { Failure = new FileUnavailableException(Id, Silent) });

        using var response = await app.Client.GetAsync($"/files/{Id}");

        Assert.That(await response.ProblemAsync(HttpStatusCode.ServiceUnavailable), Does.Not.Contain("10.1.2.3"));
        Assert.That(app.Messages, Has.Count.EqualTo(1));
        Assert.That(app.Messages.TryPeek(out var message));
        Assert.That(message.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(message.EventId, Is.EqualTo(2000));
        Assert.That(message.Text, Does.Contain("10.1.2.3").And.Contain($"/files/{Id}"));
    }

    [Test]
    public async Task Source_lost_in_the_middle_breaks_the_connection()
    {
        var files = new InMemoryFileStore { FailureWhileReading = (100_000, new FileUnavailableException(Id, Silent)) };
        var stored = files.Add(new byte[1_000_000]);
        await using var app = await FilesApp.StartKestrelAsync(files);

        using var response = await app.Client.GetAsync($"/files/{stored.Id}", HttpCompletionOption.ResponseHeadersRead);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync());
    }

    [Test]
    public async Task Source_lost_before_the_first_byte_is_unavailable_without_headers_of_the_content()
    {
        var files = new InMemoryFileStore { FailureWhileReading = (0, new FileUnavailableException(Id, Silent)) };
        var stored = files.Add(new byte[1_000_000], "name.txt", "text/plain");
        await using var app = await FilesApp.StartKestrelAsync(files);

        using var response = await app.Client.GetAsync($"/files/{stored.Id}");

        await response.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.That(response.Headers.ETag, Is.Null);
        Assert.That(response.Content.Headers.ContentDisposition, Is.Null);
        Assert.That(response.Content.Headers.LastModified, Is.Null);
    }

    [Test]
    public async Task Fault_that_is_no_answer_of_the_store_is_left_to_the_app()
    {
        await using var app = await FilesApp.StartKestrelAsync(new InMemoryFileStore { Failure = new InvalidOperationException("A bug.") });

        using var response = await app.Client.GetAsync($"/files/{Id}");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Not.Contain("A bug."));
    }

    [Test]
    public async Task Mapping_without_a_file_store_says_what_to_call()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();

        var problem = Assert.Throws<InvalidOperationException>(() => app.MapLightDfsFiles());

        Assert.That(problem!.Message, Does.Contain("AddLightDfs"));
    }
}
