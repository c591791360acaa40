namespace LightDfs.Text;

/// <summary>Ids have one text form: none and "G" both mean it.</summary>
internal static class PlainFormat
{
    public static void ThrowIfOther(ReadOnlySpan<char> format, string type)
    {
        if (!(format.IsEmpty || format is "G" or "g"))
        {
            throw new FormatException($"{Quoted.Of(format)} is no format of a {type}. It has one form: leave the format out.");
        }
    }
}
