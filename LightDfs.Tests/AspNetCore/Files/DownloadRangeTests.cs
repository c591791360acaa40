using System.Net;
using System.Net.Http.Headers;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

public sealed class DownloadRangeTests
{
    private const int Length = 100_000;
    private static readonly byte[] Content = [.. Enumerable.Range(0, Length).Select(i => (byte)(i * 7 >> 2))];
    private InMemoryFileStore _files;
    private StoredFile _stored;
    private FilesApp _app;

    [SetUp]
    public async Task StartAsync()
    {
        _files = new InMemoryFileStore();
        _stored = _files.Add(Content);
        _app = await FilesApp.StartKestrelAsync(_files);
    }

    [TearDown]
    public async Task StopAsync() => await _app.DisposeAsync();

    [TestCase("bytes=0-0", 0, 0)]
    [TestCase("bytes=0-99", 0, 99)]
    [TestCase("bytes=99999-99999", Length - 1, Length - 1)]
    [TestCase("bytes=99990-", Length - 10, Length - 1)]
    [TestCase("bytes=-1", Length - 1, Length - 1)]
    [TestCase("bytes=-500", Length - 500, Length - 1)]
    [TestCase("bytes=-200000", 0, Length - 1)]
    [TestCase("bytes=65535-65536", 65535, 65536)]
    [TestCase("bytes=50000-200000", 50_000, Length - 1)]
    public async Task Range_sends_exactly_its_bytes(string range, int first, int last)
    {
        using var response = await GetAsync(request => request.Headers.Range = RangeHeaderValue.Parse(range));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
        Assert.That(response.Content.Headers.ContentRange?.ToString(), Is.EqualTo($"bytes {first}-{last}/{Length}"));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(Content[first..(last + 1)]));
    }

    [TestCase("bytes=100000-")]
    [TestCase("bytes=100000-100001")]
    [TestCase("bytes=-0")]
    public async Task Range_beyond_the_end_is_not_satisfiable(string range)
    {
        using var response = await GetAsync(request => request.Headers.Range = RangeHeaderValue.Parse(range));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestedRangeNotSatisfiable));
        Assert.That(response.Content.Headers.ContentRange?.ToString(), Is.EqualTo($"bytes */{Length}"));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    [TestCase("bytes=0-1,10-11")]
    [TestCase("lines=0-1")]
    [TestCase("bytes=5-1")]
    public async Task Several_or_unknown_ranges_send_the_whole(string range)
    {
        using var response = await GetAsync(request => request.Headers.TryAddWithoutValidation("Range", range));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(Content));
    }

    [Test]
    public async Task Head_with_a_range_tells_the_range()
    {
        using var response = await GetAsync(
            request =>
            {
                request.Method = HttpMethod.Head;
                request.Headers.Range = RangeHeaderValue.Parse("bytes=10-19");
            });

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
        Assert.That(response.Content.Headers.ContentLength, Is.EqualTo(10));
    }

    [TestCase("If-None-Match", "ITS TAG", 304)]
    [TestCase("If-None-Match", "W/ITS TAG", 304)]
    [TestCase("If-None-Match", "\"other\", ITS TAG", 304)]
    [TestCase("If-None-Match", "*", 304)]
    [TestCase("If-None-Match", "\"other\"", 206)]
    [TestCase("If-Match", "ITS TAG", 206)]
    [TestCase("If-Match", "*", 206)]
    [TestCase("If-Match", "\"other\"", 412)]
    [TestCase("If-Match", "W/ITS TAG", 412)]
    [TestCase("If-Modified-Since", "ITS TIME", 304)]
    [TestCase("If-Modified-Since", "EARLIER", 206)]
    [TestCase("If-Modified-Since", "no date", 206)]
    [TestCase("If-Unmodified-Since", "ITS TIME", 206)]
    [TestCase("If-Unmodified-Since", "EARLIER", 412)]
    [TestCase("If-Range", "ITS TAG", 206)]
    [TestCase("If-Range", "W/ITS TAG", 200)]
    [TestCase("If-Range", "\"other\"", 200)]
    [TestCase("If-Range", "ITS TIME", 206)]
    [TestCase("If-Range", "EARLIER", 200)]
    public async Task Condition_decides_about_a_range_and_about_the_whole(string header, string value, int statusOfRange)
    {
        value = value.Replace("ITS TAG", EntityTag(), StringComparison.Ordinal)
            .Replace("ITS TIME", _stored.Created.ToString("R"), StringComparison.Ordinal)
            .Replace("EARLIER", _stored.Created.AddHours(-1).ToString("R"), StringComparison.Ordinal);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            foreach (var range in new[] { "bytes=10-19", null })
            {
                using var response = await GetAsync(request =>
                {
                    request.Method = method;
                    request.Headers.TryAddWithoutValidation(header, value);
                    request.Headers.TryAddWithoutValidation("Range", range);
                });

                var status = range is null && statusOfRange == 206 ? 200 : statusOfRange;
                var body = method == HttpMethod.Head || status > 206 ? [] : status == 206 ? Content[10..20] : Content;
                Assert.That((int)response.StatusCode, Is.EqualTo(status), $"{method} {range}");
                Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(body), $"{method} {range}");
                if (status < 400)
                {
                    Assert.That(response.Headers.ETag?.ToString(), Is.EqualTo(EntityTag()), $"{method} {range}");
                }
            }
        }
    }

    [Test]
    public async Task Known_tag_outweighs_a_date()
    {
        using var response = await GetAsync(request =>
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", "\"other\"");
            request.Headers.IfModifiedSince = _stored.Created;
        });

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private string EntityTag() => $"\"{_stored.Checksum:x32}-{Length:x}\"";

    private Task<HttpResponseMessage> GetAsync(Action<HttpRequestMessage> prepare)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/files/{_stored.Id}");
        prepare(request);
        return _app.Client.SendAsync(request);
    }
}
