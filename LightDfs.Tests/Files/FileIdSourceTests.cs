using LightDfs.Files;
using LightDfs.Testing.Chance;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace LightDfs.Tests.Files;

public sealed class FileIdSourceTests
{
    private readonly FakeTimeProvider _clock = new(SampleIds.Noon);

    [Test]
    public void Draw_gives_the_first_healthy_id()
    {
        var asked = new List<FileId>();

        var id = Source().Draw(FileKind.Segment, candidate =>
        {
            asked.Add(candidate);
            return asked.Count == 5;
        });

        Assert.That(asked, Has.Count.EqualTo(5).And.Unique);
        Assert.That(id, Is.EqualTo(asked[^1]));
        Assert.That(id.Kind, Is.EqualTo(FileKind.Segment));
        Assert.That(id.Created, Is.EqualTo(SampleIds.Noon));
    }

    [Test]
    public void Draw_without_any_healthy_owner_ends_with_the_last_one()
    {
        var asked = new List<FileId>();

        var id = Source().Draw(FileKind.File, candidate =>
        {
            asked.Add(candidate);
            return false;
        });

        Assert.That(asked, Has.Count.EqualTo(FileIdSource.MaxDraws).And.Unique);
        Assert.That(id, Is.EqualTo(asked[^1]));
        Assert.That(id.IsValid);
    }

    [Test]
    public void Draw_hands_the_state_through()
    {
        var id = Source().Draw(FileKind.File, 0xF, static (candidate, mask) => ((int)candidate.Value & mask) == 0);

        Assert.That((int)id.Value & 0xF, Is.Zero);
    }

    [Test]
    public void Draw_passes_on_what_the_question_throws() =>
        Assert.Throws<TimeoutException>(() => Source().Draw(FileKind.File, _ => throw new TimeoutException()));

    [Test]
    public void Time_does_not_step_back_with_a_small_correction_of_the_clock()
    {
        var clock = new SteppingClock { Now = SampleIds.Noon };
        var source = new FileIdSource(clock, new SeededRandom(1));
        source.Draw(FileKind.File, _ => true);

        clock.Now -= FileIdSource.BridgedStep;
        Assert.That(source.Draw(FileKind.File, _ => true).Created, Is.EqualTo(SampleIds.Noon));

        clock.Now = SampleIds.Noon.AddMilliseconds(1);
        Assert.That(source.Draw(FileKind.File, _ => true).Created, Is.EqualTo(clock.Now));
    }

    [Test]
    public void Time_follows_a_large_step_back()
    {
        var clock = new SteppingClock { Now = SampleIds.Noon.AddYears(70) };
        var source = new FileIdSource(clock, new SeededRandom(1));
        source.Draw(FileKind.File, _ => true);

        clock.Now = SampleIds.Noon;

        Assert.That(source.Draw(FileKind.File, _ => true).Created, Is.EqualTo(SampleIds.Noon));
    }

    private FileIdSource Source() => new(_clock, new SeededRandom(1));

    private sealed class SteppingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
