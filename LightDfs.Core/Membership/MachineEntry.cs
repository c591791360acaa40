using LightDfs.Peers;

namespace LightDfs.Membership;

/// <summary>One machine of the membership: three registers that are merged each by itself.</summary>
internal sealed record MachineEntry(MachineId Id, Register<MachineSelf> Self, Register<WantedState> Wanted, Register<bool> Out)
{
    /// <summary>Bytes that an encoded entry has at least.</summary>
    public const int LeastBytes = 16 + 8 + 36 + 9 + 9;

    /// <summary>True when the ring gives it partitions.</summary>
    public bool IsInRing => Wanted.Value == WantedState.Active && !Out.Value;

    /// <summary>This entry itself where the other one says nothing new.</summary>
    public MachineEntry Merge(MachineEntry other)
    {
        var (self, wanted, isOut) = (Self.Merge(other.Self), Wanted.Merge(other.Wanted), Out.Merge(other.Out));
        return ReferenceEquals(self.Value, Self.Value) && self.Version == Self.Version && wanted == Wanted && isOut == Out ? this : new(Id, self, wanted, isOut);
    }

    public void Write(WireWriter to)
    {
        to.Machine(Id).Int64(Self.Version);
        Self.Value.Write(to);
        to.Int64(Wanted.Version).Byte((byte)Wanted.Value).Int64(Out.Version).Bool(Out.Value);
    }

    public static MachineEntry Read(ref WireReader from)
    {
        var id = from.Machine();
        var self = new Register<MachineSelf>(from.Int64(), MachineSelf.Read(ref from));
        var wanted = new Register<WantedState>(from.Int64(), (WantedState)from.Byte());
        var isOut = new Register<bool>(from.Int64(), from.Bool());
        if (id == default || wanted.Value > WantedState.Removed)
        {
            from.Fail();
        }
        return new MachineEntry(id, self, wanted, isOut);
    }
}
