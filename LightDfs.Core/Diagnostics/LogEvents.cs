namespace LightDfs.Diagnostics;

/// <summary>Event ids of log messages: one hundred per folder, never reused.</summary>
internal static class LogEvents
{
    // 1000 Identity

    // 1100 Membership

    // 1200 Peers

    // 1300 Storage

    // 1400 Cluster

    // 1500 DependencyInjection
}
