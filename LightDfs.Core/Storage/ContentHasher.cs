using System.IO.Hashing;
using LightDfs.Files;

namespace LightDfs.Storage;

/// <summary>Checks a content against its record while it passes by, and makes the checksums of its pages.</summary>
internal sealed class ContentHasher(long length)
{
    private readonly XxHash128 _content = new();
    private readonly XxHash3 _page = new();
    private readonly List<ulong> _pages = new(Math.Min(Pages.CountOf(length), 1024));
    private long _seen;

    /// <summary>Of all pages, once the content is complete.</summary>
    public IReadOnlyList<ulong> PageChecksums => _pages;

    /// <exception cref="InvalidDataException">More bytes than the record promises.</exception>
    public void CheckRoom(FileId id, int count)
    {
        if (count > length - _seen)
        {
            throw new InvalidDataException($"The content of '{id}' is longer than the {length} bytes its record promises. Store it anew with the right record.");
        }
    }

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

    /// <exception cref="InvalidDataException">Fewer bytes than the record promises, or others.</exception>
    public void CheckComplete(FileId id, FileRecord record)
    {
        if (_seen != length)
        {
            throw new InvalidDataException($"The content of '{id}' ended after {_seen} of the {length} bytes its record promises. Send it again.");
        }
        if (_content.GetCurrentHashAsUInt128() != record.ReplicaChecksum)
        {
            throw new InvalidDataException($"The content of '{id}' does not have the checksum of its record: it was changed on the way, or the record is another's. Send it again.");
        }
    }
}
