using System.Diagnostics;
using NUnit.Framework;

namespace LightDfs.Tests.Transport.Http.Multiplexing;

/// <summary>Waits for what another thread is about to do.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Fails when it never becomes so; a healthy run never waits for that.</summary>
    public static async Task TrueAsync(Func<bool> isSo, string what)
    {
        for (var begun = Stopwatch.GetTimestamp(); !isSo();)
        {
            Assert.That(Stopwatch.GetElapsedTime(begun), Is.LessThan(Patience), $"Never so: {what}");
            await Task.Yield();
        }
    }
}
