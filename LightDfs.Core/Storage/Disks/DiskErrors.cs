namespace LightDfs.Storage.Disks;

/// <summary>Turns what the system says into one of the failures that callers tell apart.</summary>
internal static class DiskErrors
{
    private const string FileInTheWay = "A file is where a directory belongs: name another path in LightDfs:DataDirectory, or move the file away.";
    /// <summary>What is tried when a directory is made.</summary>
    public const string MakingDirectory = "create directory";

    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    public static StorageException From(Exception cause, string doing, string path) =>
        Make(FailureOf(cause), doing, path, cause.Message, cause, doing == MakingDirectory && IsFileInTheWay(cause) ? FileInTheWay : null);

    /// <param name="errno">What the system call left behind.</param>
    /// <param name="doing">What was tried: "flush", "write".</param>
    /// <param name="path">On what.</param>
    public static StorageException FromErrno(int errno, string doing, string path) =>
        Make(FailureOf(errno), doing, path, $"{new System.ComponentModel.Win32Exception(errno).Message} (errno {errno})", null);

    public static StorageException Make(StorageFailure failure, string doing, string path, string cause, Exception? inner = null) => Make(failure, doing, path, cause, inner, remedy: null);

    /// <summary>On Unix .NET locks by flock, and reports a lock that somebody else has as EWOULDBLOCK.</summary>
    public static bool IsSharingViolation(IOException cause) =>
        OperatingSystem.IsWindows() ? cause.HResult == WindowsSharingViolation : cause.HResult == (IsBsd ? 35 : 11);

    private static bool IsBsd => OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD();

    private static StorageFailure FailureOf(Exception cause) => cause switch
    {
        UnauthorizedAccessException => StorageFailure.ReadOnly,
        _ when OperatingSystem.IsWindows() => unchecked((uint)cause.HResult) switch
        {
            0x80070070 or 0x80070027 or 0x8007050F => StorageFailure.Full,
            0x80070013 => StorageFailure.ReadOnly,
            _ => StorageFailure.Failing,
        },
        _ => FailureOf(cause.HResult),
    };

    private static StorageFailure FailureOf(int errno) => errno switch
    {
        28 => StorageFailure.Full, // ENOSPC
        122 when !IsBsd => StorageFailure.Full, // EDQUOT
        69 when IsBsd => StorageFailure.Full, // EDQUOT
        1 or 13 or 30 => StorageFailure.ReadOnly, // EPERM, EACCES, EROFS
        _ => StorageFailure.Failing,
    };

    private static StorageException Make(StorageFailure failure, string doing, string path, string cause, Exception? inner, string? remedy) =>
        new(failure, $"Cannot {doing} '{path}': {cause.TrimEnd('.')}. {remedy ?? RemedyOf(failure)}", inner);

    /// <summary>The disk is well then: what is wrong is the path.</summary>
    private static bool IsFileInTheWay(Exception cause) => OperatingSystem.IsWindows()
        ? unchecked((uint)cause.HResult) is 0x80070050 or 0x800700B7 or 0x8007010B // ERROR_FILE_EXISTS, ERROR_ALREADY_EXISTS, ERROR_DIRECTORY
        : cause.HResult is 17 or 20; // EEXIST, ENOTDIR

    private static string RemedyOf(StorageFailure failure) => failure switch
    {
        StorageFailure.Full => "Free space on this disk, or move the data directory to a larger one.",
        StorageFailure.ReadOnly => "Make it writable for the user of this process: owner, permissions, mount options.",
        StorageFailure.InUse => "Stop the other process, or give each machine a data directory of its own.",
        _ => "Check that the disk is there and healthy (system log, SMART), replace it if not, then restart.",
    };
}
