using System.Net;

namespace PackageTest;

/// <summary>Gathers what was not as expected.</summary>
internal sealed class Faults
{
    private readonly List<string> _all = [];

    public IReadOnlyCollection<string> All => _all;

    public void Expect<T>(string what, T actual, T expected)
    {
        if (!EqualityComparer<T>.Default.Equals(actual, expected))
        {
            _all.Add($"{what}: {actual}, not {expected}");
        }
    }

    public void ExpectBytes(string what, ReadOnlySpan<byte> actual, ReadOnlySpan<byte> expected)
    {
        if (!actual.SequenceEqual(expected))
        {
            _all.Add($"{what}: {actual.Length} bytes that are not the {expected.Length} expected");
        }
    }

    public async Task ExpectStatusAsync(string what, HttpResponseMessage response, HttpStatusCode expected)
    {
        if (response.StatusCode != expected)
        {
            _all.Add($"{what}: {(int)response.StatusCode}, not {(int)expected}: {await response.Content.ReadAsStringAsync()}");
        }
    }
}
