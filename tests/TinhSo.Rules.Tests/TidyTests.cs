using System.Text.RegularExpressions;

namespace TinhSo.Rules;

/// <summary>The tree stays in order: no file too long, none unasked for, nothing of one machine in it.</summary>
public sealed partial class TidyTests
{
    private const int LineLengthMax = 120;

    /// <summary>Tables of cases are read as tables: a row of them is not broken.</summary>
    private const int TestLineLengthMax = 140;
    private const int FileLinesMax = 400;

    private static readonly string[] RootNames =
    [
        ".ci", ".editorconfig", ".gitattributes", ".gitignore", "BannedSymbols.txt", "CHANGELOG.md", "CONTRIBUTING.md",
        "Directory.Build.props", "Directory.Packages.props", "LICENSE", "README.md", "TinhSo.slnx", "benchmarks", "dev",
        "SECURITY.md", "docs", "global.json", "reference", "run", "src", "test", "tests",
    ];

    [Fact]
    public void Only_known_files_lie_in_the_root() =>
        Assert.Empty(Tree.Files.Select(f => f.Split('/')[0]).Distinct().Except(RootNames));

    [Fact]
    public void Lines_of_code_are_at_most_120_letters_long_and_those_of_tests_140() =>
        Assert.Empty(Code().SelectMany(f => File.ReadLines(Tree.PathOf(f))
            .Select((line, i) => (line, at: $"{f}:{i + 1}"))
            .Where(l => l.line.Length > LengthMaxOf(f)).Select(l => l.at)));

    [Fact]
    public void Files_of_code_are_at_most_400_lines_long() =>
        AssertNone(Code(), f => File.ReadLines(Tree.PathOf(f)).Count() > FileLinesMax);

    [Fact]
    public void Nothing_is_left_for_later() =>
        AssertNone(Text(), f => LeftOver().IsMatch(File.ReadAllText(Tree.PathOf(f))));

    [Fact]
    public void No_path_of_a_machine_stands_in_the_tree() =>
        AssertNone(Text(), f => MachinePath().IsMatch(File.ReadAllText(Tree.PathOf(f))));

    [Fact]
    public void No_built_or_foreign_file_is_kept() =>
        AssertNone(Tree.Files, f => Foreign().IsMatch(f));

    [Fact]
    public void Every_page_has_one_title()
    {
        foreach (var file in Tree.Files.Where(f => f.EndsWith(".md", StringComparison.Ordinal)))
        {
            var text = Fence().Replace(File.ReadAllText(Tree.PathOf(file)), "");
            Assert.True(text.Split('\n').Count(line => line.StartsWith("# ", StringComparison.Ordinal)) == 1,
                $"{file} should have exactly one title.");
        }
    }

    private static void AssertNone(IEnumerable<string> files, Predicate<string> isAtFault)
    {
        // The patterns themselves stand in this file.
        var atFault = files.Where(f => !f.EndsWith("TidyTests.cs", StringComparison.Ordinal) && isAtFault(f)).ToList();
        Assert.Empty(atFault);
    }

    private static int LengthMaxOf(string file) =>
        file.StartsWith("tests/", StringComparison.Ordinal) ? TestLineLengthMax : LineLengthMax;

    private static IEnumerable<string> Code() => Tree.Files.Where(f => f.EndsWith(".cs", StringComparison.Ordinal));

    private static IEnumerable<string> Text() => Tree.Files.Where(f => TextFile().IsMatch(f));

    [GeneratedRegex(@"\.(cs|razor|sql|md|json|yaml|csproj|props|scss|mjs|js)$|^(run|test|dev)$")]
    private static partial Regex TextFile();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex LeftOver();

    [GeneratedRegex(@"/(work|root|home)/[a-z.]")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\.min\.(js|css)$|(^|/)(node_modules|bin|obj|artifacts)/|/wwwroot/dist/|\.(db|dll|woff2?|zip)$")]
    private static partial Regex Foreign();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
