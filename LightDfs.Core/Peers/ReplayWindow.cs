namespace LightDfs.Peers;

/// <summary>
/// Accepts each number at most once: those above all seen before, and unseen ones among the last 65,536. The scheme of IPsec (RFC 4303, section 3.4.3). Not thread-safe.
/// </summary>
internal sealed class ReplayWindow
{
    /// <summary>Wide, because a sender numbers its requests to all machines in one row: a request that waits for a connection is overtaken by all of them.</summary>
    public const int Size = 65_536;

    /// <summary>So few are listed: of most senders of a large cluster a machine sees a request now and then, and a bit for each number would take 8 KiB a sender.</summary>
    private const int MostListed = 128;

    private List<ulong>? _listed = [];
    private ulong[] _seen = [];
    private ulong _highest;

    public bool Accept(ulong number)
    {
        if (number == 0 || (number <= _highest && _highest - number >= Size))
        {
            return false;
        }
        if (_listed is not null)
        {
            return AcceptListed(number);
        }
        if (number > _highest)
        {
            Forget(number);
            _highest = number;
        }
        ref var word = ref _seen[number % Size / 64];
        var bit = 1UL << (int)(number % 64);
        if ((word & bit) != 0)
        {
            return false;
        }
        word |= bit;
        return true;
    }

    private bool AcceptListed(ulong number)
    {
        if (_listed!.Contains(number))
        {
            return false;
        }
        _highest = Math.Max(_highest, number);
        if (_listed.Count == MostListed)
        {
            _listed.RemoveAll(seen => _highest - seen >= Size);
        }
        _listed.Add(number);
        if (_listed.Count > MostListed)
        {
            _seen = new ulong[Size / 64];
            foreach (var seen in _listed)
            {
                _seen[seen % Size / 64] |= 1UL << (int)(seen % 64);
            }
            _listed = null;
        }
        return true;
    }

    private void Forget(ulong upTo)
    {
        if (upTo - _highest >= Size)
        {
            Array.Clear(_seen);
            return;
        }
        // Not "up to": the highest number of all has no successor to stop at.
        for (var number = upTo; number != _highest; number--)
        {
            _seen[number % Size / 64] &= ~(1UL << (int)(number % 64));
        }
    }
}
