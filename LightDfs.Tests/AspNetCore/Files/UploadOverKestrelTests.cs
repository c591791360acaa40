using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

/// <summary>What only a real server shows: its own limits, and clients that break off.</summary>
public sealed class UploadOverKestrelTests
{
    [Test]
    public async Task Upload_beyond_the_servers_own_limit_is_stored_when_the_store_takes_it()
    {
        var files = new InMemoryFileStore { Limit = long.MaxValue };
        await using var app = await FilesApp.StartKestrelAsync(files);
        var content = new byte[31_000_000];
        content[^1] = 1;

        using var response = await app.Client.PostAsync("/files", new ByteArrayContent(content));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(files.ContentOf(files.Ids.Single()), Is.EqualTo(content));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Upload_longer_than_the_store_takes_answers_too_large(bool expectContinue)
    {
        var files = new InMemoryFileStore { Limit = 1_000_000 };
        await using var app = await FilesApp.StartKestrelAsync(files);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/files") { Content = new ByteArrayContent(new byte[3_000_000]) };
        request.Headers.ExpectContinue = expectContinue;

        using var response = await app.Client.SendAsync(request);

        Assert.That(await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge), Does.Contain("1000000"));
        Assert.That(files.Ids, Is.Empty);
    }

    [Test]
    public async Task Chunked_body_with_a_broken_chunk_is_a_bad_request_and_stores_nothing()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartKestrelAsync(files);

        using var client = await RawConnection.OpenAsync(app, "POST /files HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\nnot a number\r\n");

        Assert.That(await client.ReadUntilAsync("}"), Does.StartWith("HTTP/1.1 400 ").And.Contain("application/problem+json"));
        Assert.That(files.Ids, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Client_that_asks_first_is_refused_before_it_sends(bool form)
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartKestrelAsync(files, options => options.MaxFileSize = 1000);
        var type = form ? "Content-Type: multipart/form-data; boundary=b\r\n" : "";

        using var client = await RawConnection.OpenAsync(app, $"POST /files HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000000\r\nExpect: 100-continue\r\n{type}\r\n");
        var reply = await client.ReadUntilAsync("}");

        Assert.That(reply, Does.StartWith("HTTP/1.1 413 ").And.Contain("application/problem+json").And.Not.Contain("100 Continue"));
        Assert.That(files.Ids, Is.Empty);
    }

    [Test]
    public async Task Client_that_asks_first_is_told_to_go_on()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartKestrelAsync(files, options => options.MaxFileSize = 1000);

        using var client = await RawConnection.OpenAsync(app, "POST /files HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        Assert.That(await client.ReadUntilAsync("\r\n\r\n"), Does.StartWith("HTTP/1.1 100 Continue"));
        await client.SendAsync("abcd");

        Assert.That(await client.ReadUntilAsync("}"), Does.StartWith("HTTP/1.1 201 "));
        Assert.That(files.ContentOf(files.Ids.Single()), Is.EqualTo("abcd"u8.ToArray()));
    }

    [TestCase("", "only this")]
    [TestCase("Content-Type: multipart/form-data; boundary=b\r\n", "--b\r\nContent-Disposition: form-data; filename=x\r\n\r\nonly this")]
    public async Task Client_that_breaks_off_stores_nothing(string headers, string body)
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartKestrelAsync(files);

        using (await RawConnection.OpenAsync(app, $"POST /files HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 1000\r\n\r\n{body}"))
        {
            await files.StoreBegun.WaitAsync(TimeSpan.FromSeconds(60));
        }

        Assert.That(await files.FirstStoreEnded.WaitAsync(TimeSpan.FromSeconds(60)), Is.InstanceOf<IOException>().Or.InstanceOf<OperationCanceledException>());
        Assert.That(files.Ids, Is.Empty);
    }

    [Test]
    public async Task Slow_client_is_not_cut_off_by_the_servers_data_rate()
    {
        var files = new InMemoryFileStore();
        // A rate that nobody can meet, so that no time has to pass: Kestrel looks at it once a second.
        await using var app = await FilesApp.StartKestrelAsync(
            files,
            services: builder => builder.WebHost.ConfigureKestrel(options => options.Limits.MinRequestBodyDataRate = new MinDataRate(1e15, TimeSpan.FromSeconds(1.1))),
            middleware: app => app.MapPost("/own", async (HttpRequest request) => await request.Body.CopyToAsync(Stream.Null)));
        const string Head = "HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nslow";
        using var slow = await RawConnection.OpenAsync(app, $"POST /files {Head}");
        await files.HasReadAsync(4);
        using var own = await RawConnection.OpenAsync(app, $"POST /own {Head}");

        // An endpoint of the app's own, begun later, is cut off: so would this one have been.
        Assert.That(await own.ReadUntilAsync("\r\n\r\n"), Does.StartWith("HTTP/1.1 408 "), "the limit is not on");
        await slow.SendAsync("slow");

        Assert.That(await slow.ReadUntilAsync("}"), Does.StartWith("HTTP/1.1 201 "));
        Assert.That(files.ContentOf(files.Ids.Single()), Is.EqualTo("slowslow"u8.ToArray()));
    }

    [Test]
    public async Task Upload_over_http2_is_stored()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartKestrelAsync(
            files, services: builder => builder.WebHost.ConfigureKestrel(options => options.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2)));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/files")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(new byte[1_000_000]),
        };

        using var response = await app.Client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(files.ContentOf(files.Ids.Single()), Has.Length.EqualTo(1_000_000));
    }

    [Test]
    public async Task Large_form_is_streamed_without_gathering_it()
    {
        var files = new InMemoryFileStore { Limit = long.MaxValue };
        await using var app = await FilesApp.StartKestrelAsync(files);
        const int Pieces = 320;
        var piece = new byte[100_000];
        const string Before = "--b\r\nContent-Disposition: form-data; filename=x\r\n\r\n";
        const string After = "\r\n--b--\r\n";
        using var client = await RawConnection.OpenAsync(
            app,
            $"POST /files HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: {Before.Length + (Pieces * piece.Length) + After.Length}\r\n\r\n{Before}");

        // Each piece is in the store's hands before the next one is sent.
        for (var sent = 1L; sent <= Pieces; sent++)
        {
            await client.SendAsync(piece);
            await files.HasReadAsync((sent * piece.Length) - After.Length);
        }
        await client.SendAsync(After);

        Assert.That(await client.ReadUntilAsync("}"), Does.StartWith("HTTP/1.1 201 ").And.Contain($"\"length\":{Pieces * piece.Length},"));
    }
}
