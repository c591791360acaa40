namespace EndToEnd;

/// <summary>What time does to disks.</summary>
internal static class BitRot
{
    /// <summary>Flips a bit of a file that a machine may have open.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">In which byte.</param>
    /// <param name="bit">Which bit of that, 0 the lowest.</param>
    public static void Flip(string path, long offset, int bit)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        file.Position = offset;
        var old = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(old ^ (1 << bit)));
    }
}
