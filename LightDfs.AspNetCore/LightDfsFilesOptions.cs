namespace LightDfs.AspNetCore;

/// <summary>What <c>MapLightDfsFiles</c> lets clients do.</summary>
public sealed class LightDfsFilesOptions
{
    /// <summary>True maps <c>DELETE prefix/{id}</c>. False by default: whoever knows an id could delete the file.</summary>
    public bool AllowDelete { get; set; }

    /// <summary>True maps <c>GET prefix</c>, the list of all files. False by default: it names every file of the cluster, and asks every machine.</summary>
    public bool AllowList { get; set; }

    /// <summary>
    /// Longest file that is taken, in bytes, at least 0; <see langword="null"/> (the default) takes what the store takes. A longer one is answered 413 and nothing of it
    /// is stored: at once when <c>Content-Length</c> says so, else where it exceeds the limit. The server's own limit (30 MB in Kestrel) does not apply to these endpoints.
    /// </summary>
    public long? MaxFileSize { get; set; }

    /// <summary>
    /// How long an upload may send nothing while it is read from, before it is answered 408 and nothing of it is stored. 2 minutes by default, at most a day;
    /// <see cref="Timeout.InfiniteTimeSpan"/> waits for ever. It takes the place of Kestrel's minimum data rate, which cuts off telephones.
    /// </summary>
    public TimeSpan UploadIdleTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// True computes the SHA-256 of every upload, keeps it, and sends it with each download as <c>Repr-Digest</c>. False (the default) does so only for clients that ask,
    /// by <c>Repr-Digest</c>, <c>Content-Digest</c>, <c>Want-Repr-Digest</c> or <c>Want-Content-Digest</c>.
    /// </summary>
    public bool ComputeSha256 { get; set; }

    /// <summary>
    /// Media types that a browser may show in place; everything else is sent as an attachment, to be saved. By default images that cannot carry scripts (AVIF, GIF, JPEG,
    /// PNG, WebP) and <c>text/plain</c>. Compared without parameters, in any case. HTML, SVG and other XML, and scripts are refused when mapped: what one user stored would
    /// run as a page of this site. This concerns pages only: <c>&lt;img&gt;</c> and <c>&lt;video&gt;</c> show attachments too.
    /// </summary>
    public ISet<string> InlineContentTypes { get; } =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "image/avif", "image/gif", "image/jpeg", "image/png", "image/webp", "text/plain" };
}
