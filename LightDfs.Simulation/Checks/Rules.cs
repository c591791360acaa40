namespace LightDfs.Simulation.Checks;

/// <summary>What the cluster can be held to by now.</summary>
internal static class Rules
{
    /// <summary>True when machines bring holders in line with owners: then, at rest, every file is where it belongs and nowhere else, and nothing deleted is left anywhere.</summary>
    public static bool Reconciles => true;
}
