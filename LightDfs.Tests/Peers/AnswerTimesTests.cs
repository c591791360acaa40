using LightDfs.Peers;
using NUnit.Framework;

namespace LightDfs.Tests.Peers;

public sealed class AnswerTimesTests
{
    [Test]
    public void Nothing_is_usual_before_there_were_enough()
    {
        var times = new AnswerTimes();
        for (var answer = 0; answer < 31; answer++)
        {
            times.Add(TimeSpan.FromSeconds(1));
        }

        Assert.That(times.Usual, Is.Null);
    }

    [Test]
    public void Usual_is_what_nineteen_of_twenty_do_not_exceed()
    {
        var times = new AnswerTimes();
        for (var answer = 1; answer <= 96; answer++)
        {
            times.Add(TimeSpan.FromMilliseconds(answer));
        }

        Assert.That(times.Usual, Is.EqualTo(TimeSpan.FromMilliseconds(92)));
    }

    [Test]
    public void Old_answers_are_forgotten_however_many_there_were([Values(128, 1000, 100_000)] int old)
    {
        var times = new AnswerTimes();
        for (var answer = 0; answer < old; answer++)
        {
            times.Add(TimeSpan.FromSeconds(1));
        }
        for (var answer = 0; answer < 144; answer++)
        {
            times.Add(TimeSpan.FromMilliseconds(1));
        }

        Assert.That(times.Usual, Is.EqualTo(TimeSpan.FromMilliseconds(1)));
    }
}
