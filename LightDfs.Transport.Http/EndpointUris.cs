using System.Collections.Concurrent;

namespace LightDfs.Transport.Http;

/// <summary>The endpoint's URL at each address: parsing one costs about as much as signing a request. Thread-safe.</summary>
internal sealed class EndpointUris(string path)
{
    /// <summary>Far more than a cluster has; addresses come from peers too, so there is a bound.</summary>
    public const int Most = 10_000;

    private readonly ConcurrentDictionary<string, Uri> _uris = new(StringComparer.Ordinal);

    /// <exception cref="UriFormatException">It is no URL.</exception>
    public Uri Of(string address) => _uris.TryGetValue(address, out var known) ? known : Keep(address, new Uri(address + path));

    /// <summary>The same; <see langword="null"/> for what is no URL.</summary>
    public Uri? TryOf(string address) =>
        _uris.TryGetValue(address, out var known) ? known
        : Uri.TryCreate(address + path, UriKind.Absolute, out var uri) ? Keep(address, uri)
        : null;

    private Uri Keep(string address, Uri uri)
    {
        if (_uris.Count >= Most)
        {
            _uris.Clear();
        }
        return _uris[address] = uri;
    }
}
