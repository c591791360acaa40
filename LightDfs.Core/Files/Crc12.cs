namespace LightDfs.Files;

/// <summary>The check of a file id: CRC-12 with polynomial 0x80F, start 0, highest bit first, nothing reflected or inverted.</summary>
internal static class Crc12
{
    private const int Polynomial = 0x80F;
    private const int MessageBytes = 15;

    private static readonly ushort[] Table = MakeTable();

    /// <summary>Over the 116 bits around the check bits: the 52 above them, then the 64 below.</summary>
    public static uint OfAllButCheckBits(UInt128 value)
    {
        // 116 bits are no whole bytes, but zero bits in front leave a CRC that starts at 0 as it is.
        var message = ((value >> 76) << 64) | (ulong)value;
        var check = 0u;
        for (var shift = 8 * (MessageBytes - 1); shift >= 0; shift -= 8)
        {
            check = ((check << 8) & 0xFFF) ^ Table[(byte)((check >> 4) ^ (uint)(message >> shift))];
        }
        return check;
    }

    private static ushort[] MakeTable()
    {
        var table = new ushort[256];
        for (var index = 0; index < table.Length; index++)
        {
            var check = index << 4;
            for (var bit = 0; bit < 8; bit++)
            {
                check = (check & 0x800) != 0 ? ((check << 1) ^ Polynomial) & 0xFFF : check << 1;
            }
            table[index] = (ushort)check;
        }
        return table;
    }
}
