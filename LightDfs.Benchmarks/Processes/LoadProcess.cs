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
        if (!_process.HasExited)
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order));
            await _process.StandardInput.FlushAsync();
            if (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                return JsonSerializer.Deserialize<Outcome>(line)!;
            }
            await _process.WaitForExitAsync();
        }
        throw new InvalidOperationException($"The load generator ended with {_process.ExitCode} (137 and 143: somebody ended it); what it said is above.");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
        }
        _process.Dispose();
    }
}
