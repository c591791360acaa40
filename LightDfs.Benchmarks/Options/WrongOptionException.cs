namespace LightDfs.Benchmarks.Options;

/// <summary>What was asked for cannot be done; the message is a sentence for who typed it.</summary>
internal sealed class WrongOptionException(string message) : Exception(message);
