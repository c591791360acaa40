using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

public sealed class DigestTests
{
    private static readonly byte[] Content = "Some bytes of a file."u8.ToArray();
    private static readonly string Right = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(Content))}:";
    private static readonly string Wrong = $"sha-256=:{Convert.ToBase64String(SHA256.HashData([1]))}:";
    private static readonly string Hex = Convert.ToHexStringLower(SHA256.HashData(Content));

    private static IEnumerable<TestCaseData> Promises()
    {
        foreach (var header in new[] { "Content-Digest", "Repr-Digest" })
        {
            yield return new TestCaseData(header, Right, 201, true);
            yield return new TestCaseData(header, Wrong, 400, false);
            yield return new TestCaseData(header, $"md5=:AAAA:, {Right}, sha-512=:AAAA:;x=1", 201, true);
            yield return new TestCaseData(header, $"md5=:AAAA:, {Wrong}", 400, false);
            yield return new TestCaseData(header, $"{Wrong}, {Right}", 201, true).SetDescription("the later of two counts");
            yield return new TestCaseData(header, "sha-512=:AAAA:, id-sha-256=token", 201, false);
            yield return new TestCaseData(header, "", 201, false);
            yield return new TestCaseData(header, Right[..^1], 400, false);
            yield return new TestCaseData(header, Right + ",", 400, false);
            yield return new TestCaseData(header, "sha-256=:AAAA:", 400, false).SetDescription("not 32 bytes");
            yield return new TestCaseData(header, $"sha-256={Hex}", 400, false);
            yield return new TestCaseData(header, "sha-256", 400, false);
            yield return new TestCaseData(header, $"{Right}; Bad", 400, false);
        }
    }

    [TestCaseSource(nameof(Promises))]
    public async Task Promised_digest_is_checked_before_anything_is_stored(string header, string value, int status, bool isKnown)
    {
        foreach (var method in new[] { "POST", "PUT" })
        {
            var files = new InMemoryFileStore();
            await using var app = await FilesApp.StartKestrelAsync(files);

            using var response = await SendAsync(app, method, header, value);

            Assert.That((int)response.StatusCode, Is.EqualTo(status), method);
            Assert.That(files.Ids, Has.Count.EqualTo(status == 201 ? 1 : 0));
            if (status == 201)
            {
                Assert.That((await response.JsonAsync()).GetProperty("sha256").GetString(), Is.EqualTo(isKnown ? Hex : null));
            }
            else
            {
                await response.ProblemAsync(HttpStatusCode.BadRequest);
            }
        }
    }

    [Test]
    public async Task Several_lines_of_a_header_are_one()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartKestrelAsync(files);
        using var body = new ByteArrayContent(Content);
        body.Headers.TryAddWithoutValidation("Repr-Digest", ["sha-512=:AAAA:", Wrong]);

        using var response = await app.Client.PostAsync("/files", body);

        Assert.That(await response.ProblemAsync(HttpStatusCode.BadRequest), Does.Contain(Hex));
    }

    [Test]
    public async Task Digests_that_contradict_each_other_are_refused()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files);
        using var body = new ByteArrayContent(Content);
        body.Headers.Add("Content-Digest", Right);
        body.Headers.Add("Repr-Digest", Wrong);

        using var response = await app.Client.PostAsync("/files", body);

        Assert.That(await response.ProblemAsync(HttpStatusCode.BadRequest), Does.Contain("contradict"));
        Assert.That(files.Ids, Is.Empty);
    }

    [TestCase("Content-Digest", "sha-256=:AAAA:", "Content-Digest: sha-256=:base64:.")]
    [TestCase("Repr-Digest", "sha-256", "Repr-Digest: sha-256=:base64:.")]
    [TestCase("Want-Content-Digest", "sha-256=11", "Want-Content-Digest: sha-256=1.")]
    [TestCase("Want-Repr-Digest", "sha-256", "Want-Repr-Digest: sha-256=1.")]
    public async Task Header_that_cannot_be_read_is_the_one_that_is_named(string header, string value, string remedy)
    {
        await using var app = await FilesApp.StartKestrelAsync(new InMemoryFileStore());

        using var response = await SendAsync(app, "POST", header, value);

        var said = await response.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.That(said, Does.StartWith($"{header} cannot be read: ").And.EndsWith($"Write, after RFC 9530: {remedy}"));
    }

    [TestCase("Want-Repr-Digest", "sha-256=1", true)]
    [TestCase("Want-Repr-Digest", "sha-512=10, sha-256=3", true)]
    [TestCase("Want-Content-Digest", "sha-256=10", true)]
    [TestCase("Want-Repr-Digest", "sha-256=0", false)]
    [TestCase("Want-Repr-Digest", "sha-512=1", false)]
    [TestCase("Want-Repr-Digest", "sha-256=11", null)]
    [TestCase("Want-Repr-Digest", "sha-256=0.5", null)]
    [TestCase("Want-Repr-Digest", "sha-256", null)]
    [TestCase("Want-Content-Digest", "sha-256=1,", null)]
    public async Task Digest_is_computed_when_the_client_wants_it(string header, string value, bool? isKnown)
    {
        await using var app = await FilesApp.StartKestrelAsync(new InMemoryFileStore());

        using var response = await SendAsync(app, "POST", header, value);

        if (isKnown is { } known)
        {
            Assert.That((await response.JsonAsync()).GetProperty("sha256").GetString(), Is.EqualTo(known ? Hex : null));
        }
        else
        {
            Assert.That(await response.ProblemAsync(HttpStatusCode.BadRequest), Does.Contain(header));
        }
    }

    [Test]
    public async Task Digest_is_computed_for_everything_when_the_endpoint_is_told_to()
    {
        await using var app = await FilesApp.StartAsync(new InMemoryFileStore(), options => options.ComputeSha256 = true);

        using var response = await app.Client.PostAsync("/files", new ByteArrayContent(Content));

        Assert.That((await response.JsonAsync()).GetProperty("sha256").GetString(), Is.EqualTo(Hex));
    }

    [TestCase("GET", null, ExpectedResult = 200)]
    [TestCase("HEAD", null, ExpectedResult = 200)]
    [TestCase("GET", "bytes=1-2", ExpectedResult = 206)]
    [TestCase("HEAD", "bytes=1-2", ExpectedResult = 206)]
    public async Task<int> Known_digest_of_the_whole_is_sent_with_each_download(string method, string? range)
    {
        var files = new InMemoryFileStore();
        var stored = files.Add(Content, sha256: true);
        await using var app = await FilesApp.StartKestrelAsync(files, FilesApp.AllowEverything);
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/files/{stored.Id}");
        request.Headers.TryAddWithoutValidation("Range", range);

        using var response = await app.Client.SendAsync(request);

        Assert.That(response.Headers.GetValues("Repr-Digest"), Is.EqualTo(new[] { Right }));
        return (int)response.StatusCode;
    }

    [TestCase("Range", "bytes=1000-", ExpectedResult = 416)]
    [TestCase("If-Match", "\"other\"", ExpectedResult = 412)]
    public async Task<int> Error_has_no_digest_of_bytes_that_it_does_not_send(string header, string value)
    {
        var files = new InMemoryFileStore();
        var stored = files.Add(Content, sha256: true);
        await using var app = await FilesApp.StartKestrelAsync(files);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/files/{stored.Id}");
        request.Headers.TryAddWithoutValidation(header, value);

        using var response = await app.Client.SendAsync(request);

        Assert.That(response.Headers.Contains("Repr-Digest"), Is.False);
        return (int)response.StatusCode;
    }

    [Test]
    public async Task Digest_that_is_not_known_is_not_sent()
    {
        var files = new InMemoryFileStore();
        var stored = files.Add(Content);
        await using var app = await FilesApp.StartAsync(files, FilesApp.AllowEverything);

        using var response = await app.Client.GetAsync($"/files/{stored.Id}");
        using var list = JsonDocument.Parse(await app.Client.GetStringAsync("/files"));

        Assert.That(response.Headers.Contains("Repr-Digest"), Is.False);
        Assert.That(list.RootElement.GetProperty("sha256").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    private static async Task<HttpResponseMessage> SendAsync(FilesApp app, string method, string header, string value)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), method == "PUT" ? $"/files/{FileId.New()}" : "/files") { Content = new ByteArrayContent(Content) };
        if (!request.Headers.TryAddWithoutValidation(header, value))
        {
            request.Content.Headers.TryAddWithoutValidation(header, value);
        }
        return await app.Client.SendAsync(request);
    }
}
