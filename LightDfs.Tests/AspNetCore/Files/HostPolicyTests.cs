using System.Net;
using System.Net.Http.Headers;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

/// <summary>File endpoints are the app's: its policies apply to them, and none of its middleware makes them gather or garble files.</summary>
public sealed class HostPolicyTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 200_000).Select(i => (byte)"compressible "[i % 13])];

    [Test]
    public async Task Fallback_authorisation_policy_applies()
    {
        var files = new InMemoryFileStore();
        var stored = files.Add(Content);
        await using var app = await FilesApp.StartAsync(
            files,
            FilesApp.AllowEverything,
            services: builder =>
            {
                builder.Services.AddAuthentication("Test").AddCookie("Test", options => options.Events.OnRedirectToLogin = context =>
                {
                    context.Response.StatusCode = 401;
                    return Task.CompletedTask;
                });
                builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            },
            middleware: app => app.UseAuthentication().UseAuthorization());

        using var upload = await app.Client.PostAsync("/files", new ByteArrayContent(Content));
        using var put = await app.Client.PutAsync($"/files/{FileId.New()}", new ByteArrayContent(Content));
        using var download = await app.Client.GetAsync($"/files/{stored.Id}");
        using var delete = await app.Client.DeleteAsync($"/files/{stored.Id}");
        using var list = await app.Client.GetAsync("/files");

        Assert.That(new[] { upload, put, download, delete, list }.Select(response => response.StatusCode), Has.All.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(files.Ids, Is.EqualTo(new[] { stored.Id }));
    }

    [Test]
    public async Task Endpoints_can_be_opened_again_by_their_own_convention()
    {
        await using var app = await FilesApp.StartAsync(
            new InMemoryFileStore(),
            services: builder =>
            {
                builder.Services.AddAuthentication("Test").AddCookie("Test");
                builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            },
            middleware: app => app.UseAuthentication().UseAuthorization(),
            conventions: endpoints => endpoints.AllowAnonymous());

        using var upload = await app.Client.PostAsync("/files", new ByteArrayContent(Content));

        Assert.That(upload.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task Https_redirection_keeps_method_and_body()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(
            files, services: builder => builder.Services.AddHttpsRedirection(options => options.HttpsPort = 7001), middleware: app => app.UseHttpsRedirection());

        using var response = await app.Client.PostAsync("/files", new ByteArrayContent(Content));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.TemporaryRedirect));
        Assert.That(files.Ids, Is.Empty);
    }

    [Test]
    public async Task Rate_limit_applies()
    {
        await using var app = await FilesApp.StartAsync(
            new InMemoryFileStore(),
            services: builder => builder.Services.AddRateLimiter(options => options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(_ =>
                RateLimitPartition.GetFixedWindowLimiter("all", _ => new FixedWindowRateLimiterOptions { PermitLimit = 1, Window = TimeSpan.FromDays(1) }))),
            middleware: app => app.UseRateLimiter());

        using var first = await app.Client.PostAsync("/files", new ByteArrayContent(Content));
        using var second = await app.Client.PostAsync("/files", new ByteArrayContent(Content));

        Assert.That((first.StatusCode, second.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.ServiceUnavailable)));
    }

    [Test]
    public async Task Request_time_out_applies_and_nothing_stays()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartKestrelAsync(
            files,
            services: builder => builder.Services.AddRequestTimeouts(options => options.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromMilliseconds(50) }),
            middleware: app => app.UseRequestTimeouts());
        using var client = await RawConnection.OpenAsync(app, "POST /files HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this");

        Assert.That(await client.ReadUntilAsync("\r\n\r\n"), Does.StartWith("HTTP/1.1 504 "));
        Assert.That(files.Ids, Is.Empty);
    }

    [Test]
    public async Task Request_time_out_answers_for_a_download_that_has_not_begun()
    {
        var files = new InMemoryFileStore { HangsToRead = true };
        var stored = files.Add(Content);
        await using var app = await FilesApp.StartKestrelAsync(
            files,
            services: builder => builder.Services.AddRequestTimeouts(options => options.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromMilliseconds(50) }),
            middleware: app => app.UseRequestTimeouts());

        using var response = await app.Client.GetAsync($"/files/{stored.Id}");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.GatewayTimeout));
        Assert.That(response.Headers.ETag, Is.Null);
    }

    [Test]
    public async Task Output_cache_for_everything_keeps_no_files_and_no_deleted_ones()
    {
        var files = new InMemoryFileStore();
        var stored = files.Add(Content);
        await using var app = await FilesApp.StartAsync(
            files,
            FilesApp.AllowEverything,
            services: builder => builder.Services.AddOutputCache(options => options.AddBasePolicy(policy => policy.Cache())),
            middleware: app => app.UseOutputCache());

        using var first = await app.Client.GetAsync($"/files/{stored.Id}");
        await app.Client.GetStringAsync("/files");
        await app.Client.DeleteAsync($"/files/{stored.Id}");
        using var second = await app.Client.GetAsync($"/files/{stored.Id}");

        Assert.That((first.StatusCode, second.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound)));
        Assert.That(await app.Client.GetStringAsync("/files"), Is.Empty);
    }

    [Test]
    public async Task Output_cache_applies_where_the_app_adds_it_to_these_endpoints()
    {
        var files = new InMemoryFileStore();
        var stored = files.Add(Content);
        await using var app = await FilesApp.StartAsync(
            files,
            services: builder => builder.Services.AddOutputCache(),
            middleware: app => app.UseOutputCache(),
            conventions: endpoints => endpoints.CacheOutput(policy => policy.Cache()));

        await app.Client.GetByteArrayAsync($"/files/{stored.Id}");
        Assert.That(await app.Client.GetByteArrayAsync($"/files/{stored.Id}"), Is.EqualTo(Content));

        Assert.That(files.Opened, Is.EqualTo(1));
    }

    [TestCase(null)]
    [TestCase("bytes=5-9")]
    public async Task Response_compression_leaves_nothing_that_could_be_joined_with_plain_bytes(string? range)
    {
        var files = new InMemoryFileStore();
        var stored = files.Add(Content, "a.txt", "text/plain", sha256: true);
        await using var app = await FilesApp.StartKestrelAsync(
            files, services: builder => builder.Services.AddResponseCompression(), middleware: app => app.UseResponseCompression());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/files/{stored.Id}");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
        request.Headers.TryAddWithoutValidation("Range", range);

        using var response = await app.Client.SendAsync(request);

        if (range is null)
        {
            Assert.That(response.Content.Headers.ContentEncoding, Is.EqualTo(new[] { "br" }), "the middleware is not on");
            await using var plain = new System.IO.Compression.BrotliStream(await response.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
            using var all = new MemoryStream();
            await plain.CopyToAsync(all);
            Assert.That(all.ToArray(), Is.EqualTo(Content));
            Assert.That(response.Headers.ETag?.IsWeak, Is.True, "a strong tag would let a client resume with plain bytes");
            Assert.That(response.Headers.AcceptRanges, Is.Empty);
            Assert.That(response.Headers.Contains("Repr-Digest"), Is.False);
        }
        else
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
            Assert.That(response.Content.Headers.ContentEncoding, Is.Empty);
            Assert.That(response.Headers.ETag?.IsWeak, Is.False);
            Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(Content[5..10]));
        }
    }

    [Test]
    public async Task Tag_of_a_compressed_download_is_still_known_later()
    {
        var files = new InMemoryFileStore();
        var stored = files.Add(Content, "a.txt", "text/plain");
        await using var app = await FilesApp.StartKestrelAsync(
            files, services: builder => builder.Services.AddResponseCompression(), middleware: app => app.UseResponseCompression());
        app.Client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
        using var first = await app.Client.GetAsync($"/files/{stored.Id}");
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/files/{stored.Id}");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var resumed = new HttpRequestMessage(HttpMethod.Get, $"/files/{stored.Id}");
        resumed.Headers.TryAddWithoutValidation("If-Range", first.Headers.ETag!.ToString());
        resumed.Headers.TryAddWithoutValidation("Range", "bytes=5-9");

        using var notModified = await app.Client.SendAsync(again);
        using var whole = await app.Client.SendAsync(resumed);

        Assert.That((notModified.StatusCode, whole.StatusCode), Is.EqualTo((HttpStatusCode.NotModified, HttpStatusCode.OK)));
    }

    [Test]
    public async Task Antiforgery_of_the_app_leaves_endpoints_alone_that_do_not_ask_for_it()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartAsync(files, services: builder => builder.Services.AddAntiforgery(), middleware: app => app.UseAntiforgery());

        using var raw = await app.Client.PostAsync("/files", new ByteArrayContent(Content));
        using var form = await app.Client.PostAsync("/files", new Form().File("x", Content).End().Content);

        Assert.That((raw.StatusCode, form.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Created)));
        Assert.That(files.Ids.Select(files.ContentOf), Has.All.EqualTo(Content));
    }

    [TestCase(true, true, ExpectedResult = 201)]
    [TestCase(true, false, ExpectedResult = 201)]
    [TestCase(false, true, ExpectedResult = 400)]
    [TestCase(false, false, ExpectedResult = 400)]
    public async Task<int> Antiforgery_required_by_the_app_is_heeded(bool withToken, bool form)
    {
        var files = new InMemoryFileStore();
        await using var app = await StartWithAntiforgeryAsync(files);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/files") { Content = form ? new Form().File("x", Content).End().Content : new ByteArrayContent(Content) };
        if (withToken)
        {
            var (cookie, token) = await TokensAsync(app);
            request.Headers.Add("Cookie", cookie);
            request.Headers.Add("RequestVerificationToken", token);
        }

        using var response = await app.Client.SendAsync(request);

        if (!withToken)
        {
            Assert.That(await response.ProblemAsync(HttpStatusCode.BadRequest), Does.Contain("antiforgery"));
        }
        Assert.That(files.Ids.Select(files.ContentOf), withToken ? Is.EqualTo(new[] { Content }) : Is.Empty);
        return (int)response.StatusCode;
    }

    [Test]
    public async Task Form_that_the_app_has_read_before_is_refused_with_the_remedy()
    {
        var files = new InMemoryFileStore();
        await using var app = await StartWithAntiforgeryAsync(files);
        var (cookie, token) = await TokensAsync(app);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/files") { Content = new Form().Field("__RequestVerificationToken", token).File("x", Content).End().Content };
        request.Headers.Add("Cookie", cookie);

        using var response = await app.Client.SendAsync(request);

        Assert.That(await response.ProblemAsync(HttpStatusCode.BadRequest), Does.Contain("in a header"));
        Assert.That(files.Ids, Is.Empty);
    }

    [Test]
    public async Task Retries_of_the_apps_own_clients_end_in_one_file()
    {
        var files = new InMemoryFileStore();
        await using var app = await FilesApp.StartKestrelAsync(files);
        var services = new ServiceCollection();
        services.AddTransient<SendTwice>();
        services.ConfigureHttpClientDefaults(client => client.AddHttpMessageHandler<SendTwice>());
        services.AddHttpClient("files", client => client.BaseAddress = app.Client.BaseAddress);
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("files");
        var id = FileId.New();

        using var response = await client.PutAsync($"/files/{id}", new ByteArrayContent(Content));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(files.Ids, Is.EqualTo(new[] { id }));
    }

    private static Task<FilesApp> StartWithAntiforgeryAsync(IFileStore files) => FilesApp.StartAsync(
        files,
        services: builder => builder.Services.AddAntiforgery(),
        middleware: app =>
        {
            app.UseAntiforgery();
            app.MapGet("/token", (HttpContext context, IAntiforgery antiforgery) => antiforgery.GetAndStoreTokens(context).RequestToken);
        },
        conventions: endpoints => endpoints.WithMetadata(new RequireAntiforgeryTokenAttribute()));

    private static async Task<(string Cookie, string Token)> TokensAsync(FilesApp app)
    {
        using var response = await app.Client.GetAsync("/token");
        return (response.Headers.GetValues("Set-Cookie").Single().Split(';')[0], await response.Content.ReadAsStringAsync());
    }

    private sealed class SendTwice : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var lost = await base.SendAsync(request, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
