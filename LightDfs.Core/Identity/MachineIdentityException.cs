namespace LightDfs.Identity;

/// <summary>This machine cannot know who it is: its id, start counter or marker is damaged, missing, or cannot be kept. The message names the path and the remedy.</summary>
public sealed class MachineIdentityException(string message, Exception? inner = null) : LightDfsException(message, inner);
