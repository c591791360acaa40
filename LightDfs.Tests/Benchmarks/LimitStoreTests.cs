using System.IO.Pipelines;
using LightDfs.Benchmarks.Limit;
using LightDfs.Tests.Storage;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace LightDfs.Tests.Benchmarks;

public sealed class LimitStoreTests
{
    [TestCase("file")]
    [TestCase("named")]
    [TestCase("log")]
    public async Task Body_is_given_back_as_it_was_stored(string variant)
    {
        using var directory = new TempDirectory();
        Directory.CreateDirectory(directory.Path);
        using var store = (IDisposable)LimitApp.Make(variant, directory.Path);
        var body = new byte[300_000];
        new Random(1).NextBytes(body);

        var name = await ((ILimitStore)store).StoreAsync(PipeReader.Create(new(body)), body.Length);
        var context = new DefaultHttpContext();
        context.Response.Body = new MemoryStream();
        await ((ILimitStore)store).SendAsync(name, context.Response);
        await context.Response.BodyWriter.FlushAsync();

        Assert.That(((MemoryStream)context.Response.Body).ToArray(), Is.EqualTo(body));
        Assert.That(Directory.EnumerateFiles(directory.Path, "*.tmp", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void Unknown_variant_is_refused_with_those_that_there_are() =>
        Assert.That(() => LimitApp.Make("none", ""), Throws.ArgumentException.With.Message.Contains("http, file, named and log"));
}
