using System.Text;
using TinhSo.Indicators.Counting;
using TinhSo.Indicators.Definitions;
using TinhSo.Indicators.Findings;
using TinhSo.Indicators.Publications;

namespace TinhSo.Indicators.Loading;

/// <summary>Reads all reference files and names everything in them that is wrong, before anything is loaded.</summary>
internal sealed class ReferenceFiles(ReferenceFolders folders, TimeProvider clock)
{
    public const string QuestionsFile = "indicators/questions.yaml";

    private static readonly string[] WordFiles =
        [Vocabulary.UnitsFile, Vocabulary.ScopesFile, Vocabulary.GroupsFile, Vocabulary.SeriesFile];

    public List<BadRow> Errors { get; } = [];

    /// <summary>The files that are kept as they are: words, questions and rules, by name.</summary>
    public SortedDictionary<string, string> Documents { get; } = new(StringComparer.Ordinal);

    public List<Source> Sources { get; } = [];

    public List<PublishedFigure> Figures { get; private set; } = [];

    public List<(Definition Definition, string File, string Body)> Definitions { get; } = [];

    public async Task Read(CancellationToken stop)
    {
        foreach (var name in WordFiles.Append(QuestionsFile))
        {
            Documents[name] = await TextOf(name, stop);
        }
        foreach (var name in Names("rules"))
        {
            Documents[name] = await TextOf(name, stop);
        }
        if (Errors.Count > 0)
        {
            return;
        }
        var words = Vocabulary.Read(name => Documents[name], Errors);
        await ReadPublished(words, stop);
        await ReadDefinitions(words, stop);
        var rules = Documents.Where(d => d.Key.StartsWith("rules/", StringComparison.Ordinal))
            .SelectMany(d => Rule.Read(d.Key, d.Value, Errors)).ToList();
        foreach (var twice in rules.GroupBy(r => r.Code).Where(g => g.Count() > 1))
        {
            Errors.Add(new BadRow("rules", 0, "code", $"The code {twice.Key} stands there twice."));
        }
    }

    private async Task ReadPublished(Vocabulary words, CancellationToken stop)
    {
        foreach (var row in await Table(ReadFigures.SourcesFile, ReadFigures.SourceColumns, stop))
        {
            if (row["id"] == "" || row["title"] == "" || !Period.TryRead(row["published"], out _, out _))
            {
                Errors.Add(new BadRow(row.File, row.Line, "id", "An id, a title and a date are needed."));
            }
            Sources.Add(new Source { Id = row["id"], Title = row["title"], Published = row["published"] });
        }
        var reader = new ReadFigures(words, Sources.Select(s => s.Id).ToHashSet(StringComparer.Ordinal), clock);
        foreach (var row in await Table(ReadFigures.FiguresFile, ReadFigures.FigureColumns, stop))
        {
            reader.ReadFigure(row);
        }
        foreach (var row in await Table(ReadFigures.SeriesFile, ReadFigures.SeriesColumns, stop))
        {
            reader.ReadSeries(row);
        }
        foreach (var row in await Table(ReadFigures.MarketsFile, ReadFigures.MarketColumns, stop))
        {
            reader.ReadMarkets(row);
        }
        Errors.AddRange(reader.Errors);
        Figures = reader.Figures;
    }

    private async Task ReadDefinitions(Vocabulary words, CancellationToken stop)
    {
        var schemas = await FactSchemas.Read(folders.FactSchemas, Errors, stop);
        CheckMoneyFacts(schemas);
        var questions = QuestionWord.Read(Documents[QuestionsFile], Errors).Select(q => q.Code).ToList();
        var published = Figures.SelectMany(f => new[] { f.Series, f.Key }).ToHashSet(StringComparer.Ordinal);
        var reader = new ReadDefinition(schemas);
        foreach (var file in Names("indicators").Where(name => name != QuestionsFile))
        {
            var body = await TextOf(file, stop);
            if (reader.Read(file, body) is not { } definition)
            {
                continue;
            }
            Definitions.Add((definition, file, body));
            Check(file, "question", questions.Contains(definition.Question), $"There is no {definition.Question}.");
            Check(file, "unit", words.Units.ContainsKey(definition.Unit), $"units.csv holds no {definition.Unit}.");
            foreach (var name in definition.Reported.Concat(definition.Targets))
            {
                Check(file, "reported", published.Contains(name), $"No published figure is called {name}.");
            }
        }
        Errors.AddRange(reader.Errors);
        foreach (var twice in Definitions.GroupBy(d => d.Definition.Code).Where(g => g.Count() > 1))
        {
            Check(twice.Last().File, "code", false, $"The code {twice.Key} stands in two files.");
        }
    }

    private void CheckMoneyFacts(FactSchemas schemas)
    {
        var needed = MoneyFacts.ReceivedFields.Select(f => (Fact: MoneyFacts.Received, Field: f))
            .Concat(MoneyFacts.RefundedFields.Select(f => (Fact: MoneyFacts.Refunded, Field: f)));
        foreach (var (fact, field) in needed)
        {
            Check($"{fact}.json", field, schemas.Has(fact, field), "Counting needs this field.");
        }
    }

    private void Check(string file, string field, bool holds, string otherwise)
    {
        if (!holds)
        {
            Errors.Add(new BadRow(file, 1, field, otherwise));
        }
    }

    private Task<IReadOnlyList<CsvRow>> Table(string name, string[] columns, CancellationToken stop) =>
        CsvTable.Read(folders.Reference, name, columns, Errors, stop);

    private List<string> Names(string folder)
    {
        var path = Path.Combine(folders.Reference, folder);
        if (!Directory.Exists(path))
        {
            Errors.Add(new BadRow(folder, 0, "", "The folder is missing."));
            return [];
        }
        return [.. Directory.EnumerateFiles(path, "*.yaml").Select(f => $"{folder}/{Path.GetFileName(f)}")
            .Order(StringComparer.Ordinal)];
    }

    private async Task<string> TextOf(string name, CancellationToken stop)
    {
        var file = new FileInfo(Path.Combine(folders.Reference, name));
        if (!file.Exists || file.Length > CsvTable.BytesMax)
        {
            Errors.Add(new BadRow(name, 0, "", $"The file is missing or larger than {CsvTable.BytesMax} bytes."));
            return "";
        }
        try
        {
            return await File.ReadAllTextAsync(file.FullName, new UTF8Encoding(false, true), stop);
        }
        catch (DecoderFallbackException)
        {
            Errors.Add(new BadRow(name, 0, "", "The file is not UTF-8."));
            return "";
        }
    }
}
