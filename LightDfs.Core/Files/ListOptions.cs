namespace LightDfs;

/// <summary>How files are listed.</summary>
public sealed class ListOptions
{
    /// <summary>
    /// True lists what the machines that answer hold, and ends normally. False (the default) ends with <see cref="FileUnavailableException"/>
    /// when not everyone could be asked.
    /// </summary>
    public bool AllowPartial { get; set; }
}
