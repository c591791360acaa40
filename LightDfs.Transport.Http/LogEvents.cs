namespace LightDfs.Transport.Http;

/// <summary>Event ids of this package's log messages, 1600 to 1699; never reused.</summary>
internal static class LogEvents
{
    public const int SenderLeft = 1600;
    public const int ReplyBrokeOff = 1601;
    public const int NotAPeerRequest = 1602;
    public const int ConnectionEnded = 1603;
    public const int AnswerBrokeOff = 1604;
    public const int EndpointNotMapped = 1605;
}
