using System.ComponentModel;
using LightDfs.AspNetCore.Files;
using LightDfs.AspNetCore.Headers;
using LightDfs.AspNetCore.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace LightDfs.AspNetCore.Descriptions;

/// <summary>What API descriptions such as OpenAPI tell about the endpoints, which are plain request delegates and would not be seen otherwise.</summary>
internal static class EndpointDescriptions
{
    private const string Bytes = "application/octet-stream";
    private const string Json = "application/json";
    private const string Id = "The file's id, 26 characters.";
    private const string Name = "The file's name, where Content-Disposition has none.";
    private const string Disposition = "The file's name: attachment; filename*=UTF-8''name";
    private const string Digest = "sha-256=:base64: refuses anything else than the content with this digest (RFC 9530). Content-Digest does the same.";
    private const string Expires = "After how many seconds the file is deleted by itself, counted from when its id was drawn; ?expiresAfter= does the same. Never, where there is none.";
    private const string Wanted = "sha-256=1 has the digest computed, answered and kept.";

    public static TBuilder DescribeUpload<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Describe(
            UploadParameters,
            "Store a file",
            "The body is the file as it is, of any type and size; or a multipart/form-data form with exactly one part that has a file name. Other fields are ignored.",
            new AcceptsMetadata([Bytes, "multipart/form-data", "*/*"], typeof(Stream)),
            Reply(StatusCodes.Status201Created, "Stored. Location leads to the file.", typeof(FileDocument), Json),
            Error(StatusCodes.Status400BadRequest, "No file or several, a body cut short, a header that cannot be read, or content of another digest."),
            Error(StatusCodes.Status408RequestTimeout, "The body fell silent."),
            Error(StatusCodes.Status413PayloadTooLarge, "Longer than is taken here."),
            Error(StatusCodes.Status415UnsupportedMediaType, "A compressed body."),
            Error(StatusCodes.Status503ServiceUnavailable, "Too few machines answer. Try again later."),
            Error(StatusCodes.Status507InsufficientStorage, "The disk is full."));

    public static TBuilder DescribePut<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Describe(
            PutParameters,
            "Store a file under an id of the client's",
            "Repeating it with the same content, name, type and expiry is harmless. The body is the file as it is.",
            new AcceptsMetadata([Bytes, "*/*"], typeof(Stream)),
            Reply(StatusCodes.Status200OK, "It was there already, and is stored well.", typeof(FileDocument), Json),
            Reply(StatusCodes.Status201Created, "Stored.", typeof(FileDocument), Json),
            Error(StatusCodes.Status400BadRequest, "A mistyped id, a body cut short, a header that cannot be read, or content of another digest."),
            Error(StatusCodes.Status408RequestTimeout, "The body fell silent."),
            Error(StatusCodes.Status409Conflict, "Another content, name, type or expiry is stored under the id, or the id is too old to begin a file."),
            Error(StatusCodes.Status410Gone, "The id was deleted."),
            Error(StatusCodes.Status412PreconditionFailed, "A condition on the file is not met."),
            Error(StatusCodes.Status413PayloadTooLarge, "Longer than is taken here."),
            Error(StatusCodes.Status415UnsupportedMediaType, "A form or a compressed body."),
            Error(StatusCodes.Status503ServiceUnavailable, "Too few machines answer. What became of the file is unknown: repeat the request."),
            Error(StatusCodes.Status507InsufficientStorage, "The disk is full."));

    public static TBuilder DescribeDownload<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Describe(
            DownloadParameters,
            "Read a file",
            "With ranges, entity tags and conditional requests.",
            Reply(StatusCodes.Status200OK, "The file.", typeof(Stream), Bytes),
            Reply(StatusCodes.Status206PartialContent, "The range asked for.", typeof(Stream), Bytes),
            Reply(StatusCodes.Status304NotModified, "The client has it."),
            Error(StatusCodes.Status400BadRequest, "A mistyped id."),
            Error(StatusCodes.Status404NotFound, "There is no such file; every machine said so."),
            Reply(StatusCodes.Status412PreconditionFailed, "A condition on the file is not met."),
            Reply(StatusCodes.Status416RangeNotSatisfiable, "The range begins beyond the end."),
            Error(StatusCodes.Status503ServiceUnavailable, "Not everyone who may hold it answers. Try again later."));

    public static TBuilder DescribeDelete<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Describe(
            DeleteParameters,
            "Delete a file for good",
            "The id can never be stored again.",
            Reply(StatusCodes.Status204NoContent, "Deleted."),
            Error(StatusCodes.Status400BadRequest, "A mistyped id."),
            Error(StatusCodes.Status404NotFound, "There is no such file, or no longer."),
            Error(StatusCodes.Status412PreconditionFailed, "A condition on the file is not met."),
            Error(StatusCodes.Status503ServiceUnavailable, "Too few machines answer. Try again later."));

    public static TBuilder DescribeList<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Describe(
            NoParameters,
            "List all files",
            "One line of JSON each, oldest first. The reply is broken off when not every machine could be asked.",
            Reply(StatusCodes.Status200OK, "Every file of the cluster.", typeof(FileDocument), "application/x-ndjson"),
            Error(StatusCodes.Status503ServiceUnavailable, "Not every machine answers. Try again later."));

    private static TBuilder Describe<TBuilder>(this TBuilder builder, Delegate parameters, string summary, string description, params object[] more)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(parameters.Method, new EndpointSummaryAttribute(summary), new EndpointDescriptionAttribute(description));
        builder.WithMetadata([.. parameters.Method.GetParameters().Select(parameter => new DescribedParameter(parameter))]);
        return builder.WithMetadata(more);
    }

    private static ProducesResponseTypeAttribute Error(int status, string description) => Reply(status, description, typeof(Problem), "application/problem+json");

    // MVC's attribute and not ProducesResponseTypeMetadata, of which .NET 10 drops the description.
    private static ProducesResponseTypeAttribute Reply(int status, string description, Type type, string contentType) =>
        new(type, status, contentType) { Description = description };

    private static ProducesResponseTypeAttribute Reply(int status, string description) => new(status) { Description = description };

    // Never called: they are the shape of what the endpoints read.
    private static void NoParameters()
    {
    }

    private static void UploadParameters(
        [FromQuery(Name = "fileName"), Description(Name)] string? fileName,
        [FromHeader(Name = "Content-Disposition"), Description(Disposition)] string? disposition,
        [FromHeader(Name = Expiry.ExpiresAfter), Description(Expires)] string? expiresAfter,
        [FromHeader(Name = Digests.ReprDigest), Description(Digest)] string? digest,
        [FromHeader(Name = Digests.WantReprDigest), Description(Wanted)] string? wanted)
    {
    }

    private static void DeleteParameters([FromRoute(Name = "id"), Description(Id)] string id)
    {
    }

    private static void PutParameters(
        [FromRoute(Name = "id"), Description("An id that the client drew by FileId.New(), 26 characters, never used before.")] string id,
        [FromQuery(Name = "fileName"), Description(Name)] string? fileName,
        [FromHeader(Name = "Content-Disposition"), Description(Disposition)] string? disposition,
        [FromHeader(Name = Expiry.ExpiresAfter), Description(Expires)] string? expiresAfter,
        [FromHeader(Name = Digests.ReprDigest), Description(Digest)] string? digest,
        [FromHeader(Name = Digests.WantReprDigest), Description(Wanted)] string? wanted,
        [FromHeader(Name = "If-None-Match"), Description("* refuses (412) when the file is there.")] string? ifNoneMatch)
    {
    }

    private static void DownloadParameters(
        [FromRoute(Name = "id"), Description(Id)] string id,
        [FromHeader(Name = "Range"), Description("One range of bytes, such as bytes=0-99.")] string? range,
        [FromHeader(Name = "If-Range"), Description("The entity tag that the range belongs to.")] string? ifRange,
        [FromHeader(Name = "If-None-Match"), Description("The entity tags that the client has.")] string? ifNoneMatch)
    {
    }
}
