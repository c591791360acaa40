namespace LightDfs.Text;

/// <summary>Reasons are said as sentences and as parts of them.</summary>
internal static class Sentence
{
    /// <summary>A reason as a sentence that others follow.</summary>
    public static string Ended(string reason) => reason.EndsWith('?') ? reason : reason.TrimEnd('.') + ".";
}
