using System.IO.Hashing;

namespace LightDfs.Storage;

/// <summary>Makes the checksums of a content and of its pages while it passes by.</summary>
internal sealed class ContentHasher(long length)
{
    private readonly XxHash128 _content = new();
    private readonly XxHash3 _page = new();
    private readonly List<ulong> _pages = new(Math.Min(Pages.CountOf(length), 1024));
    private long _seen;

    /// <summary>XxHash128 of what has passed.</summary>
    public UInt128 Checksum => _content.GetCurrentHashAsUInt128();

    /// <summary>Of all pages, once the content is complete.</summary>
    public IReadOnlyList<ulong> PageChecksums => _pages;

    public void Append(ReadOnlySpan<byte> content)
    {
        _content.Append(content);
        while (!content.IsEmpty)
        {
            var count = (int)Math.Min(content.Length, Pages.Size - (_seen % Pages.Size));
            _page.Append(content[..count]);
            _seen += count;
            content = content[count..];
            if (_seen % Pages.Size == 0 || _seen == length)
            {
                _pages.Add(_page.GetCurrentHashAsUInt64());
                _page.Reset();
            }
        }
    }
}
