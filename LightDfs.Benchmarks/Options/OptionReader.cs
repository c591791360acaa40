using System.Globalization;

namespace LightDfs.Benchmarks.Options;

/// <summary>Reads the options of a command, one after the other. Whatever is wrong is told with the option's name and value.</summary>
internal sealed class OptionReader(string command, string[] arguments)
{
    private int _next;

    /// <summary>The option that is being read.</summary>
    public string Option { get; private set; } = "";

    /// <summary>Goes on to the next option; false at the end.</summary>
    public bool Next()
    {
        if (_next >= arguments.Length)
        {
            return false;
        }
        Option = arguments[_next++];
        return true;
    }

    /// <summary>The option's value.</summary>
    /// <exception cref="WrongOptionException">There is none.</exception>
    public string Value() => _next < arguments.Length ? arguments[_next++] : throw new WrongOptionException($"{Option} lacks its value.{Help}");

    /// <exception cref="WrongOptionException">It is none, or less.</exception>
    public int Number(int least) => NumberOf(Value(), least);

    /// <exception cref="WrongOptionException">One of them is none, or less.</exception>
    public IReadOnlyList<int> Numbers(int least) => [.. Value().Split(',').Select(one => NumberOf(one, least))];

    /// <param name="least">The least that is taken.</param>
    /// <param name="isMore">True when it is to be more than that.</param>
    /// <exception cref="WrongOptionException">It is none, or too few.</exception>
    public double Seconds(double least, bool isMore = false)
    {
        var text = Value();
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds) && (isMore ? seconds > least : seconds >= least)
            ? seconds
            : throw new WrongOptionException(string.Create(CultureInfo.InvariantCulture, $"{Option} takes seconds, {(isMore ? "more than " : "")}{least}{(isMore ? "" : " or more")}, and not '{text}'.{Help}"));
    }

    /// <param name="known">What there is.</param>
    /// <exception cref="WrongOptionException">It names something else.</exception>
    public IReadOnlyList<string> SomeOf(IReadOnlyList<string> known)
    {
        var text = Value();
        string[] some = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Distinct()];
        return some.Length > 0 && some.All(known.Contains) ? some : throw new WrongOptionException($"{Option} takes some of {string.Join(',', known)}, and not '{text}'.{Help}");
    }

    public WrongOptionException Unknown() => new($"'{Option}' is no option of {command}.{Help}");

    private string Help => $" '{command} --help' says more.";

    private int NumberOf(string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new WrongOptionException(string.Create(CultureInfo.InvariantCulture, $"{Option} takes a number from {least} on, and not '{text}'.{Help}"));
}
