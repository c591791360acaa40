namespace LightDfs.Files;

/// <summary>Why something is no <see cref="FileId"/>.</summary>
internal enum FileIdFault
{
    None,
    Length,
    Character,

    /// <summary>Not a UUID version 8, or of a time after 9999.</summary>
    Form,

    /// <summary>The check bits do not fit the others.</summary>
    Check,
}
