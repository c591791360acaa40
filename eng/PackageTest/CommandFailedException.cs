namespace PackageTest;

/// <summary>A command of the SDK ended with anything but 0.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);
