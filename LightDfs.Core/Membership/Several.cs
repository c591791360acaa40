using System.Collections.Concurrent;

namespace LightDfs.Membership;

/// <summary>Calls many machines, a bounded number of them at once.</summary>
internal static class Several
{
    /// <summary>Completes when all are done. Where there are no more than that, all begin in their order, now.</summary>
    public static Task ForEachAsync<T>(IEnumerable<T> items, Func<T, Task> act)
    {
        var all = items.ToList();
        if (all.Count <= BeatSettings.CallsAtOnce)
        {
            return Task.WhenAll(all.ConvertAll(item => act(item)));
        }
        var left = new ConcurrentQueue<T>(all);
        return Task.WhenAll(Enumerable.Range(0, BeatSettings.CallsAtOnce).Select(_ => WorkAsync()));

        async Task WorkAsync()
        {
            while (left.TryDequeue(out var item))
            {
                await act(item).ConfigureAwait(false);
            }
        }
    }
}
