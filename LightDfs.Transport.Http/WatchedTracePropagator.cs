using System.Diagnostics;

namespace LightDfs.Transport.Http;

/// <summary>
/// Sends the trace of a request on to peers where anybody watches it. ASP.NET Core makes an activity for each request as soon as it logs; writing its id into the requests to peers, and reading it there,
/// is waste while nobody listens.
/// </summary>
internal sealed class WatchedTracePropagator(DistributedContextPropagator inner) : DistributedContextPropagator
{
    public override IReadOnlyCollection<string> Fields => inner.Fields;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (activity is not null && (activity.Recorded || activity.Source.HasListeners()))
        {
            inner.Inject(activity, carrier, setter);
        }
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        inner.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => inner.ExtractBaggage(carrier, getter);
}
