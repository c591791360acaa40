namespace EndToEnd;

/// <summary>What time does to disks.</summary>
internal static class BitRot
{
    /// <summary>Flips a bit of a file that a machine may have open.</summary>
    /// <param name="path">The file.</param>
    /// <param name="where">Given its length: in which byte, and which bit of that, 0 the lowest.</param>
    public static void Flip(string path, Func<long, (long Offset, int Bit)> where)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var (offset, bit) = where(file.Length);
        file.Position = offset;
        var old = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(old ^ (1 << bit)));
    }
}
