using System.Diagnostics;
using System.Text.Json;
using LightDfs.Benchmarks.Load;

namespace LightDfs.Benchmarks.Processes;

/// <summary>The load generator, in a process of its own.</summary>
internal sealed class LoadProcess : IDisposable
{
    private readonly Process _process = Process.Start(Self.Command("load"))!;

    /// <exception cref="InvalidOperationException">The generator gave up; what it said is on the console.</exception>
    public async Task<Outcome> RunAsync(Order order)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order));
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync() is { } line
            ? JsonSerializer.Deserialize<Outcome>(line)!
            : throw new InvalidOperationException("The load generator ended; what it said is above.");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
