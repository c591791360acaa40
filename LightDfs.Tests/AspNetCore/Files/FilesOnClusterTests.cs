using System.Net;
using System.Security.Cryptography;
using LightDfs.Testing.Clusters;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

/// <summary>The endpoints over the real file store of three machines, for files of one segment and of several.</summary>
public sealed class FilesOnClusterTests
{
    private const int SegmentSize = 64 * 1024;
    private LightDfsTestCluster _cluster;
    private FilesApp _app;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await LightDfsTestCluster.StartAsync(configure: options => options.ConfigureMachine = (_, machine) => machine.SegmentSize = SegmentSize);
        _app = await FilesApp.StartAsync(_cluster[0].Files, FilesApp.AllowEverything);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _app.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [TestCase(10)]
    [TestCase(SegmentSize)]
    [TestCase((5 * SegmentSize) + 1)]
    public async Task Second_file_of_a_form_leaves_nothing(int length)
    {
        var form = new Form().File("one", BytesOf(length)).File("two", new byte[1]).End();

        using var response = await _app.Client.PostAsync("/files", form.Content);

        await response.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.That(await _app.Client.GetStringAsync("/files"), Is.Empty);
    }

    [TestCase(10)]
    [TestCase((5 * SegmentSize) + 1)]
    public async Task Form_cut_short_leaves_nothing(int length)
    {
        var form = new Form().File("one", BytesOf(length)).Bytes;

        using var response = await _app.Client.PostAsync("/files", Form.ContentOf(form));

        await response.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.That(await _app.Client.GetStringAsync("/files"), Is.Empty);
    }

    [TestCase(10)]
    [TestCase((5 * SegmentSize) + 1)]
    public async Task Form_is_stored_and_its_digest_sent_with_every_download(int length)
    {
        var content = BytesOf(length);
        var form = new Form().Part($"Content-Disposition: form-data; filename=x\r\nRepr-Digest: {DigestOf(content)}", content).End();

        using var response = await _app.Client.PostAsync("/files", form.Content);
        using var download = await _app.Client.GetAsync(response.Headers.Location);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(await download.Content.ReadAsByteArrayAsync(), Is.EqualTo(content));
        Assert.That(download.Headers.GetValues("Repr-Digest"), Is.EqualTo(new[] { DigestOf(content) }));
    }

    [TestCase("POST", 10)]
    [TestCase("POST", (5 * SegmentSize) + 1)]
    [TestCase("PUT", 10)]
    [TestCase("PUT", (5 * SegmentSize) + 1)]
    public async Task Content_of_another_digest_leaves_nothing(string method, int length)
    {
        using var response = await SendAsync(method, FileId.New(), BytesOf(length), DigestOf([]));

        await response.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.That(await _app.Client.GetStringAsync("/files"), Is.Empty);
    }

    [TestCase(10, true, false)]
    [TestCase(10, false, true)]
    [TestCase((5 * SegmentSize) + 1, true, true)]
    [TestCase((5 * SegmentSize) + 1, true, false)]
    [TestCase((5 * SegmentSize) + 1, false, true)]
    public async Task Put_is_repeated_without_harm_with_a_digest_and_without(int length, bool first, bool second)
    {
        var (id, content) = (FileId.New(), BytesOf(length));

        using var stored = await SendAsync("PUT", id, content, first ? DigestOf(content) : null);
        using var again = await SendAsync("PUT", id, content, second ? DigestOf(content) : null);
        using var other = await SendAsync("PUT", id, content[1..], null);

        Assert.That((stored.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.OK)));
        await other.ProblemAsync(HttpStatusCode.Conflict);
        Assert.That(await _app.Client.GetByteArrayAsync($"/files/{id}"), Is.EqualTo(content));
    }

    [Test]
    public async Task Deleted_id_is_gone_for_good()
    {
        var id = FileId.New();
        using var stored = await SendAsync("PUT", id, [1], null);
        using var deleted = await _app.Client.DeleteAsync($"/files/{id}");

        using var again = await SendAsync("PUT", id, [1], null);

        await again.ProblemAsync(HttpStatusCode.Gone);
    }

    [Test]
    public async Task Id_too_old_for_a_new_file_is_refused_with_the_remedy()
    {
        var old = FileId.New(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(-1)));

        using var response = await SendAsync("PUT", old, [1], null);

        Assert.That(await response.ProblemAsync(HttpStatusCode.Conflict), Does.Contain("Draw a new one"));
    }

    [TestCase("x/\\\"\r\n\U0001F600\u202E.txt")]
    [TestCase("../../etc/passwd")]
    public async Task Name_is_kept_as_data_and_safe_in_headers(string name)
    {
        using var stored = await _app.Client.PostAsync($"/files?fileName={Uri.EscapeDataString(name)}", new ByteArrayContent([1]));
        using var download = await _app.Client.GetAsync(stored.Headers.Location);

        Assert.That((await stored.JsonAsync()).GetProperty("fileName").GetString(), Is.EqualTo(name));
        var header = download.Content.Headers.GetValues("Content-Disposition").Single();
        Assert.That(header, Has.None.InRange('\0', '\x1f').And.None.GreaterThan('~'));
        Assert.That(header, Does.Not.Contain("/").And.Not.Contain("%2F"));
    }

    private static byte[] BytesOf(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static string DigestOf(byte[] content) => $"sha-256=:{Convert.ToBase64String(SHA256.HashData(content))}:";

    private async Task<HttpResponseMessage> SendAsync(string method, FileId id, byte[] content, string? digest)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), method == "PUT" ? $"/files/{id}" : "/files") { Content = new ByteArrayContent(content) };
        request.Headers.TryAddWithoutValidation("Repr-Digest", digest);
        return await _app.Client.SendAsync(request);
    }
}
