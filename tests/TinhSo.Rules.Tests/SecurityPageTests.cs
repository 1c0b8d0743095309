using System.Globalization;
using System.Text.RegularExpressions;

namespace TinhSo.Rules;

/// <summary>The page on security answers every requirement of the standard, and names tests that there are.</summary>
public sealed partial class SecurityPageTests
{
    // ASVS 4.0.3, level 2: how many requirements each section has, and which of them were deleted or are of level 3 alone.
    private static readonly (string Section, int Count, int[] Without)[] Sections =
    [
        ("1.1", 7, []), ("1.2", 4, []), ("1.4", 5, [2, 3]), ("1.5", 4, []), ("1.6", 4, []), ("1.7", 2, []), ("1.8", 2, []),
        ("1.9", 2, []), ("1.10", 1, []), ("1.11", 2, []), ("1.12", 2, [1]), ("1.14", 6, []),
        ("2.1", 12, []), ("2.2", 3, []), ("2.3", 3, []), ("2.4", 6, []), ("2.5", 7, []), ("2.6", 3, []), ("2.7", 6, []),
        ("2.8", 7, []), ("2.9", 3, []), ("2.10", 4, []),
        ("3.1", 1, []), ("3.2", 4, []), ("3.3", 4, []), ("3.4", 5, []), ("3.5", 3, []), ("3.7", 1, []),
        ("4.1", 5, [4]), ("4.2", 2, []), ("4.3", 3, []),
        ("5.1", 5, []), ("5.2", 8, []), ("5.3", 10, []), ("5.4", 3, []), ("5.5", 4, []),
        ("6.1", 3, []), ("6.2", 6, []), ("6.3", 2, []), ("6.4", 2, []),
        ("7.1", 4, []), ("7.2", 2, []), ("7.3", 4, [2]), ("7.4", 3, []),
        ("8.1", 4, []), ("8.2", 3, []), ("8.3", 8, []),
        ("9.1", 3, []), ("9.2", 4, []),
        ("10.2", 2, []), ("10.3", 3, []),
        ("11.1", 8, []),
        ("12.1", 3, []), ("12.2", 1, []), ("12.3", 6, []), ("12.4", 2, []), ("12.5", 2, []), ("12.6", 1, []),
        ("13.1", 5, [2]), ("13.2", 6, [4]), ("13.3", 2, []), ("13.4", 2, []),
        ("14.1", 4, []), ("14.2", 6, []), ("14.3", 3, [1]), ("14.4", 7, []), ("14.5", 4, []),
    ];

    private static readonly string Page = File.ReadAllText(Tree.PathOf("docs/security.md"));

    [Fact]
    public void Every_requirement_of_level_2_is_answered_once_as_met_not_met_or_not_applicable()
    {
        var wanted = Sections.SelectMany(section => Enumerable.Range(1, section.Count).Except(section.Without)
            .Select(number => string.Create(CultureInfo.InvariantCulture, $"{section.Section}.{number}")));
        var answered = Row().Matches(Page).SelectMany(row => row.Groups[1].Value.Split(", "));

        Assert.Equal(wanted, answered.OrderBy(Ordered));
    }

    [Fact]
    public void Every_test_that_the_page_names_is_there()
    {
        var tests = Tree.Files.Where(file => file.StartsWith("tests/", StringComparison.Ordinal))
            .Select(Path.GetFileNameWithoutExtension).ToHashSet();

        var named = TestName().Matches(Page).Select(name => name.Groups[1].Value).Distinct().ToList();

        Assert.True(named.Count > 10, "The page names tests.");
        Assert.All(named, name => Assert.Contains(name, tests));
    }

    [Fact]
    public void What_the_scan_may_find_is_explained_on_the_page_and_nothing_else_is()
    {
        var listed = File.ReadLines(Tree.PathOf("tests/security/explained.txt"))
            .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('|')[0].Trim()).Distinct();
        var table = Page[Page.IndexOf("<!-- explained -->", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("\n## ", StringComparison.Ordinal)];

        Assert.Equal(Explained().Matches(table).Select(row => row.Groups[1].Value).Order(), listed.Order());
    }

    private static Version Ordered(string number) => Version.Parse(number);

    [GeneratedRegex(@"^\| ([0-9., ]+) \| (?:met|not met|not applicable) \| .+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Za-z]+Tests|[A-Za-z]+Journey)`")]
    private static partial Regex TestName();

    [GeneratedRegex("^\\| `([a-z-]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Explained();
}
