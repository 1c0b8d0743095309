using System.Globalization;
using TinhSo.Kernel;

namespace TinhSo.Indicators.Publications;

/// <summary>A unit in which values are published.</summary>
/// <param name="Measure">What is measured: values compare only within one measure.</param>
/// <param name="Factor">How many of the measure one of it is, such as 1,000,000,000 đồng.</param>
internal sealed record UnitWord(string Word, string Measure, decimal Factor, Text Name);

/// <summary>A range for which values are published, such as the province.</summary>
internal sealed record ScopeWord(string Word, string Scope, Text Name);

/// <summary>Figures shown together.</summary>
internal sealed record GroupWord(string Code, IReadOnlyList<string> Prefixes, Text Name);

/// <summary>What one code of the series file measures.</summary>
internal sealed record SeriesWord(string Code, string Series, string Group, Text Name);

/// <summary>The words that the reference data uses, with their names in both languages.</summary>
internal sealed class Vocabulary
{
    public const string UnitsFile = "units.csv";
    public const string ScopesFile = "scopes.csv";
    public const string GroupsFile = "groups.csv";
    public const string SeriesFile = "series.csv";

    public static readonly string[] UnitColumns = ["word", "measure", "factor", "name_vi", "name_en"];
    public static readonly string[] ScopeColumns = ["word", "scope", "name_vi", "name_en"];
    public static readonly string[] GroupColumns = ["group", "prefixes", "name_vi", "name_en"];
    public static readonly string[] SeriesColumns = ["code", "series", "group", "name_vi", "name_en"];

    private readonly Dictionary<string, ScopeWord> scopeNames = new(StringComparer.Ordinal);

    public Dictionary<string, UnitWord> Units { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ScopeWord> Scopes { get; } = new(StringComparer.Ordinal);

    public List<GroupWord> Groups { get; } = [];

    public Dictionary<string, SeriesWord> Series { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads the words from the texts of the files, by their names.</summary>
    public static Vocabulary Read(Func<string, string> textOf, List<BadRow> errors)
    {
        var words = new Vocabulary();
        foreach (var row in CsvTable.Parse(UnitsFile, textOf(UnitsFile), UnitColumns, errors))
        {
            if (!decimal.TryParse(row["factor"], NumberStyles.None, CultureInfo.InvariantCulture, out var factor)
                || factor < 1)
            {
                errors.Add(new BadRow(row.File, row.Line, "factor", "A whole number from 1 is needed."));
            }
            Add(words.Units, row, "word", new UnitWord(row["word"], row["measure"], factor, NameOf(row)), errors);
        }
        foreach (var row in CsvTable.Parse(ScopesFile, textOf(ScopesFile), ScopeColumns, errors))
        {
            var scope = new ScopeWord(row["word"], row["scope"], NameOf(row));
            Add(words.Scopes, row, "word", scope, errors);
            words.scopeNames.TryAdd(scope.Scope, scope);
        }
        foreach (var row in CsvTable.Parse(GroupsFile, textOf(GroupsFile), GroupColumns, errors))
        {
            words.Groups.Add(new GroupWord(row["group"], row["prefixes"].Split(';'), NameOf(row)));
        }
        foreach (var row in CsvTable.Parse(SeriesFile, textOf(SeriesFile), SeriesColumns, errors))
        {
            if (words.Groups.All(g => g.Code != row["group"]))
            {
                errors.Add(new BadRow(row.File, row.Line, "group", $"There is no group {row["group"]}."));
            }
            Add(words.Series, row, "code",
                new SeriesWord(row["code"], row["series"], row["group"], NameOf(row)), errors);
        }
        return words;
    }

    /// <summary>The group with the longest prefix of a series, or null.</summary>
    public GroupWord? GroupOf(string series) => Groups
        .SelectMany(g => g.Prefixes.Select(p => (Group: g, Prefix: p)))
        .Where(x => series == x.Prefix || series.StartsWith($"{x.Prefix}.", StringComparison.Ordinal))
        .OrderByDescending(x => x.Prefix.Length).Select(x => x.Group).FirstOrDefault();

    /// <summary>The unit's name in the language of the request.</summary>
    public string UnitName(string word) => Units.TryGetValue(word, out var unit) ? unit.Name.ToString() : word;

    /// <summary>A value with its unit, such as <c>86,3 %</c>.</summary>
    public Text Show(decimal value, string unit)
    {
        var name = Units.TryGetValue(unit, out var word) ? word.Name : new Text(unit, unit);
        var number = Words.Number(value, 4);
        return new Text($"{number} {name.Vi}", $"{number} {name.En}");
    }

    /// <summary>The scope's name in the language of the request; provinces stand for themselves.</summary>
    public string ScopeName(string scope) =>
        scopeNames.TryGetValue(scope, out var word) ? word.Name.ToString() : scope;

    private static Text NameOf(CsvRow row) => new(row["name_vi"], row["name_en"]);

    private static void Add<T>(
        Dictionary<string, T> words, CsvRow row, string column, T word, List<BadRow> errors)
    {
        if (row["name_vi"] == "" || row["name_en"] == "" || row[column] == "")
        {
            errors.Add(new BadRow(row.File, row.Line, column, "The word and both its names are needed."));
        }
        else if (!words.TryAdd(row[column], word))
        {
            errors.Add(new BadRow(row.File, row.Line, column, $"{row[column]} stands there twice."));
        }
    }
}
