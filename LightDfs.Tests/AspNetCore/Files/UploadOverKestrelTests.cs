using System.Net;
using System.Net.Sockets;
using System.Text;
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
    public async Task Client_that_breaks_off_stores_nothing()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartKestrelAsync(files);

        using (await ConnectAndSendAsync(app, "POST /files HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this"))
        {
        }

        Assert.That(await files.FirstStoreEnded, Is.InstanceOf<IOException>().Or.InstanceOf<OperationCanceledException>());
        Assert.That(files.Ids, Is.Empty);
    }

    [Test]
    public async Task Chunked_body_with_a_broken_chunk_is_a_bad_request_and_stores_nothing()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartKestrelAsync(files);

        using var socket = await ConnectAndSendAsync(app, "POST /files HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\nnot a number\r\n");
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var reply = await reader.ReadToEndAsync();

        Assert.That(reply, Does.StartWith("HTTP/1.1 400 ").And.Contain("application/problem+json"));
        Assert.That(files.Ids, Is.Empty);
    }

    private static async Task<Socket> ConnectAndSendAsync(FilesApp app, string request)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, app.Client.BaseAddress!.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        return socket;
    }
}
