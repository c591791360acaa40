namespace LightDfs.Diagnostics;

/// <summary>Event ids of log messages: one hundred per folder, never reused.</summary>
internal static class LogEvents
{
    // 1000 Identity

    // 1100 Membership
    public const int RingChanged = 1100;
    public const int ProblemBegun = 1101;
    public const int NoAnswer = 1102;
    public const int DiscoveryRoundFailed = 1103;
    public const int Serving = 1104;
    public const int BeatFailed = 1105;
    public const int SilentSinceStart = 1106;
    public const int ReachingFailed = 1110;
    public const int ReachingEnded = 1111;
    public const int WentOut = 1120;
    public const int CameBack = 1121;
    public const int GraceStepFailed = 1122;

    // 1200 Peers
    public const int Attempt = 1200;
    public const int PeerUp = 1201;
    public const int PeerDown = 1202;
    public const int RequestRefused = 1203;
    public const int OperationFailed = 1204;
    public const int ProofRefused = 1205;
    public const int PeerLeft = 1210;

    // 1300 Storage
    public const int StoreOpened = 1300;
    public const int LeftoversRemoved = 1301;
    public const int FooterDamaged = 1302;
    public const int TombstoneDamaged = 1303;
    public const int ForeignFile = 1304;
    public const int PageDamaged = 1305;
    public const int ReplicaUnreadable = 1306;
    public const int ReplicaNotRemoved = 1307;
    public const int FlushFailed = 1308;
    public const int VolumeCompacted = 1309;
    public const int VolumeCareFailed = 1310;
    public const int VolumeEntryUnreadable = 1311;
    public const int CheckpointNotWritten = 1312;
    public const int VolumeHeadLost = 1313;
    public const int VolumeUnreadable = 1314;

    // 1400 Cluster
    public const int ReplicaFailedVerification = 1400;
    public const int SourceChanged = 1401;
    public const int FileStored = 1402;
    public const int FileDeleted = 1403;
    public const int NotWithdrawn = 1404;
    public const int SegmentsUnknown = 1405;
    public const int SegmentLeft = 1406;
    public const int VersionsClash = 1407;
    public const int StragglerFailed = 1410;
    public const int ScrubFoundDamage = 1411;

    // 1500 DependencyInjection

    // 1700 Repair
    public const int SegmentsCollected = 1700;
    public const int CollectingFailed = 1701;
    public const int CaughtUp = 1702;
    public const int DeletesNotTold = 1703;
    public const int DeletesNotTaken = 1704;
    public const int SegmentNotCollected = 1705;
    public const int LoopEnded = 1706;
    public const int ReconcilePassed = 1710;
    public const int ReconcileFailed = 1711;
    public const int TombstonesForgotten = 1712;
    public const int ScrubCycleEnded = 1740;
    public const int ScrubNotVerified = 1741;
    public const int ScrubProgressLost = 1742;
    public const int ScrubProgressNotSaved = 1743;
    public const int ScrubClockSetBack = 1744;
    public const int FilesExpired = 1750;
    public const int ExpiringFailed = 1751;
    public const int FileNotExpired = 1752;
}
