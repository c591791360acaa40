namespace LightDfs.Text;

/// <summary>Finds the name that someone meant who mistyped it.</summary>
internal static class Likeness
{
    /// <summary>The name that differs least, if it differs by no more than a third of its characters; <see langword="null"/> for none. Case does not matter.</summary>
    public static string? NearestTo(string typed, IEnumerable<string> names)
    {
        var nearest = names.Select(name => (Name: name, Distance: Distance(typed, name))).MinBy(candidate => candidate.Distance);
        return nearest.Name is { } name && nearest.Distance <= name.Length / 3 ? name : null;
    }

    /// <summary>How many characters must be put in, taken out or replaced (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        if (Math.Abs(from.Length - to.Length) > to.Length)
        {
            // Far from it, and perhaps endless.
            return int.MaxValue;
        }
        var above = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var here = new int[to.Length + 1];
            here[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = above[j - 1] + (char.ToUpperInvariant(from[i - 1]) == char.ToUpperInvariant(to[j - 1]) ? 0 : 1);
                here[j] = Math.Min(replaced, 1 + Math.Min(above[j], here[j - 1]));
            }
            above = here;
        }
        return above[^1];
    }
}
