using System.Diagnostics;

namespace LightDfs.Benchmarks.Processes;

/// <summary>This program, started again with another verb.</summary>
internal static class Self
{
    public static ProcessStartInfo Command(params IEnumerable<string> arguments) =>
        new(Environment.ProcessPath ?? throw new InvalidOperationException("This process does not know its own program."), [.. Prefix, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

    /// <summary>Run as "dotnet LightDfs.Benchmarks.dll", the program is dotnet.</summary>
    private static string[] Prefix => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Self).Assembly.Location] : [];
}
