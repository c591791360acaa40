using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LightDfs.AspNetCore.Problems;

/// <summary>Stands between an endpoint and its client: what the store throws becomes an honest reply, or a broken connection once bytes were sent.</summary>
internal sealed partial class EndpointGuard(ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger("LightDfs.AspNetCore");

    /// <summary>
    /// Cancelling is let through: the server knows best what to do about a client that left, and a time-out that the app set answers for itself.
    /// </summary>
    public RequestDelegate Protect(Func<HttpContext, IFileStore, Task> handle) => async context =>
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await handle(context, context.RequestServices.GetRequiredService<IFileStore>()).ConfigureAwait(false);
        }
        catch (Exception failure) when (Problem.For(failure) is not null)
        {
            await AnswerAsync(context, failure, Problem.For(failure)!).ConfigureAwait(false);
        }
    };

    private async Task AnswerAsync(HttpContext context, Exception failure, Problem problem)
    {
        var method = context.Request.Method;
        var path = context.Request.Path.ToUriComponent();
        if (context.Response.HasStarted)
        {
            // Ending normally would make a part look like the whole.
            Log.ReplyBrokenOff(_logger, method, path, failure.Message);
            context.Abort();
            return;
        }
        if (problem.Status >= StatusCodes.Status500InternalServerError)
        {
            Log.RequestFailed(_logger, problem.Status, method, path, failure.Message);
        }
        await ProblemWriter.WriteAsync(context, problem).ConfigureAwait(false);
    }
}
