using System.Diagnostics;

namespace PackageTest;

/// <summary>The command line of the SDK.</summary>
internal static class Dotnet
{
    private const int LinesShown = 20;

    public static string Path => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Runs one command to its end.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="packageCache">Where it keeps what it restores; null is the user's own place.</param>
    /// <param name="arguments">The command and its arguments.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="CommandFailedException">It ended with anything but 0.</exception>
    public static async Task<string> RunAsync(string folder, string? packageCache, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // No server of the compiler or of the build stays behind and holds files in a folder that is deleted.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        if (packageCache is not null)
        {
            start.Environment["NUGET_PACKAGES"] = packageCache;
        }
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync() + await error;
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new CommandFailedException($"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{string.Join('\n', output.TrimEnd().Split('\n').TakeLast(LinesShown))}");
    }
}
