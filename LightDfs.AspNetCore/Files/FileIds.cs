using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LightDfs.AspNetCore.Files;

/// <summary>The id in a request's path.</summary>
internal static class FileIds
{
    /// <summary>False with the reason when the text is no id: nobody is asked about it then.</summary>
    public static bool TryGet(HttpContext context, out FileId id, [NotNullWhen(false)] out string? reason)
    {
        try
        {
            id = FileId.Parse((string)context.GetRouteValue("id")!);
            reason = null;
            return true;
        }
        catch (FormatException mistyped)
        {
            id = default;
            reason = mistyped.Message;
            return false;
        }
    }
}
