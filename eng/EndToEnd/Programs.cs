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

    /// <summary>True when a program is there that only root may run to some effect, on Linux, and this is root.</summary>
    public static bool CanRunAsRoot(string name) => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Find(name) is not null;

    /// <summary>True while a process of this number, as text, is there; on Linux.</summary>
    public static bool IsRunning(string processId) => Directory.Exists($"/proc/{processId}");

    /// <summary>Sends a signal, such as TERM: the program ends, and may tidy up first.</summary>
    public static Task SignalAsync(Process process, string signal) => RunAsync("kill", $"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture));

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
