using LightDfs.AspNetCore;
using LightDfs.AspNetCore.Files;
using LightDfs.AspNetCore.Headers;
using LightDfs.Tests.AspNetCore.Files;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace LightDfs.Tests.Fuzzing.Targets;

/// <summary>A download with one header that is anything: the bytes that come are those that the reply says, or none.</summary>
internal sealed class Download
{
    private readonly InMemoryFileStore _files = new();
    private readonly DownloadEndpoint _endpoint = new(FilesSettings.Of(new LightDfsFilesOptions(), TimeProvider.System));
    private readonly IServiceProvider _services = new ServiceCollection().AddLogging().BuildServiceProvider();
    private readonly byte[] _content = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];
    private readonly StoredFile _file;
    private readonly string _header;

    private Download(string header) => (_header, _file) = (header, _files.Add(_content));

    public static FuzzTarget Target(string header)
    {
        var download = new Download(header);
        string[] seeds = header switch
        {
            "Range" => ["bytes=0-9", "bytes=-5", "bytes=190-", "bytes=0-1,5-6", "items=1-2"],
            "If-Modified-Since" => ["Sat, 01 Aug 2026 12:00:00 GMT"],
            _ => ["*", "W/\"a\", \"b\"", EntityTags.Of(download._file).ToString()],
        };
        return FuzzTarget.Text("download, " + header, seeds, download.Run, HttpTargets.OnlyBlanks) with { Memory = 64 * 1024, MemoryPerByte = 512, Every = 10, IsRefusal = cause => cause is BadHttpRequestException { StatusCode: 400 } };
    }

    private void Run(string value)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Request.Method = "GET";
        context.Request.RouteValues["id"] = _file.Id.ToString();
        context.Request.Headers[_header] = value;
        if (_header == "If-Range")
        {
            context.Request.Headers.Range = "bytes=3-7";
        }
        var body = new MemoryStream();
        context.Response.Body = body;
        var running = _endpoint.HandleAsync(context, _files);
        if (!running.IsCompleted)
        {
            throw new FuzzFailure("it waits, with all bytes at hand");
        }
        running.GetAwaiter().GetResult();
        Check(context.Response, body.ToArray());
    }

    private void Check(HttpResponse response, byte[] sent)
    {
        var expected = response.StatusCode switch
        {
            StatusCodes.Status200OK => _content,
            StatusCodes.Status206PartialContent => Part(response),
            StatusCodes.Status304NotModified or StatusCodes.Status412PreconditionFailed or StatusCodes.Status416RangeNotSatisfiable => [],
            _ => throw new FuzzFailure($"status {response.StatusCode}"),
        };
        if (!sent.AsSpan().SequenceEqual(expected))
        {
            throw new FuzzFailure($"status {response.StatusCode} with {sent.Length} bytes that are not those it says");
        }
    }

    private byte[] Part(HttpResponse response) => ContentRangeHeaderValue.TryParse(response.Headers.ContentRange.ToString(), out var range)
        ? _content[(int)range.From!.Value..((int)range.To!.Value + 1)]
        : throw new FuzzFailure("a part without saying which");
}
