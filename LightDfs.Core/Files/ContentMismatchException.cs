namespace LightDfs;

/// <summary>A content has another SHA-256 than <see cref="StoreOptions.ExpectedSha256"/>. Nothing of it was stored.</summary>
public sealed class ContentMismatchException(string expected, string actual)
    : LightDfsException($"The content has the SHA-256 {actual}, not {expected} as promised. Nothing of it was stored; send it again.")
{
    /// <summary>The SHA-256 that was promised, 64 lower-case hexadecimal digits.</summary>
    public string Expected { get; } = expected;

    /// <summary>The SHA-256 of what arrived, 64 lower-case hexadecimal digits.</summary>
    public string Actual { get; } = actual;
}
