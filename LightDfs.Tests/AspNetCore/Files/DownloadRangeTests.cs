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

    [Test]
    public async Task If_range_with_the_same_tag_sends_the_range_and_with_another_the_whole()
    {
        using var same = await GetAsync(request =>
        {
            request.Headers.Range = RangeHeaderValue.Parse("bytes=0-9");
            request.Headers.IfRange = new RangeConditionHeaderValue(EntityTag());
        });
        using var other = await GetAsync(request =>
        {
            request.Headers.Range = RangeHeaderValue.Parse("bytes=0-9");
            request.Headers.IfRange = new RangeConditionHeaderValue("\"other\"");
        });

        Assert.That(same.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await other.Content.ReadAsByteArrayAsync(), Is.EqualTo(Content));
    }

    [Test]
    public async Task Known_tag_or_time_is_not_modified()
    {
        using var byTag = await GetAsync(request => request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(EntityTag())));
        using var byTime = await GetAsync(request => request.Headers.IfModifiedSince = _stored.Created);
        using var otherTag = await GetAsync(request => request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse("\"other\"")));
        using var earlier = await GetAsync(request => request.Headers.IfModifiedSince = _stored.Created.AddHours(-1));

        Assert.That(byTag.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
        Assert.That(byTag.Headers.ETag?.Tag, Is.EqualTo(EntityTag()));
        Assert.That(await byTag.Content.ReadAsByteArrayAsync(), Is.Empty);
        Assert.That(byTime.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
        Assert.That(otherTag.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(earlier.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Tag_that_must_match_and_does_not_fails_the_precondition()
    {
        using var same = await GetAsync(request => request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(EntityTag())));
        using var other = await GetAsync(request => request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse("\"other\"")));

        Assert.That(same.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
    }

    private string EntityTag() => $"\"{_stored.Checksum:x32}-{Length:x}\"";

    private Task<HttpResponseMessage> GetAsync(Action<HttpRequestMessage> prepare)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/files/{_stored.Id}");
        prepare(request);
        return _app.Client.SendAsync(request);
    }
}
