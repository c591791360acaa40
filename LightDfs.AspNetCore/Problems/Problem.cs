using LightDfs.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace LightDfs.AspNetCore.Problems;

/// <summary>The body of an error reply, after RFC 9457.</summary>
internal sealed record Problem(string Type, string Title, int Status, string Detail)
{
    /// <summary>"about:blank" says, by the RFC, that the status alone tells the kind of problem.</summary>
    public static Problem Of(int status, string detail) => new("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail);

    /// <summary>
    /// The reply to what a store threw; <see langword="null"/> for what is no answer but a fault. Messages that name machines and paths stay in the log:
    /// a client may be anybody.
    /// </summary>
    public static Problem? For(Exception exception) => exception switch
    {
        BadHttpRequestException bad => Of(bad.StatusCode, bad.Message),
        ContentMismatchException => Of(StatusCodes.Status400BadRequest, exception.Message),
        // Not 410: nothing was ever there. Like a conflict, it ends with a new id.
        FileConflictException or FileIdExpiredException => Of(StatusCodes.Status409Conflict, exception.Message),
        FileDeletedException => Of(StatusCodes.Status410Gone, exception.Message),
        FileTooLargeException => Of(StatusCodes.Status413PayloadTooLarge, exception.Message),
        UploadTooSlowException => Of(StatusCodes.Status408RequestTimeout, exception.Message),
        StorageException { Failure: StorageFailure.Full } => Of(StatusCodes.Status507InsufficientStorage, "This machine's disk is full. Another machine may still take the file."),
        FileUnavailableException { File: { } file } => Unavailable($"File '{file}' is unavailable: not every machine that may hold it answered. It is not known to be absent."),
        FileUnavailableException => Unavailable("Not every machine answered, so the list would not be complete."),
        InsufficientReplicasException few => Unavailable(
            $"{(few.File is { } file ? $"File '{file}'" : "The file")} reached {few.Copies} of the {few.Needed} {(few.Needed == 1 ? "machine" : "machines")} it needs."),
        LightDfsException => Unavailable("This machine cannot do that now."),
        _ => null,
    };

    private static Problem Unavailable(string what) => Of(StatusCodes.Status503ServiceUnavailable, $"{what} Try again later.");
}
