using System.Runtime.InteropServices;

namespace LightDfs.Storage;

/// <summary>One lock per id: what is decided about an id is decided by one at a time, in the order they came. An id that nobody wants costs nothing. Thread-safe.</summary>
internal sealed class IdLocks
{
    private readonly Lock _lock = new();
    private readonly Dictionary<FileId, Queue<TaskCompletionSource>?> _held = [];

    /// <summary>Waits for its turn.</summary>
    /// <returns>What is disposed, once, to leave.</returns>
    public ValueTask<Held> EnterAsync(FileId id, CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_lock)
        {
            ref var waiting = ref CollectionsMarshal.GetValueRefOrAddDefault(_held, id, out var isHeld);
            if (!isHeld)
            {
                return new(new Held(this, id));
            }
            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            (waiting ??= []).Enqueue(turn);
        }
        return WaitAsync(id, turn, cancellationToken);
    }

    /// <summary>Waits until everyone who is inside now has left.</summary>
    public async ValueTask DrainAsync()
    {
        FileId[] inside;
        lock (_lock)
        {
            inside = [.. _held.Keys];
        }
        foreach (var id in inside)
        {
            using var left = await EnterAsync(id, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async ValueTask<Held> WaitAsync(FileId id, TaskCompletionSource turn, CancellationToken cancellationToken)
    {
        using (cancellationToken.UnsafeRegister(static (turn, token) => ((TaskCompletionSource)turn!).TrySetCanceled(token), turn))
        {
            await turn.Task.ConfigureAwait(false);
        }
        return new Held(this, id);
    }

    private void Leave(FileId id)
    {
        lock (_lock)
        {
            // Who was cancelled meanwhile is passed over.
            while (_held[id] is { Count: > 0 } waiting)
            {
                if (waiting.Dequeue().TrySetResult())
                {
                    return;
                }
            }
            _held.Remove(id);
        }
    }

    internal readonly struct Held(IdLocks locks, FileId id) : IDisposable
    {
        public void Dispose() => locks.Leave(id);
    }
}
