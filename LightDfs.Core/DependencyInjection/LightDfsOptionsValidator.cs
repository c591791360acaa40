using LightDfs.Peers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LightDfs.DependencyInjection;

/// <summary>Reports everything that is wrong with the options, not only the first thing. Never repeats a key.</summary>
internal sealed class LightDfsOptionsValidator(IServiceProvider services) : IValidateOptions<LightDfsOptions>
{
    private const int MaxText = 64;
    private const int MinKey = 16;
    private const int Page = 64 * 1024;
    private const int MaxSegment = 64 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, LightDfsOptions options)
    {
        if (name != Options.DefaultName)
        {
            return ValidateOptionsResult.Skip;
        }
        var problems = new List<string>();
        if (services.GetService<IConfiguration>() is { } configuration)
        {
            problems.AddRange(ConfiguredValues.Bind(configuration.GetSection(LightDfsOptions.SectionName), new LightDfsOptions()));
        }
        ValidateTexts(options, problems);
        ValidateNumbers(options, problems);
        ValidateKeys(options, problems);
        ValidatePeers(options, problems);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void ValidateTexts(LightDfsOptions options, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(options.DataDirectory) || options.DataDirectory.Contains('\0', StringComparison.Ordinal))
        {
            problems.Add("LightDfs:DataDirectory is empty or no path. Name a directory that survives restarts.");
        }
        if (string.IsNullOrWhiteSpace(options.ClusterName) || options.ClusterName.Length > MaxText)
        {
            problems.Add($"LightDfs:ClusterName has {options.ClusterName?.Length ?? 0} characters; allowed are 1 to {MaxText}, not all of them blank.");
        }
        if (options.Zone is null || options.Zone.Length > MaxText)
        {
            problems.Add($"LightDfs:Zone is null or has {options.Zone?.Length ?? 0} characters; allowed are 0 to {MaxText}.");
        }
    }

    private static void ValidateNumbers(LightDfsOptions options, List<string> problems)
    {
        if (options.Weight is < 1 or > 16_777_216)
        {
            problems.Add($"LightDfs:Weight is {options.Weight}; allowed are 1 to 16777216.");
        }
        if (options.Replicas is < 1 or > 16)
        {
            problems.Add($"LightDfs:Replicas is {options.Replicas}; allowed are 1 to 16.");
        }
        if (options.SegmentSize is < Page or > MaxSegment || options.SegmentSize % Page != 0)
        {
            problems.Add($"LightDfs:SegmentSize is {options.SegmentSize}; allowed are the multiples of {Page} from {Page} to {MaxSegment}.");
        }
        if (options.TransferMemory < 2 * Math.Max((long)options.SegmentSize, Page))
        {
            problems.Add($"LightDfs:TransferMemory is {options.TransferMemory}; it must hold two segments (LightDfs:SegmentSize is {options.SegmentSize}).");
        }
        if (options.Reserve is < 0)
        {
            problems.Add($"LightDfs:Reserve is {options.Reserve}; it cannot be negative. Leave it out for the default.");
        }
        ValidateAges(options, problems);
        if (options.StartTimeout < TimeSpan.Zero || options.StartTimeout > TimeSpan.FromHours(1))
        {
            problems.Add($"LightDfs:StartTimeout is {options.StartTimeout}; allowed are 00:00:00 to 01:00:00.");
        }
    }

    private static void ValidateAges(LightDfsOptions options, List<string> problems)
    {
        if (options.AbandonedAfter < TimeSpan.FromMinutes(1) || options.AbandonedAfter > TimeSpan.FromDays(365))
        {
            problems.Add($"LightDfs:AbandonedAfter is {options.AbandonedAfter}; allowed are 00:01:00 to 365.00:00:00.");
        }
        if (options.TombstoneRetention < TimeSpan.FromMinutes(1) || options.TombstoneRetention > TimeSpan.FromDays(3650))
        {
            problems.Add($"LightDfs:TombstoneRetention is {options.TombstoneRetention}; allowed are 00:01:00 to 3650.00:00:00.");
        }
        if (options.ScrubPeriod < TimeSpan.FromHours(1) || options.ScrubPeriod > TimeSpan.FromDays(365))
        {
            problems.Add($"LightDfs:ScrubPeriod is {options.ScrubPeriod}; allowed are 01:00:00 to 365.00:00:00.");
        }
        if (options.ReplaceAfter is { } grace && (grace < TimeSpan.FromMinutes(1) || grace > TimeSpan.FromDays(30)))
        {
            problems.Add($"LightDfs:ReplaceAfter is {grace}; allowed are 00:01:00 to 30.00:00:00, and nothing for never.");
        }
        if (options.AbandonedAfter / 2 >= options.TombstoneRetention)
        {
            problems.Add(
                $"LightDfs:AbandonedAfter is {options.AbandonedAfter}, LightDfs:TombstoneRetention {options.TombstoneRetention}: half of the first must be less than the second, or an id could be stored again after its delete was forgotten.");
        }
    }

    private static void ValidateKeys(LightDfsOptions options, List<string> problems)
    {
        if (options.ClusterKey is { Length: < MinKey })
        {
            problems.Add($"LightDfs:ClusterKey has {options.ClusterKey.Length} characters; it needs at least {MinKey}. Make one by: openssl rand -base64 32");
        }
        if (options.PreviousClusterKey is { Length: < MinKey })
        {
            problems.Add($"LightDfs:PreviousClusterKey has {options.PreviousClusterKey.Length} characters; it needs at least {MinKey}. Leave it out while no keys are exchanged.");
        }
        if (options.PreviousClusterKey is not null && options.ClusterKey is null)
        {
            problems.Add("LightDfs:PreviousClusterKey is set without LightDfs:ClusterKey. Requests are signed with LightDfs:ClusterKey: set it, or neither.");
        }
    }

    private void ValidatePeers(LightDfsOptions options, List<string> problems)
    {
        // The binder passes over a text where a list belongs, and the machine would then stay alone without a word.
        var text = services.GetService<IConfiguration>()?[$"{LightDfsOptions.SectionName}:{nameof(LightDfsOptions.Peers)}"];
        if (!string.IsNullOrEmpty(text))
        {
            problems.Add($"LightDfs:Peers is the text '{text}', but it is a list: set LightDfs:Peers:0, LightDfs:Peers:1 and so on (environment: LightDfs__Peers__0).");
        }
        if (services.GetService<IPeerTransport>() is not { } transport)
        {
            problems.Add("No transport is registered. Call AddLightDfs(…) of package LightDfs.Transport.Http, or UseTransport<T>() on what AddLightDfsCore(…) returns.");
            return;
        }
        var exposed = options.Peers.Where(peer => Normalize(transport, "LightDfs:Peers has", "an empty entry. Remove it", peer, problems) is { } address && !transport.IsLoopback(address)).ToList();
        if (options.AdvertisedAddress is { } advertised && Normalize(transport, "LightDfs:AdvertisedAddress is", "empty. Remove it", advertised, problems) is { } reached && !transport.IsLoopback(reached))
        {
            exposed.Add(advertised);
        }
        if (options.ClusterKey is null && exposed.Count > 0)
        {
            problems.Add($"There is no cluster key, but {string.Join(", ", exposed.Select(peer => $"'{peer}'"))} can be reached from other hosts. Make a key by: openssl rand -base64 32 " +
                "- and set it on every machine as LightDfs:ClusterKey (environment: LightDfs__ClusterKey).");
        }
    }

    private static string? Normalize(IPeerTransport transport, string which, string empty, string? address, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(address))
        {
            problems.Add($"{which} {empty}, or write the machine's address.");
            return null;
        }
        try
        {
            return transport.Normalize(address);
        }
        catch (FormatException exception)
        {
            problems.Add($"{which} '{address}': {exception.Message}");
            return null;
        }
    }
}
