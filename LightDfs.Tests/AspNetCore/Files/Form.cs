using System.Net.Http.Headers;
using System.Text;

namespace LightDfs.Tests.AspNetCore.Files;

/// <summary>A <c>multipart/form-data</c> body written byte by byte, as clients of all kinds write it.</summary>
internal sealed class Form
{
    private const string Boundary = "----some-boundary";
    private readonly MemoryStream _body = new();

    public byte[] Bytes => _body.ToArray();

    public Form Field(string name, string value) => Part($"Content-Disposition: form-data; name=\"{name}\"", Encoding.UTF8.GetBytes(value));

    public Form File(string fileName, byte[] content, string? contentType = null) =>
        Part($"Content-Disposition: form-data; name=\"file\"; filename=\"{fileName}\"" + (contentType is null ? "" : $"\r\nContent-Type: {contentType}"), content);

    public Form Part(string headers, byte[] content)
    {
        Write($"--{Boundary}\r\n{headers}\r\n\r\n");
        _body.Write(content);
        Write("\r\n");
        return this;
    }

    public Form End(string after = "\r\n")
    {
        Write($"--{Boundary}--{after}");
        return this;
    }

    public HttpContent Content => ContentOf(Bytes);

    public static HttpContent ContentOf(byte[] body) =>
        new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary=\"{Boundary}\"") } };

    private void Write(string text) => _body.Write(Encoding.UTF8.GetBytes(text));
}
