using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LightDfs;

namespace PackageTest;

internal sealed partial class Endpoints
{
    private async Task ReadAsync(Faults faults)
    {
        var address = $"{Prefix}/{_ids[1]}";
        using var head = await Next.SendAsync(new HttpRequestMessage(HttpMethod.Head, address));
        await faults.ExpectStatusAsync("HEAD", head, HttpStatusCode.OK);
        faults.Expect("length of HEAD", head.Content.Headers.ContentLength, _segmented.Length);

        // Across the end of the first segment.
        const int from = (8 * 1024 * 1024) - 3;
        using var range = await Next.SendAsync(new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = new RangeHeaderValue(from, from + 9) } });
        await faults.ExpectStatusAsync("range", range, HttpStatusCode.PartialContent);
        faults.Expect("Content-Range", range.Content.Headers.ContentRange, new ContentRangeHeaderValue(from, from + 9, _segmented.Length));
        faults.ExpectBytes("range", await range.Content.ReadAsByteArrayAsync(), _segmented.AsSpan(from, 10));

        using var beyond = await Next.SendAsync(new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = new RangeHeaderValue(_segmented.Length, null) } });
        await faults.ExpectStatusAsync("range beyond the end", beyond, HttpStatusCode.RequestedRangeNotSatisfiable);
        using var known = await Next.SendAsync(new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfNoneMatch = { head.Headers.ETag! } } });
        await faults.ExpectStatusAsync("If-None-Match", known, HttpStatusCode.NotModified);
        using var other = await Next.SendAsync(new HttpRequestMessage(HttpMethod.Get, address) { Headers = { IfMatch = { new EntityTagHeaderValue("\"other\"") } } });
        await faults.ExpectStatusAsync("If-Match", other, HttpStatusCode.PreconditionFailed);
    }

    private async Task ListAsync(Faults faults)
    {
        foreach (var machine in machines)
        {
            var lines = (await machine.GetStringAsync(Prefix)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var listed = lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("id").GetString()!);
            faults.Expect("ids", string.Join(' ', listed), string.Join(' ', _ids.Order(StringComparer.Ordinal)));
        }
    }

    private async Task ExplainAsync(Faults faults)
    {
        var explanation = await Next.GetFromJsonAsync<JsonElement>($"/explain/{_ids[0]}");
        faults.Expect("id", explanation.GetProperty("id").GetString(), _ids[0]);
        faults.Expect("machines", explanation.GetProperty("machines").GetArrayLength(), machines.Count);
        using var refused = await Next.GetAsync("/explain/not-an-id");
        await faults.ExpectStatusAsync("explain of no id", refused, HttpStatusCode.BadRequest);
    }

    private async Task RefuseAsync(Faults faults)
    {
        await ExpectProblemAsync(faults, HttpStatusCode.BadRequest, new HttpRequestMessage(HttpMethod.Get, $"{Prefix}/not-an-id"));
        await ExpectProblemAsync(faults, HttpStatusCode.BadRequest, new HttpRequestMessage(HttpMethod.Put, $"{Prefix}/not-an-id") { Content = new ByteArrayContent(_small) });
        await ExpectProblemAsync(faults, HttpStatusCode.BadRequest, new HttpRequestMessage(HttpMethod.Delete, $"{Prefix}/not-an-id"));
        await ExpectProblemAsync(faults, HttpStatusCode.NotFound, new HttpRequestMessage(HttpMethod.Get, $"{Prefix}/{FileId.New()}"));
        var compressed = new ByteArrayContent(_small) { Headers = { ContentEncoding = { "gzip" } } };
        await ExpectProblemAsync(faults, HttpStatusCode.UnsupportedMediaType, new HttpRequestMessage(HttpMethod.Post, Prefix) { Content = compressed });
    }

    private async Task ExpectProblemAsync(Faults faults, HttpStatusCode expected, HttpRequestMessage request)
    {
        using var response = await Next.SendAsync(request);
        var what = $"{request.Method} {request.RequestUri}";
        await faults.ExpectStatusAsync(what, response, expected);
        faults.Expect(what, response.Content.Headers.ContentType?.MediaType, "application/problem+json");
        var problem = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        faults.Expect($"status in the problem of {what}", problem.GetProperty("status").GetInt32(), (int)expected);
    }
}
