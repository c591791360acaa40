using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PackageTest;

/// <summary>An app as a newcomer makes it: <c>dotnet new web</c>, the packages, the first lines of README.md. It sees nothing of the repository.</summary>
internal sealed partial class FreshApp(Packages packages, string folder)
{
    private const string Name = "FreshApp";
    private static readonly string[] Added = ["LightDfs.Transport.Http", "LightDfs.AspNetCore"];
    private static readonly TimeSpan StoreLimit = TimeSpan.FromSeconds(60);
    private readonly string _cache = Path.Combine(folder, "package-cache");

    public async Task CheckAsync(Checks checks)
    {
        try
        {
            var addresses = await MakeAsync();
            checks.Check("A fresh web app builds with the packages and the lines of README.md", "dotnet new web", []);
            checks.Check("It was built with the packages made here", $"{Added.Length + 1} packages", [.. Added.Append("LightDfs.Core").Select(FaultOf).OfType<string>()]);
            var program = Path.Combine(folder, Name, "bin", "Release", "net10.0", Name + ".dll");
            var apps = await RunningApp.StartAsync([Dotnet.Path, program], addresses, folder, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
            try
            {
                checks.Check("A file stored by one machine is read from each", $"{apps.Count} machines", await StoreAndReadAsync(apps));
            }
            finally
            {
                apps.ForEach(app => app.Dispose());
            }
        }
        catch (Exception failure) when (failure is CommandFailedException or InvalidOperationException or TimeoutException or HttpRequestException)
        {
            checks.Check("A fresh web app builds and runs with the packages and the lines of README.md", "dotnet new web", [failure.Message]);
        }
    }

    /// <returns>The addresses of the machines that it names as its peers.</returns>
    private async Task<List<string>> MakeAsync()
    {
        Directory.CreateDirectory(folder);
        // One more source beside those that the user has. The cache is its own, because another build of this version may be in the user's.
        await File.WriteAllTextAsync(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{packages.Folder}" />
              </packageSources>
            </configuration>
            """);
        await Dotnet.RunAsync(folder, _cache, "new", "web", "--name", Name, "--output", Name, "--no-restore");
        var project = Path.Combine(folder, Name);
        foreach (var package in Added)
        {
            await Dotnet.RunAsync(project, _cache, "add", "package", package, "--version", packages.Version, "--no-restore");
        }
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"));
        var lines = FirstBlock().Match(readme).Groups[1].Value;
        var named = Address().Matches(lines).Select(match => match.Value).Distinct().ToList();
        var addresses = RunningApp.FreeAddresses(named.Count);
        foreach (var (peer, address) in named.Zip(addresses))
        {
            lines = lines.Replace(peer, address, StringComparison.Ordinal);
        }
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), lines);
        await Dotnet.RunAsync(project, _cache, "build", "--configuration", "Release", "-warnaserror");
        return addresses;
    }

    private string? FaultOf(string package)
    {
        var metadata = Path.Combine(_cache, package.ToLowerInvariant(), packages.Version, ".nupkg.metadata");
        var source = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(metadata)).GetProperty("source").GetString();
        return source == packages.Folder ? null : $"{package} came from {source}";
    }

    private static async Task<List<string>> StoreAndReadAsync(List<RunningApp> apps)
    {
        var content = RandomNumberGenerator.GetBytes(1_000_000);
        using var stored = await StoreAsync(apps[0], content);
        if (stored.StatusCode != HttpStatusCode.Created)
        {
            return [$"The store was answered by {(int)stored.StatusCode}: {await stored.Content.ReadAsStringAsync()}"];
        }
        var id = (await stored.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        var faults = new List<string>();
        foreach (var app in apps)
        {
            using var read = await app.Client.GetAsync($"/files/{id}");
            if (read.StatusCode != HttpStatusCode.OK || !(await read.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(content))
            {
                faults.Add($"{app.Client.BaseAddress} answered {(int)read.StatusCode}, or other bytes");
            }
        }
        return faults;
    }

    /// <summary>Machines that have just started may not have met yet: then the reply says when to try again.</summary>
    private static async Task<HttpResponseMessage> StoreAsync(RunningApp app, byte[] content)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var response = await app.Client.PostAsync("/files?fileName=some.bin", new ByteArrayContent(content));
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable || TimeProvider.System.GetElapsedTime(begun) > StoreLimit)
            {
                return response;
            }
            await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1));
            response.Dispose();
        }
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex FirstBlock();

    [GeneratedRegex("http://[0-9.]+:[0-9]+")]
    private static partial Regex Address();
}
