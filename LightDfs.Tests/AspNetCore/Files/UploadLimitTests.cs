using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

public sealed class UploadLimitTests
{
    private const int Limit = 100_000;

    [TestCase(Limit, ExpectedResult = 201)]
    [TestCase(Limit + 1, ExpectedResult = 413)]
    public async Task<int> File_of_the_limit_is_taken_and_one_byte_more_is_not(int length)
    {
        var statuses = new HashSet<int>();
        foreach (var form in new[] { true, false })
        {
            foreach (var lengthIsTold in new[] { true, false })
            {
                var files = new InMemoryFileStore();
                await using var app = await FilesApp.StartKestrelAsync(files, options => options.MaxFileSize = Limit);
                using var request = new HttpRequestMessage(HttpMethod.Post, "/files")
                {
                    Content = form ? new Form().Field("a", "b").File("x", new byte[length]).Field("c", "d").End().Content : new ByteArrayContent(new byte[length]),
                };
                request.Headers.TransferEncodingChunked = !lengthIsTold;
                request.Headers.ExpectContinue = true;

                using var response = await app.Client.SendAsync(request);

                statuses.Add((int)response.StatusCode);
                Assert.That(files.Ids, Has.Count.EqualTo(response.StatusCode == HttpStatusCode.Created ? 1 : 0));
                if (response.StatusCode != HttpStatusCode.Created)
                {
                    Assert.That(await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge), Does.Contain($"{Limit}"));
                }
            }
        }
        return statuses.Single();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Length_that_is_told_is_refused_before_the_store_is_asked(bool form)
    {
        await using var app = await FilesApp.StartAsync(new InMemoryFileStore { Failure = new InvalidOperationException("The store was asked.") }, options => options.MaxFileSize = 10);
        var content = new byte[2_000_000];

        using var response = await app.Client.PostAsync("/files", form ? new Form().File("x", content).End().Content : new ByteArrayContent(content));

        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Test]
    public async Task Client_that_falls_silent_is_answered_and_nothing_stays()
    {
        var time = new FakeTimeProvider();
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartKestrelAsync(
            files, options => options.UploadIdleTimeout = TimeSpan.FromMinutes(3), builder => builder.Services.AddSingleton<TimeProvider>(time));
        using var client = await RawConnection.OpenAsync(app, "POST /files HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
        // Slow is fine, however long it takes together.
        for (var read = 1; read <= 4; read++)
        {
            await client.SendAsync("x");
            await files.HasReadAsync(read);
            time.Advance(TimeSpan.FromMinutes(2));
        }
        Assert.That(files.FirstStoreEnded.IsCompleted, Is.False);

        // The store may not have begun to wait again yet.
        for (var replying = client.ReadUntilAsync("}"); ; time.Advance(TimeSpan.FromMinutes(1)))
        {
            if (files.FirstStoreEnded.IsCompleted)
            {
                Assert.That(await replying, Does.StartWith("HTTP/1.1 408 ").And.Contain("00:03:00").And.Contain("application/problem+json"));
                break;
            }
            await Task.Yield();
        }
        Assert.That(files.Ids, Is.Empty);
    }
}
