using System.Globalization;
using LightDfs.Simulation.Plants;

namespace LightDfs.Simulation.Running;

/// <summary>What is to be run.</summary>
/// <param name="First">The first seed.</param>
/// <param name="Last">The last one.</param>
/// <param name="IsTraced">Whether the whole trace of a seed that fails is shown, and not only its end.</param>
/// <param name="IsTwice">Whether two processes run each seed, whose traces must be equal.</param>
/// <param name="Plant">The deliberate bug in it.</param>
internal sealed record CommandLine(ulong First, ulong Last, bool IsTraced, bool IsTwice, Plant Plant)
{
    public const string Usage = "Usage: [--seed N | --seeds A..B | --twice A..B] [--trace] [--plant NAME]";

    /// <exception cref="FormatException">It says something else than <see cref="Usage"/>.</exception>
    public static CommandLine Parse(string[] arguments)
    {
        var parsed = new CommandLine(1, 20, false, false, Plant.None);
        for (var at = 0; at < arguments.Length; at++)
        {
            parsed = arguments[at] switch
            {
                "--trace" => parsed with { IsTraced = true },
                "--seed" => parsed with { First = Number(Value()), Last = Number(arguments[at]) },
                "--seeds" when Value().Split("..") is [var first, var last] => parsed with { First = Number(first), Last = Number(last) },
                "--twice" when Value().Split("..") is [var first, var last] => parsed with { First = Number(first), Last = Number(last), IsTwice = true },
                "--plant" => parsed with { Plant = PlantOf(Value()) },
                var other => throw new FormatException($"'{other}' is not understood. {Usage}"),
            };
            string Value() => ++at < arguments.Length ? arguments[at] : throw new FormatException($"A value is missing at the end. {Usage}");
        }
        return parsed;
    }

    private static ulong Number(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"'{text}' is no seed. {Usage}");

    private static Plant PlantOf(string name) => Plant.All.FirstOrDefault(plant => plant.Name == name)
        ?? throw new FormatException($"There is no plant '{name}'. There are: {string.Join(", ", Plant.All.Select(plant => plant.Name))}.");
}
