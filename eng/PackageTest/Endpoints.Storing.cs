using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using LightDfs;

namespace PackageTest;

internal sealed partial class Endpoints
{
    private async Task PostAsync(Faults faults)
    {
        using var body = new ByteArrayContent(_small);
        body.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        body.Headers.TryAddWithoutValidation("Content-Digest", $"sha-256=:{Convert.ToBase64String(SHA256.HashData(_small))}:");
        using var stored = await Next.PostAsync($"{Prefix}?fileName=small.txt", body);
        var document = await ExpectStoredAsync(faults, stored, _small, "small.txt");
        faults.Expect("sha256", document?.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(_small)));
    }

    private async Task PostSegmentsAsync(Faults faults)
    {
        using var stored = await Next.PostAsync($"{Prefix}?fileName=large.bin", new ByteArrayContent(_segmented));
        await ExpectStoredAsync(faults, stored, _segmented, "large.bin");
    }

    private async Task PostFormAsync(Faults faults)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("is ignored"), "note" },
            { new ByteArrayContent(_small), "file", "form.txt" },
        };
        using var stored = await Next.PostAsync(Prefix, form);
        await ExpectStoredAsync(faults, stored, _small, "form.txt");
    }

    private async Task PutAsync(Faults faults)
    {
        var address = $"{Prefix}/{FileId.New()}?fileName=put.txt";
        using var first = await Next.PutAsync(address, new ByteArrayContent(_small));
        await ExpectStoredAsync(faults, first, _small, "put.txt");
        using var again = await Next.PutAsync(address, new ByteArrayContent(_small));
        await faults.ExpectStatusAsync("PUT of the same", again, HttpStatusCode.OK);
        using var other = await Next.PutAsync(address, new ByteArrayContent([1, 2, 3]));
        await faults.ExpectStatusAsync("PUT of another content", other, HttpStatusCode.Conflict);
    }

    private async Task DeleteAsync(Faults faults)
    {
        var address = $"{Prefix}/{_ids[0]}";
        using var deleted = await Next.DeleteAsync(address);
        await faults.ExpectStatusAsync("DELETE", deleted, HttpStatusCode.NoContent);
        using var again = await Next.DeleteAsync(address);
        await faults.ExpectStatusAsync("DELETE again", again, HttpStatusCode.NotFound);
        using var put = await Next.PutAsync(address, new ByteArrayContent(_small));
        await faults.ExpectStatusAsync("PUT of what was deleted", put, HttpStatusCode.Gone);
        foreach (var machine in machines)
        {
            using var read = await machine.GetAsync(address);
            await faults.ExpectStatusAsync("GET of what was deleted", read, HttpStatusCode.NotFound);
        }
    }
}
