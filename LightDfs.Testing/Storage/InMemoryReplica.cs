using LightDfs.Files;

namespace LightDfs.Testing.Storage;

/// <summary>What the store in memory keeps of one replica.</summary>
internal sealed record InMemoryReplica(FileRecord Record, byte[] Content, ulong[] PageChecksums);
