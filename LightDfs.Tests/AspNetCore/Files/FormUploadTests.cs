using System.Net;
using System.Security.Cryptography;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

public sealed class FormUploadTests
{
    private static readonly byte[] Content = "Some bytes\r\n--of a file.\r\n------some"u8.ToArray();

    [Test]
    public async Task File_is_stored_with_the_name_and_type_of_its_part_and_other_fields_are_ignored()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files);
        var form = new Form().Field("before", "1").File("notes.txt", Content, "text/plain").Field("after", "2").End();

        using var response = await app.Client.PostAsync("/files?fileName=other", form.Content);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        var id = files.Ids.Single();
        var json = await response.JsonAsync();
        Assert.That(response.Headers.Location?.OriginalString, Is.EqualTo($"/files/{id}"));
        Assert.That(json.GetProperty("fileName").GetString(), Is.EqualTo("notes.txt"));
        Assert.That(json.GetProperty("contentType").GetString(), Is.EqualTo("text/plain"));
        Assert.That(files.ContentOf(id), Is.EqualTo(Content));
    }

    [Test]
    public async Task Form_of_dotnets_own_client_is_stored()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files);
        using var form = new MultipartFormDataContent { { new StringContent("x"), "field" }, { new ByteArrayContent(Content), "file", "über €.txt" } };

        using var response = await app.Client.PostAsync("/files", form);

        Assert.That((await response.JsonAsync()).GetProperty("fileName").GetString(), Is.EqualTo("über €.txt"));
        Assert.That(files.ContentOf(files.Ids.Single()), Is.EqualTo(Content));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(64 * 1024 - 1)]
    [TestCase(64 * 1024)]
    [TestCase(64 * 1024 + 1)]
    [TestCase(3_000_000)]
    public async Task Every_length_comes_through_exactly(int length)
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartKestrelAsync(files);
        var content = new byte[length];
        new Random(length).NextBytes(content);

        using var response = await app.Client.PostAsync("/files", new Form().File("x", content).End().Content);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(files.ContentOf(files.Ids.Single()), Is.EqualTo(content));
    }

    private static IEnumerable<TestCaseData> Names()
    {
        yield return new TestCaseData("filename=\"a \\\"quoted\\\" name.txt\"", "a \"quoted\" name.txt");
        yield return new TestCaseData("filename=\"../../etc/passwd\"", "../../etc/passwd");
        yield return new TestCaseData("filename=\"\U0001F600 über.txt\"", "\U0001F600 über.txt");
        yield return new TestCaseData("filename=\"x\"; filename*=UTF-8''%F0%9F%98%80%0D%0A.txt", "\U0001F600\r\n.txt");
        yield return new TestCaseData($"filename=\"{new string('n', 300)}\"", new string('n', 300));
    }

    [TestCaseSource(nameof(Names))]
    public async Task Names_are_kept_as_data(string parameter, string name)
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartKestrelAsync(files);
        var form = new Form().Part($"Content-Disposition: form-data; name=file; {parameter}", Content).End();

        using var response = await app.Client.PostAsync("/files", form.Content);
        using var download = await app.Client.GetAsync(response.Headers.Location);

        Assert.That((await response.JsonAsync()).GetProperty("fileName").GetString(), Is.EqualTo(name));
        var header = download.Content.Headers.GetValues("Content-Disposition").Single();
        Assert.That(header, Has.None.InRange('\0', '\x1f').And.None.GreaterThan('~'));
        Assert.That(header, Does.Not.Contain("/").And.Not.Contain("%0D").And.Not.Contain("%0A"));
    }

    [Test]
    public async Task Second_file_is_refused_and_nothing_stays()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files);
        var form = new Form().File("one", Content).Field("between", "").File("two", Content).End();

        using var response = await app.Client.PostAsync("/files", form.Content);

        Assert.That(await response.ProblemAsync(HttpStatusCode.BadRequest), Does.Contain("more than one file"));
        Assert.That(files.Ids, Is.Empty);
    }

    [Test]
    public async Task Form_cut_short_anywhere_is_refused_and_nothing_stays()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files);
        var whole = new Form().Field("before", "1").File("notes.txt", Content, "text/plain").Field("after", "2").End(after: "").Bytes;

        for (var length = 0; length < whole.Length; length++)
        {
            using var response = await app.Client.PostAsync("/files", Form.ContentOf(whole[..length]));

            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), $"{length} bytes");
            Assert.That(files.Ids, Is.Empty, $"{length} bytes");
        }
        using var last = await app.Client.PostAsync("/files", Form.ContentOf(whole));
        Assert.That(last.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    private static IEnumerable<TestCaseData> BadForms()
    {
        yield return new TestCaseData(new Form().End(), "no file").SetArgDisplayNames("empty");
        yield return new TestCaseData(new Form().Field("file", "text").End(), "no file").SetArgDisplayNames("only fields");
        yield return new TestCaseData(new Form().File("", []).End(), "no file").SetArgDisplayNames("a file input that nobody filled");
        yield return new TestCaseData(new Form().Part("Content-Type: text/plain", Content).End(), "Content-Disposition").SetArgDisplayNames("a part without disposition");
        yield return new TestCaseData(new Form().Part("no header at all", Content).End(), "malformed").SetArgDisplayNames("a part with a broken header");
        yield return new TestCaseData(
            new Form().Part("Content-Disposition: form-data; name=f; filename=x\r\nContent-Transfer-Encoding: base64", Content).End(), "base64").SetArgDisplayNames("an encoded part");
    }

    [TestCaseSource(nameof(BadForms))]
    public async Task Form_without_a_usable_file_is_refused(object form, string said)
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files);

        using var response = await app.Client.PostAsync("/files", ((Form)form).Content);

        Assert.That(await response.ProblemAsync(HttpStatusCode.BadRequest), Does.Contain(said));
        Assert.That(files.Ids, Is.Empty);
    }

    [Test]
    public async Task Form_without_a_boundary_is_refused()
    {
        await using var app = await FilesApp.StartAsync(new InMemoryFileStore());
        using var body = new ByteArrayContent(Content);
        body.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data");

        using var response = await app.Client.PostAsync("/files", body);

        Assert.That(await response.ProblemAsync(HttpStatusCode.BadRequest), Does.Contain("boundary"));
    }

    [Test]
    public async Task Fields_are_no_place_for_files()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files);
        var large = new string('x', 600_000);
        var form = new Form().Field("one", large).File("notes.txt", Content).Field("two", large).End();

        using var response = await app.Client.PostAsync("/files", form.Content);

        Assert.That(await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge), Does.Contain("fields"));
        Assert.That(files.Ids, Is.Empty);
    }

    [TestCase(true, ExpectedResult = 201)]
    [TestCase(false, ExpectedResult = 400)]
    public async Task<int> Digest_of_the_whole_form_is_checked(bool isRight)
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files);
        var form = new Form().File("notes.txt", Content).End("\r\nepilogue");
        var content = form.Content;
        content.Headers.Add("Content-Digest", DigestOf(isRight ? form.Bytes : Content));

        using var response = await app.Client.PostAsync("/files", content);

        Assert.That(files.Ids, Has.Count.EqualTo(isRight ? 1 : 0));
        return (int)response.StatusCode;
    }

    [TestCase(true, ExpectedResult = 201)]
    [TestCase(false, ExpectedResult = 400)]
    public async Task<int> Digest_in_the_part_is_that_of_the_file(bool isRight)
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files);
        var headers = $"Content-Disposition: form-data; name=f; filename=x\r\nRepr-Digest: {DigestOf(isRight ? Content : [])}";

        using var response = await app.Client.PostAsync("/files", new Form().Part(headers, Content).End().Content);

        Assert.That(files.Ids, Has.Count.EqualTo(isRight ? 1 : 0));
        Assert.That(isRight, Is.EqualTo((await response.Content.ReadAsStringAsync()).Contains(Convert.ToHexStringLower(SHA256.HashData(Content)) + "\"", StringComparison.Ordinal)));
        return (int)response.StatusCode;
    }

    private static string DigestOf(byte[] bytes) => $"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:";
}
