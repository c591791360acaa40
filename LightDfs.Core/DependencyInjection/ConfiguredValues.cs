using System.Globalization;
using LightDfs.Text;
using Microsoft.Extensions.Configuration;

namespace LightDfs.DependencyInjection;

/// <summary>
/// Sets options from configuration, one key after the other, so that a value that cannot be read is told together with all other problems. A binder throws at the first one.
/// </summary>
internal sealed class ConfiguredValues(IConfiguration section)
{
    private const string ATime = "a time such as 00:00:10 (hours, minutes, seconds) or 7.00:00:00 (days before them)";
    private readonly List<string> _problems = [];

    /// <summary>What was asked for, which is all that there is.</summary>
    private readonly SortedSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sets what is configured; an option whose value cannot be read stays as it is.</summary>
    /// <returns>What cannot be read, and what is no option.</returns>
    public static IReadOnlyList<string> Bind(IConfiguration section, LightDfsOptions options)
    {
        var values = new ConfiguredValues(section);
        values.SetAll(options);
        values.RefuseUnknown();
        return values._problems;
    }

    private void SetAll(LightDfsOptions options)
    {
        options.DataDirectory = Text(nameof(options.DataDirectory)) ?? options.DataDirectory;
        options.ClusterName = Text(nameof(options.ClusterName)) ?? options.ClusterName;
        options.ClusterKey = Text(nameof(options.ClusterKey)) ?? options.ClusterKey;
        options.PreviousClusterKey = Text(nameof(options.PreviousClusterKey)) ?? options.PreviousClusterKey;
        options.AdvertisedAddress = Text(nameof(options.AdvertisedAddress)) ?? options.AdvertisedAddress;
        options.Zone = Text(nameof(options.Zone)) ?? options.Zone;
        if (Text(nameof(options.AllowUnlistedMachines)) is { } allow)
        {
            options.AllowUnlistedMachines = bool.TryParse(allow, out var value) ? value : Refuse(nameof(options.AllowUnlistedMachines), allow, "true or false", options.AllowUnlistedMachines);
        }
        options.Weight = (int)Number(nameof(options.Weight), options.Weight, int.MaxValue);
        options.Replicas = (int)Number(nameof(options.Replicas), options.Replicas, int.MaxValue);
        options.SegmentSize = (int)Number(nameof(options.SegmentSize), options.SegmentSize, int.MaxValue);
        options.TransferMemory = Number(nameof(options.TransferMemory), options.TransferMemory, long.MaxValue);
        if (Text(nameof(options.Reserve)) is { } reserve)
        {
            // Configured as nothing it is the default, whatever code says.
            options.Reserve = reserve.Length == 0 ? null : long.TryParse(reserve, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
                ? value
                : Refuse(nameof(options.Reserve), reserve, "a whole number of bytes", options.Reserve);
        }
        if (Text(nameof(options.ReplaceAfter)) is { } replace)
        {
            // Configured as nothing it is never.
            options.ReplaceAfter = replace.Length == 0 ? null : TimeSpan.TryParse(replace, CultureInfo.InvariantCulture, out var value)
                ? value
                : Refuse(nameof(options.ReplaceAfter), replace, ATime, options.ReplaceAfter);
        }
        options.AbandonedAfter = Time(nameof(options.AbandonedAfter), options.AbandonedAfter);
        options.TombstoneRetention = Time(nameof(options.TombstoneRetention), options.TombstoneRetention);
        options.ScrubPeriod = Time(nameof(options.ScrubPeriod), options.ScrubPeriod);
        options.StartTimeout = Time(nameof(options.StartTimeout), options.StartTimeout);
        _known.Add(nameof(options.Peers));
        foreach (var peer in section.GetSection(nameof(options.Peers)).GetChildren())
        {
            if (peer.Value is { } address)
            {
                options.Peers.Add(address);
            }
            else
            {
                RefuseSection(peer, $"{nameof(options.Peers)}:{peer.Key}");
            }
        }
    }

    /// <summary>A key that is mistyped would else leave its option as it is, without a word: a list of peers that is not read makes a cluster of one.</summary>
    private void RefuseUnknown()
    {
        foreach (var child in section.GetChildren())
        {
            if (!_known.Contains(child.Key))
            {
                _problems.Add($"{LightDfsOptions.SectionName}:{child.Key} is no option. "
                    + (Likeness.NearestTo(child.Key, _known) is { } near ? $"Is {LightDfsOptions.SectionName}:{near} meant?" : $"There are {string.Join(", ", _known)}."));
            }
            else if (child.Value is null && !child.Key.Equals(nameof(LightDfsOptions.Peers), StringComparison.OrdinalIgnoreCase))
            {
                RefuseSection(child, child.Key);
            }
        }
    }

    private void RefuseSection(IConfigurationSection child, string key)
    {
        if (child.GetChildren().Any())
        {
            _problems.Add($"{LightDfsOptions.SectionName}:{key} is a section with keys of its own, but it must be a text.");
        }
    }

    private string? Text(string key)
    {
        _known.Add(key);
        return section[key];
    }

    private long Number(string key, long now, long most) => Text(key) is not { } text ? now
        : long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= -most && value <= most ? value
        : Refuse(key, text, most == int.MaxValue ? "a whole number of up to 10 digits" : "a whole number", now);

    private TimeSpan Time(string key, TimeSpan now) => Text(key) is not { } text ? now
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value
        : Refuse(key, text, ATime, now);

    private T Refuse<T>(string key, string text, string expected, T now)
    {
        _problems.Add($"{LightDfsOptions.SectionName}:{key} is '{text}', but it must be {expected}.");
        return now;
    }
}
