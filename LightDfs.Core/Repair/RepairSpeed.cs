namespace LightDfs;

/// <summary>How much of a machine reconciling takes. It yields to clients in any case: when their requests become slower, it does too.</summary>
public enum RepairSpeed
{
    /// <summary>One transfer at a time, with pauses three times as long as the transfers.</summary>
    Gentle = 1,

    /// <summary>Two transfers at a time. The default.</summary>
    Normal = 2,

    /// <summary>Eight transfers at a time.</summary>
    Fast = 3,
}
