namespace LightDfs;

/// <summary>A content has another SHA-256 than <see cref="StoreOptions.ExpectedSha256"/>: it was changed on the way, or the digest is another's. The file does not exist.</summary>
public sealed class ContentMismatchException(string expected, string actual)
    : LightDfsException($"The content has SHA-256 {actual}, but {expected} was expected. It was changed on the way, or the digest is of something else. The file does not exist; send it again.")
{
    /// <summary>The digest that was expected, 64 lower-case hexadecimal digits.</summary>
    public string Expected { get; } = expected;

    /// <summary>The digest that the content has, 64 lower-case hexadecimal digits.</summary>
    public string Actual { get; } = actual;
}
