using System.IO.Compression;
using System.Xml.Linq;

namespace PackageTest;

/// <summary>What <c>dotnet pack</c> makes of the whole repository.</summary>
internal sealed class Packages(string folder)
{
    private static readonly string[] Ids = ["LightDfs.AspNetCore", "LightDfs.Core", "LightDfs.Testing", "LightDfs.Transport.Http"];

    public string Folder => folder;

    /// <summary>The version that all of them have.</summary>
    public string Version { get; private set; } = "";

    public async Task CheckAsync(Checks checks)
    {
        try
        {
            var output = await Dotnet.RunAsync(Repository.Root, null, "pack", "LightDfs.sln", "--no-build", "--configuration", Repository.Configuration, "--output", folder);
            checks.Check("dotnet pack warns of nothing", "the whole solution", [.. output.Split('\n').Where(line => line.Contains("warning", StringComparison.OrdinalIgnoreCase))]);
        }
        catch (CommandFailedException failure)
        {
            checks.Check("dotnet pack succeeds", "the whole solution", [failure.Message]);
            return;
        }
        var first = XDocument.Parse(Read($"{Ids[0]}.", ".nupkg", $"{Ids[0]}.nuspec"));
        Version = ValueOf(first, "version");
        List<string> expected = [.. Ids.SelectMany(id => new[] { $"{id}.{Version}.nupkg", $"{id}.{Version}.snupkg" }).Order(StringComparer.Ordinal)];
        List<string> made = [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        checks.Check("Packing makes these packages and no others", $"{Ids.Length} with symbols", [.. expected.Except(made).Select(name => $"{name} is missing"), .. made.Except(expected).Select(name => $"{name} is too many")]);
        checks.Check("Each package holds what it should", $"{Ids.Length} packages", [.. Ids.SelectMany(FaultsOf)]);
    }

    private IEnumerable<string> FaultsOf(string id)
    {
        var missing = new[] { "README.md", "LICENSE", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml" }.Except(EntriesOf(id, ".nupkg"))
            .Concat(new[] { $"lib/net10.0/{id}.pdb" }.Except(EntriesOf(id, ".snupkg")));
        foreach (var entry in missing)
        {
            yield return $"{id} has no {entry}";
        }
        var specification = XDocument.Parse(Read($"{id}.{Version}", ".nupkg", $"{id}.nuspec"));
        foreach (var (name, expected) in new[] { ("license", "MIT"), ("readme", "README.md"), ("version", Version) })
        {
            if (ValueOf(specification, name) is var value && value != expected)
            {
                yield return $"{id} says {name} '{value}', not '{expected}'";
            }
        }
        if (ValueOf(specification, "description").Length == 0)
        {
            yield return $"{id} has no description";
        }
    }

    private IEnumerable<string> EntriesOf(string id, string kind)
    {
        using var package = ZipFile.OpenRead(Path.Combine(folder, $"{id}.{Version}{kind}"));
        return [.. package.Entries.Select(entry => entry.FullName)];
    }

    private string Read(string begin, string kind, string entry)
    {
        using var package = ZipFile.OpenRead(Directory.EnumerateFiles(folder, $"{begin}*{kind}").Single(file => file.EndsWith(kind, StringComparison.Ordinal)));
        using var reader = new StreamReader(package.GetEntry(entry)!.Open());
        return reader.ReadToEnd();
    }

    private static string ValueOf(XDocument specification, string name) => specification.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value ?? "";
}
