using System.Diagnostics;
using LightDfs.Transport.Http;
using NUnit.Framework;

namespace LightDfs.Tests.Transport;

public sealed class WatchedTracePropagatorTests
{
    [Test]
    public void Trace_that_nobody_watches_is_not_sent_on()
    {
        using var activity = new Activity("request").Start();

        Assert.That(SentFor(activity), Is.Empty);
    }

    [Test]
    public void Trace_that_somebody_watches_is_sent_on()
    {
        using var source = new ActivitySource("LightDfs.Tests.Traces");
        using var listener = new ActivityListener
        {
            ShouldListenTo = heard => heard == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(listener);
        using var activity = source.StartActivity("request");

        Assert.That(SentFor(activity), Does.ContainKey("traceparent").WithValue(activity!.Id));
    }

    private static Dictionary<string, string> SentFor(Activity? activity)
    {
        var sent = new Dictionary<string, string>();
        new WatchedTracePropagator(DistributedContextPropagator.CreateDefaultPropagator()).Inject(activity, sent, (_, name, value) => sent[name] = value);
        return sent;
    }
}
