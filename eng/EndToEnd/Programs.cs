using System.Diagnostics;
using System.Globalization;

namespace EndToEnd;

/// <summary>Where other programs are.</summary>
internal static class Programs
{
    /// <summary>The sample, built with the same configuration as this.</summary>
    public static string FileServer { get; } = FindFileServer();

    /// <summary>A program on the PATH; null when there is none.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Sends SIGTERM: a program ends, and may tidy up first.</summary>
    public static async Task TerminateAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int Code, string Words)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = process.StandardOutput.ReadToEndAsync();
        var words = await process.StandardError.ReadToEndAsync() + await said;
        await process.WaitForExitAsync();
        return (process.ExitCode, words.Trim());
    }

    private static string FindFileServer()
    {
        // eng/EndToEnd/bin/CONFIGURATION/FRAMEWORK/
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.GetFullPath(Path.Combine(output.FullName, "../../../../../samples/FileServer/bin", output.Parent!.Name, output.Name, "FileServer.dll"));
        return File.Exists(path) ? path : throw new FileNotFoundException("Build samples/FileServer first.", path);
    }
}
