using System.Text.Json;

namespace LightDfs.Benchmarks.Load;

/// <summary>The load generator: takes orders, so that its code is warm from the second one on.</summary>
internal static class LoadApp
{
    public static int Run(TextReader orders, TextWriter outcomes)
    {
        while (orders.ReadLine() is { } line)
        {
            var order = JsonSerializer.Deserialize<Order>(line) ?? throw new InvalidDataException("An order is not null.");
            using var generator = new Generator(order);
            outcomes.WriteLine(JsonSerializer.Serialize(generator.Run()));
            outcomes.Flush();
        }
        return 0;
    }
}
