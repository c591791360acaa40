using LightDfs.AspNetCore;
using NUnit.Framework;

namespace LightDfs.Tests.AspNetCore.Files;

public sealed class FilesOptionsTests
{
    [TestCase("text/html")]
    [TestCase("application/xhtml+xml")]
    [TestCase("IMAGE/SVG+XML")]
    [TestCase("text/xml")]
    [TestCase("application/atom+xml")]
    [TestCase("text/javascript")]
    [TestCase("application/ecmascript")]
    [TestCase("image/*")]
    [TestCase("*/*")]
    [TestCase("image/png; x=y")]
    [TestCase("png")]
    [TestCase("")]
    public void Type_that_must_not_be_shown_in_place_is_refused_when_mapped(string contentType)
    {
        var thrown = MapWith(options => options.InlineContentTypes.Add(contentType));

        Assert.That(thrown.Message, Does.Contain($"'{contentType}'"));
    }

    [Test]
    public void All_problems_are_reported_at_once()
    {
        var thrown = MapWith(options =>
        {
            options.MaxFileSize = -1;
            options.UploadIdleTimeout = TimeSpan.Zero;
            options.InlineContentTypes.Add("text/html");
        });

        Assert.That(thrown.Message, Does.Contain("MaxFileSize").And.Contain("UploadIdleTimeout").And.Contain("text/html"));
    }

    [Test]
    public void Idle_time_that_no_timer_takes_is_refused() =>
        Assert.That(MapWith(options => options.UploadIdleTimeout = TimeSpan.FromDays(50)).Message, Does.Contain("UploadIdleTimeout is 50.00:00:00"));

    private static ArgumentException MapWith(Action<LightDfsFilesOptions> configure) =>
        Assert.Throws<ArgumentException>(() => FilesApp.StartAsync(new InMemoryFileStore(), configure).GetAwaiter().GetResult())!;
}
