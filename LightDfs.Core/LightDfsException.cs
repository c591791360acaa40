namespace LightDfs;

/// <summary>Base of everything that goes wrong in the cluster, as opposed to misuse of a method.</summary>
public abstract class LightDfsException(string message, Exception? inner = null) : Exception(message, inner);
