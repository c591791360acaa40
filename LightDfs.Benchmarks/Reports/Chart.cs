using System.Globalization;
using System.Text;

namespace LightDfs.Benchmarks.Reports;

/// <summary>The ratios as bars, one for each case and limit, with a mark where the goal is. SVG, readable on light and dark pages.</summary>
internal static class Chart
{
    private const int Row = 22;
    private const int Top = 48;
    private const int Names = 420;
    private const int Bars = 400;
    private const int Values = 70;

    /// <summary>Longer bars are cut, and say so by their number.</summary>
    private const double Longest = 1.2;

    public static string Of(IReadOnlyList<CaseResult> results)
    {
        var bars = results.SelectMany(BarsOf).ToList();
        var height = Top + (bars.Count * Row) + 16;
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Names + Bars + Values} {height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\">");
        Add(svg, $"<style>text{{fill:#333}}.grid{{stroke:#ccc}}@media(prefers-color-scheme:dark){{text{{fill:#ddd}}.grid{{stroke:#555}}}}</style>");
        Add(svg, $"<text x=\"8\" y=\"18\" font-size=\"14\" font-weight=\"600\">LightDfs as a part of bare Kestrel, requests a second</text>");
        for (var tick = 0; tick <= 4; tick++)
        {
            var x = Names + (Bars * tick * 0.25 / Longest);
            Add(svg, $"<line class=\"grid\" x1=\"{x:0}\" x2=\"{x:0}\" y1=\"{Top - 8}\" y2=\"{height - 12}\"/><text x=\"{x:0}\" y=\"{Top - 12}\" text-anchor=\"middle\">{tick * 0.25:0.00}</text>");
        }
        for (var i = 0; i < bars.Count; i++)
        {
            Draw(svg, bars[i], Top + (i * Row));
        }
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>One for each limit, and one for the better of several where the goal speaks of that.</summary>
    private static IEnumerable<Bar> BarsOf(CaseResult result)
    {
        var goal = result.GoalRatio;
        return (goal is null || result.Ratios.Any(ratio => ratio.Against == goal.Against) ? result.Ratios : [.. result.Ratios, goal])
            .Where(ratio => !double.IsNaN(ratio.Median))
            .Select(ratio => new Bar(result.Name, ratio, ratio.Against == goal?.Against ? result.Case.Goal?.AtLeast : null));
    }

    private static void Draw(StringBuilder svg, Bar bar, int y)
    {
        var width = Bars * Math.Min(bar.Ratio.Median, Longest) / Longest;
        var colour = bar.Goal is not { } goal ? "#6b8fb5" : bar.Ratio.Median >= goal ? "#4c9a5b" : "#c7683d";
        Add(svg, $"<text x=\"{Names - 8}\" y=\"{y + 14}\" text-anchor=\"end\">{bar.Name} : {bar.Ratio.Against}</text>");
        Add(svg, $"<rect x=\"{Names}\" y=\"{y + 3}\" width=\"{width:0.0}\" height=\"{Row - 8}\" fill=\"{colour}\"/>");
        if (bar.Goal is { } wanted)
        {
            var x = Names + (Bars * wanted / Longest);
            Add(svg, $"<line x1=\"{x:0.0}\" x2=\"{x:0.0}\" y1=\"{y}\" y2=\"{y + Row - 2}\" stroke=\"#b00020\" stroke-width=\"2\"/>");
        }
        Add(svg, $"<text x=\"{Names + Math.Max(width, (bar.Goal ?? 0) * Bars / Longest) + 6:0}\" y=\"{y + 14}\">{bar.Ratio.Median:0.00}</text>");
    }

    private static void Add(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private sealed record Bar(string Name, Ratio Ratio, double? Goal);
}
