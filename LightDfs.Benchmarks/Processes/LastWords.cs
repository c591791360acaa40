using System.Diagnostics;

namespace LightDfs.Benchmarks.Processes;

/// <summary>What a process said last, for the message that it failed; warnings are part of some cases, and would only be in the way on the console.</summary>
internal sealed class LastWords
{
    private const int Most = 20;
    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();

    public void Follow(Process process)
    {
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return _lines.Count == 0 ? "nothing" : string.Join(Environment.NewLine, _lines);
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (_lock)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Most)
            {
                _lines.Dequeue();
            }
        }
    }
}
