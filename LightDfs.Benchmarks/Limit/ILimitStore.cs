using System.IO.Pipelines;

namespace LightDfs.Benchmarks.Limit;

/// <summary>Where a variant of the limit app keeps bodies.</summary>
internal interface ILimitStore
{
    /// <summary>Keeps a body, as durably as the variant promises when this returns.</summary>
    /// <returns>The name to ask for it by.</returns>
    ValueTask<string> StoreAsync(PipeReader body, long length);

    /// <summary>Answers with a body, or 404.</summary>
    Task SendAsync(string name, HttpResponse response);
}
