using System.Globalization;

namespace EndToEnd;

/// <summary>Counts what holds and what does not, and tells it at once.</summary>
internal sealed class Checks
{
    private const int ReasonsShown = 5;
    private readonly long _begun = TimeProvider.System.GetTimestamp();
    private long _last = TimeProvider.System.GetTimestamp();

    public int Passed { get; private set; }

    public int Failed { get; private set; }

    /// <summary>One promise: holds when there is nothing against it.</summary>
    /// <param name="promise">What must hold.</param>
    /// <param name="count">What it was tried with, for people.</param>
    /// <param name="against">Everything that speaks against it.</param>
    public void Check(string promise, string count, IReadOnlyCollection<string> against)
    {
        var holds = against.Count == 0;
        Passed += holds ? 1 : 0;
        Failed += holds ? 0 : 1;
        Row(holds ? "passed" : "FAILED", promise, count);
        foreach (var reason in against.Take(ReasonsShown))
        {
            Console.WriteLine($"          {reason}");
        }
        if (against.Count > ReasonsShown)
        {
            Console.WriteLine($"          and {against.Count - ReasonsShown} more");
        }
    }

    /// <summary>Something that could not be tried here. Counts as neither.</summary>
    public void Skip(string promise, string why) => Row("skipped", promise, why);

    public void Finish()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"All of it took {TimeProvider.System.GetElapsedTime(_begun).TotalSeconds:N1} s."));
        Console.WriteLine($"{Passed} passed, {Failed} failed");
    }

    private void Row(string outcome, string promise, string count)
    {
        var seconds = TimeProvider.System.GetElapsedTime(_last).TotalSeconds;
        _last = TimeProvider.System.GetTimestamp();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcome,-8}  {promise,-72}  {count,-28}  {seconds,7:N1} s"));
    }
}
