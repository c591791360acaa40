using System.Text;
using NUnit.Framework;

namespace LightDfs.Tests.Files;

public sealed class FileIdAllocationTests
{
    [Test]
    public void Everything_but_the_string_allocates_nothing()
    {
        var id = SampleIds.Create();
        var text = id.ToString();
        var utf8 = Encoding.ASCII.GetBytes(text);
        var chars = new char[26];
        Use();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var right = Use();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(right);
        Assert.That(allocated, Is.Zero);

        bool Use()
        {
            var all = true;
            for (var round = 0; round < 1000; round++)
            {
                all &= FileId.TryParse(text, out var a) && a == id;
                all &= FileId.TryParse(utf8, null, out var b) && b == id;
                all &= id.TryFormat(chars, out _, default, null) && id.TryFormat(utf8, out _, default, null);
                all &= FileId.FromGuid(id.ToGuid()) == id && id.WithSalt(1) != id;
                all &= FileId.New(TimeProvider.System) != id;
            }
            return all;
        }
    }
}
