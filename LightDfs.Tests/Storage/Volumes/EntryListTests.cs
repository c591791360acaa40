using LightDfs.Storage.Volumes;
using LightDfs.Testing.Storage;
using NUnit.Framework;

namespace LightDfs.Tests.Storage.Volumes;

/// <summary>The entries of a volume that grows.</summary>
public sealed class EntryListTests
{
    [Test]
    public void Holds_what_was_added_in_order([Values(0, 1, 511, 512, 513, 1024, 5000)] int count)
    {
        var list = new EntryList();
        var expected = Enumerable.Range(0, count).Select(Entry).ToList();

        expected.ForEach(entry => list.Add(entry));

        Assert.That(list, Has.Count.EqualTo(count));
        Assert.That(list.ToList(), Is.EqualTo(expected));
        Assert.That(Enumerable.Range(0, count).Select(index => list[index]), Is.EqualTo(expected));
    }

    [Test]
    public void There_is_nothing_beyond_its_end()
    {
        var list = new EntryList();
        list.Add(Entry(1));

        Assert.Throws<ArgumentOutOfRangeException>(() => _ = list[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = list[-1]);
    }

    [Test]
    public void Cleared_it_begins_anew()
    {
        var list = new EntryList();
        for (var number = 0; number < 600; number++)
        {
            list.Add(Entry(number));
        }

        list.Clear();
        list.Add(Entry(7));

        Assert.That(list.ToList(), Is.EqualTo(new[] { Entry(7) }));
    }

    private static PlacedEntry Entry(int number) => new(VolumeEntry.OfRemoval(TestReplica.Id(number)), number * 88L);
}
