using System.Runtime.InteropServices;
using System.Text;
using LightDfs.AspNetCore.Headers;
using LightDfs.AspNetCore.Uploads;
using Microsoft.AspNetCore.Http;

namespace LightDfs.Tests.Fuzzing.Targets;

/// <summary>What browsers, and those who pose as one, send to the file endpoints.</summary>
internal static class HttpTargets
{
    /// <summary>A weak tag that ends before it begins.</summary>
    public const string OnlyBlanks = "\"abc\", W/               ";

    private const string Sha256 = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";

    public static IEnumerable<FuzzTarget> All =>
    [
        FuzzTarget.Text("digest", [Sha256, "sha-512=:AA==:, " + Sha256, "a=(1 \"b\";c=?1);d, e=@12, f=%\"%c3%bc\", g=-1.5, h=tok/en"], text => Digests.Expected(Request("Repr-Digest", text).Headers)) with { IsRefusal = IsBad },
        FuzzTarget.Text("digest wanted", ["sha-256=1", "sha-256=10, unixsum=0"], text => Digests.AreWanted(Request("Want-Repr-Digest", text).Headers)) with { IsRefusal = IsBad },
        FuzzTarget.Text("disposition", ["attachment; filename=\"a \\\"b\\\".pdf\"", "attachment; filename*=UTF-8''%c3%bc.pdf", "form-data; name=f; filename=\"=?utf-8?B?w7w=?=\""], text => RawFile.Of(Request("Content-Disposition", text), Stream.Null),
            "attachment; filename*=UTF-7'r%c3%b.pdf", "attachment; filename*", "form-data; name=f; filename=\"=?utf-7?B?w7w=?=\"")
            with { IsRefusal = IsBad, MemoryPerByte = 256 },
        new("file name", [Chars("invoice.pdf"), Chars("C:\\a\\ü\u202Efdp.exe"), Chars("\uD83D\uDE00.tar.gz"), Chars(new string('x', 400) + ".txt")], Name) { MemoryPerByte = 256 },
        FuzzTarget.Text("if-match", ["*", "\"abc\", W/\"d\""], text => Preconditions.Hold(Request("If-Match", text), File), OnlyBlanks) with { IsRefusal = IsBad, MemoryPerByte = 256 },
        FuzzTarget.Text("if-none-match", ["*", EntityTags.Of(File).ToString()], text => Preconditions.Hold(Request("If-None-Match", text), File), OnlyBlanks) with { IsRefusal = IsBad, MemoryPerByte = 256 },
        FuzzTarget.Text("if-unmodified-since", ["Sat, 01 Aug 2026 12:00:00 GMT"], text => Preconditions.Hold(Request("If-Unmodified-Since", text), File)) with { IsRefusal = IsBad, MemoryPerByte = 256 },
        new("form", [Encoding.Latin1.GetBytes(Form("invoice.pdf", "hello")), Encoding.Latin1.GetBytes(Form("a", "", "--x\r\nContent-Disposition: form-data; name=other\r\n\r\nvalue\r\n"))], ReadForm)
            { IsRefusal = IsBad, Memory = 256 * 1024, MemoryPerByte = 256, Every = 20 },
        FuzzTarget.Text("form boundary", ["multipart/form-data; boundary=x", "multipart/form-data; boundary=\"x\""], text => Open(text, Encoding.Latin1.GetBytes(Form("a", "b")))) with { IsRefusal = IsBad, Memory = 256 * 1024, MemoryPerByte = 256, Every = 20 },
        .. new[] { "Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since" }.Select(Download.Target),
    ];

    private static StoredFile File { get; } = new() { Id = FileId.New(), Length = 5, Checksum = 7, Copies = 3 };

    private static bool IsBad(Exception cause) => cause is BadHttpRequestException { StatusCode: >= 400 and < 500 };

    private static HttpRequest Request(string header, string value)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers[header] = value;
        return request;
    }

    private static byte[] Chars(string text) => MemoryMarshal.AsBytes(text.AsSpan()).ToArray();

    /// <summary>What is left of a name is nothing that a path, a header or an eye falls for.</summary>
    private static void Name(byte[] input)
    {
        var safe = FileNames.Safe(new string(MemoryMarshal.Cast<byte, char>(input.AsSpan(0, input.Length & ~1))));
        if (safe is not null && (safe.Length is 0 or > FileNames.MaxLength || safe.Trim('.').Length == 0 || safe.Any(c => char.IsControl(c) || c is '/' or '\\' or '\u202E')))
        {
            throw new FuzzFailure($"'{safe}' is not safe");
        }
        if (safe is not null && !new UTF8Encoding(false, true).GetString(new UTF8Encoding(false, true).GetBytes(safe)).Equals(safe, StringComparison.Ordinal))
        {
            throw new FuzzFailure("it is not well-formed");
        }
        if (FileNames.Disposition("attachment", safe).AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new FuzzFailure("it does not fit into a header");
        }
    }

    private static string Form(string name, string content, string before = "") =>
        $"{before}--x\r\nContent-Disposition: form-data; name=file; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n{content}\r\n--x--\r\n";

    private static void ReadForm(byte[] input) => Open("multipart/form-data; boundary=x", input);

    private static void Open(string contentType, byte[] body)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = contentType;
        var reading = ReadAsync(request, body);
        if (!reading.IsCompleted)
        {
            throw new FuzzFailure("it waits, with all bytes at hand");
        }
        reading.GetAwaiter().GetResult();
    }

    private static async Task ReadAsync(HttpRequest request, byte[] body)
    {
        var file = await LightDfs.AspNetCore.Uploads.FormFile.OpenAsync(request, new MemoryStream(body), CancellationToken.None);
        var buffer = new byte[256];
        while (await file.Content.ReadAsync(buffer) > 0)
        {
        }
    }
}
