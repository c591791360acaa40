namespace LightDfs.AspNetCore;

/// <summary>Event ids of this package's log messages, 2000 to 2999, never reused.</summary>
internal static class LogEvents
{
    // 2000 Problems
    public const int RequestFailed = 2000;
    public const int ReplyBrokenOff = 2001;
}
