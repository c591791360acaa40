using System.Security.Cryptography;
using CustomTransport;

// Two machines in one process that talk over Unix sockets: a file stored on the one is read on the other.
var folder = Directory.CreateTempSubdirectory("lightdfs-");
string[] peers = [$"unix:{folder.FullName}/a.sock", $"unix:{folder.FullName}/b.sock"];
try
{
    using var a = BuildMachine("a", peers[0]);
    using var b = BuildMachine("b", peers[1]);
    await Task.WhenAll(a.StartAsync(), b.StartAsync());
    Console.WriteLine($"Two machines listen at {string.Join(" and ", peers)}.");

    var content = RandomNumberGenerator.GetBytes(3_000_000);
    var stored = await Files(a).StoreAsync(new MemoryStream(content));
    Console.WriteLine($"Machine a stored file {stored.Id}: {stored.Length:N0} bytes, {stored.Copies} copies.");

    await a.StopAsync();
    Console.WriteLine("Machine a stopped.");

    await using var opened = await Files(b).OpenAsync(stored.Id) ?? throw new InvalidOperationException("Machine b says that there is no such file.");
    var read = new MemoryStream();
    await opened.Content.CopyToAsync(read);
    var same = read.ToArray().AsSpan().SequenceEqual(content);
    Console.WriteLine($"Machine b read {read.Length:N0} bytes. They are {(same ? "the same" : "DIFFERENT")}.");
    await b.StopAsync();
    return same ? 0 : 1;
}
finally
{
    folder.Delete(recursive: true);
}

IHost BuildMachine(string name, string listenAt)
{
    var builder = Host.CreateApplicationBuilder(args);
    builder.Services.AddLightDfsCore(peers).UseUnixSockets(listenAt);
    builder.Services.Configure<LightDfsOptions>(options => options.DataDirectory = Path.Combine(folder.FullName, name));
    builder.Logging.SetMinimumLevel(LogLevel.Warning);
    return builder.Build();
}

static IFileStore Files(IHost machine) => machine.Services.GetRequiredService<IFileStore>();
