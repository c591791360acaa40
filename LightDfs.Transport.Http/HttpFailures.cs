using System.Net.Sockets;

namespace LightDfs.Transport.Http;

/// <summary>Says in a sentence, with the next step, what came instead of a reply.</summary>
internal static class HttpFailures
{
    /// <summary>An HTTP reply that no LightDfs machine gave.</summary>
    public static string OfStatus(int status, Uri? location) => status switch
    {
        >= 200 and < 300 => $"something else answers there (HTTP {status} without a reply of LightDfs). Is MapLightDfs() called before a catch-all route, and the path base right?",
        >= 300 and < 400 => $"it redirects{(location is null ? "" : $" to '{location}'")} (HTTP {status}). Is HTTPS redirection on? List the https address, or redirect only other paths.",
        400 => "something in front of LightDfs refuses the request as malformed (HTTP 400). Does a proxy limit headers to less than 20 KiB, or does the app run another version?",
        401 or 407 => $"something in front of LightDfs asks for a login (HTTP {status}). Its endpoint is anonymous: let a proxy or middleware pass /_lightdfs; the signature is the proof.",
        403 => "something in front of LightDfs forbids the request (HTTP 403). Let a proxy, firewall or middleware pass /_lightdfs; the signature is the proof.",
        404 => "something answers there, but not LightDfs (HTTP 404). Does it call MapLightDfs(), and is the path base right?",
        405 => "POST is not allowed there (HTTP 405). Is MapLightDfs() called, and does a proxy allow POST?",
        408 or 504 => $"a proxy or middleware in front of LightDfs timed out (HTTP {status}). Give /_lightdfs more time than one segment takes.",
        411 => "the length of the request was lost on the way (HTTP 411). Does a proxy send bodies on in chunks?",
        413 => "a proxy or middleware in front of LightDfs limits bodies (HTTP 413). Let it pass one segment.",
        417 => "a proxy in front of LightDfs does not understand Expect: 100-continue (HTTP 417). Let it pass requests through.",
        429 => "something in front of LightDfs limits the rate (HTTP 429). Leave /_lightdfs out of it.",
        431 => "something in front of LightDfs limits headers (HTTP 431). Let it pass 20 KiB.",
        500 => "the app there failed (HTTP 500). Its log says why.",
        502 or 503 => $"a proxy or server answers, but not the app behind it (HTTP {status}). Is the app running?",
        _ => $"it gave HTTP {status} without a reply of LightDfs. Does something in front of LightDfs answer in its place?",
    };

    /// <summary>No HTTP reply at all.</summary>
    public static string OfException(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name cannot be resolved. Is the host name right, and known to this host's DNS?",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            $"TLS failed: {Innermost(exception)} Does the port speak https, and does this host trust its certificate (ConfigurePeerHandler)?",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => OfSocket(exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => BrokeOff(exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "its reply has more headers than a LightDfs machine sends. What answers there?",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError } =>
            "what answers there does not speak HTTP/1.1. Is it the right port, and http or https as it should be?",
        _ => BrokeOff(exception),
    };

    /// <summary>No connection in time.</summary>
    public static string NoConnection(TimeSpan after) => $"no connection was made within {after.TotalSeconds:0.#} s. Is the host up, and does a firewall drop what is sent to this port?";

    /// <summary>A reply of LightDfs that cannot be understood.</summary>
    public static string Malformed(string what) => $"its reply is malformed: {what}. Does it run another version of LightDfs, or does a proxy change replies?";

    private static string OfSocket(Exception exception) => SocketErrorOf(exception) switch
    {
        SocketError.ConnectionRefused => "the connection was refused. Is it running, and listening on this address and port?",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown => "its host cannot be reached. Is it up, and on a network that this host can reach?",
        SocketError.TimedOut => "its host did not react. Is it up, and does a firewall drop what is sent to this port?",
        _ => $"no connection could be made: {Innermost(exception)}",
    };

    private static string BrokeOff(Exception exception) =>
        $"the connection broke off before a reply came: {Innermost(exception)} It may be stopping; if this goes on, is it the right port, and http or https as it should be?";

    private static SocketError? SocketErrorOf(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is SocketException socket)
            {
                return socket.SocketErrorCode;
            }
        }
        return null;
    }

    private static string Innermost(Exception exception)
    {
        var text = exception.GetBaseException().Message.Trim();
        return text.EndsWith('.') ? text : text + ".";
    }
}
