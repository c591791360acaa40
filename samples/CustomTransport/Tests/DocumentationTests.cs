using NUnit.Framework;

namespace CustomTransport.Tests;

/// <summary>What the documentation shows stands in this sample, line by line.</summary>
public sealed class DocumentationTests
{
    private static readonly string[] Pages = ["writing-a-transport.md", "testing.md"];

    private static readonly DirectoryInfo Root = FindRoot();

    private static IEnumerable<TestCaseData> Snippets => Pages.SelectMany(page =>
        SnippetsOf(Path.Combine(Root.FullName, "docs", page)).Select((snippet, number) => new TestCaseData((object)snippet).SetArgDisplayNames(page, $"{number + 1}")));

    [TestCaseSource(nameof(Snippets))]
    public void Snippet_stands_in_the_sample(string[] snippet) =>
        Assert.That(Sources(), Has.Some.Matches<string[]>(source => Contains(source!, snippet)), string.Join('\n', snippet));

    [Test]
    public void Both_pages_show_code() => Assert.That(Snippets.Count(), Is.GreaterThan(8));

    private static IEnumerable<string[]> Sources() => new DirectoryInfo(Path.Combine(Root.FullName, "samples", "CustomTransport"))
        .EnumerateFiles("*.cs", SearchOption.AllDirectories)
        .Where(file => !file.FullName.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(file => Lines(File.ReadLines(file.FullName)));

    private static IEnumerable<string[]> SnippetsOf(string page)
    {
        List<string>? snippet = null;
        foreach (var line in File.ReadLines(page))
        {
            if (line == "```csharp")
            {
                snippet = [];
            }
            else if (line == "```" && snippet is not null)
            {
                yield return Lines(snippet);
                snippet = null;
            }
            else
            {
                snippet?.Add(line);
            }
        }
    }

    /// <summary>Without what a reader does not see: indentation and blank lines.</summary>
    private static string[] Lines(IEnumerable<string> lines) => [.. lines.Select(line => line.Trim()).Where(line => line.Length > 0)];

    private static bool Contains(string[] source, string[] snippet) =>
        Enumerable.Range(0, Math.Max(0, source.Length - snippet.Length + 1)).Any(start => source.AsSpan(start, snippet.Length).SequenceEqual(snippet));

    private static DirectoryInfo FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LightDfs.sln")))
            {
                return folder;
            }
        }
        throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' holds LightDfs.sln.");
    }
}
