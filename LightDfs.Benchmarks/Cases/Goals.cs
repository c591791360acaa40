namespace LightDfs.Benchmarks.Cases;

/// <summary>The targets that were set for these cases.</summary>
internal static class Goals
{
    public static Goal? Of(Verb operation, long size, int atOnce, Shape shape) => (operation, size, atOnce) switch
    {
        (Verb.Put, 4 * Sizes.KiB, 64) when shape == Shape.One => new("PUT 4 KiB, durable, 1 machine, 64 at once: at least 0.75 x log", 0.75, "log"),
        (Verb.Put, 4 * Sizes.KiB, 1) when shape == Shape.One => new("PUT 4 KiB, durable, 1 at once: at least 0.9 x the better of file and log", 0.9, "file", "log"),
        (Verb.Put, 4 * Sizes.KiB, 64) when shape == Shape.Three => new("PUT 4 KiB, durable, 3 machines, R = 3, W = 2, 64 at once: at least 0.25 x log", 0.25, "log"),
        (Verb.Put, Sizes.MiB, 16) when shape == Shape.One => new("PUT 1 MiB, durable, 1 machine, 16 at once: at least 0.9 x file", 0.9, "file"),
        (Verb.Put, Sizes.GiB, _) when shape == Shape.One => new("PUT 1 GiB, 1 machine: at least 0.9 x file", 0.9, "file"),
        (Verb.Put, Sizes.GiB, _) when shape == Shape.Three => new("PUT 1 GiB, R = 3, one box: at least 0.8 x (file / 3)", 0.8 / 3, "file"),
        (Verb.Get, 4 * Sizes.KiB, 64) when shape == Shape.One => new("GET 4 KiB from a holder, verified, 64 at once: at least 0.85 x log", 0.85, "log"),
        (Verb.Get, 4 * Sizes.KiB, 64) when shape == Shape.WithoutIt => new("GET 4 KiB through a machine that holds nothing: at least 0.40 x log", 0.40, "log"),
        (Verb.Get, 64 * Sizes.KiB or Sizes.MiB, 16) when shape == Shape.One => new($"GET {Sizes.Text(size)} from a holder, verified: at least 0.9 x log", 0.9, "log"),
        (Verb.Get, Sizes.GiB, _) when shape == Shape.One => new("GET 1 GiB, 1 machine: at least 0.9 x file", 0.9, "file"),
        _ => null,
    };
}
