using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Indicators.Counting;
using TinhSo.Indicators.Definitions;
using TinhSo.Indicators.Findings;
using TinhSo.Indicators.Publications;
using TinhSo.Indicators.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;

namespace TinhSo.Indicators.Figures;

/// <summary>Keeps the book of figures, and reads anew only what has moved.</summary>
internal sealed class BookKeeper(IServiceScopeFactory scopes, TimeProvider clock)
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private Book? book;
    private Shelf? shelf;

    /// <summary>The book as of now: one small question when nothing has moved since it was read.</summary>
    public async Task<Book> Read(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IndicatorsDb>();
        if (book is { } fresh && fresh.Stamp == (await Positions(db, stop)).Stamp(clock.Today()))
        {
            return fresh;
        }
        await turn.WaitAsync(stop);
        try
        {
            // Asked again: another request may have read it while this one waited.
            var positions = await Positions(db, stop);
            var today = clock.Today();
            if (book is null || book.Stamp != positions.Stamp(today))
            {
                if (shelf is null || shelf.Position != positions.Load)
                {
                    shelf = await ReadShelf(db, positions.Load, stop);
                }
                book = await ReadBook(db, shelf, positions, today, stop);
            }
            return book;
        }
        finally
        {
            turn.Release();
        }
    }

    private static async Task<At> Positions(IndicatorsDb db, CancellationToken stop)
    {
        var names = Stamps.All.Append(Recount.UnderWay).ToArray();
        var found = await db.Set<Cursor>().AsNoTracking().Where(c => names.Contains(c.Name))
            .ToDictionaryAsync(c => c.Name, c => c.Position, stop);
        return new At(
            found.GetValueOrDefault(Stamps.Load),
            Stamps.All.Where(s => s != Stamps.Load).Select(s => found.GetValueOrDefault(s)).ToArray(),
            found.GetValueOrDefault(Recount.UnderWay) == 1);
    }

    private static async Task<Shelf> ReadShelf(IndicatorsDb db, long position, CancellationToken stop)
    {
        var definitions = await db.Definitions.AsNoTracking()
            .OrderBy(d => d.Code).ThenByDescending(d => d.Version).ToListAsync(stop);
        var documents = await db.Documents.AsNoTracking().ToDictionaryAsync(d => d.Name, d => d.Body, stop);
        var published = await db.Published.AsNoTracking().OrderBy(f => f.File).ThenBy(f => f.Line).ToListAsync(stop);
        var sources = await db.Sources.AsNoTracking().ToDictionaryAsync(s => s.Id, stop);
        // What was checked when it was loaded has no errors; before the first load there is nothing to read.
        var ignored = new List<BadRow>();
        var words = documents.Count == 0
            ? new Vocabulary()
            : Vocabulary.Read(name => documents[name], ignored);
        var questions = documents.TryGetValue("indicators/questions.yaml", out var text)
            ? QuestionWord.Read(text, ignored)
            : [];
        var rules = documents.Where(d => d.Key.StartsWith("rules/", StringComparison.Ordinal))
            .SelectMany(d => Rule.Read(d.Key, d.Value, ignored));
        return new Shelf(position,
            [.. definitions.Select(d => (Selections.Parse(d), d.LoadedOn, d.Retired))], questions, words, published,
            sources, new FindContradictions(published, words).Find(rules));
    }

    private static async Task<Book> ReadBook(
        IndicatorsDb db, Shelf shelf, At positions, DateOnly today, CancellationToken stop)
    {
        var cells = await db.Rollups.AsNoTracking()
            .GroupBy(r => new { r.Selection, r.Month, r.Place, r.Class, r.Channel })
            .Select(g => new Cell(g.Key.Selection, g.Key.Month, g.Key.Place, g.Key.Class, g.Key.Channel,
                g.Sum(r => r.Count), g.Sum(r => r.Amount)))
            .ToListAsync(stop);
        var book = new Book
        {
            Stamp = positions.Stamp(today),
            Today = today,
            Versions = shelf.Versions,
            Questions = shelf.Questions,
            Words = shelf.Words,
            Published = shelf.Published,
            Sources = shelf.Sources,
            Findings = shelf.Findings,
            // Whether a sum that came to nothing was ever written depends on the order in which things were heard.
            Cells = cells.Where(c => c is not { Count: 0, Amount: 0 }).ToLookup(c => c.Selection),
            Distinct = new Dictionary<(string, string, string), long>(),
            Recounting = positions.Recounting,
        };
        book.Distinct = await CountDistinct(db, book, stop);
        return book;
    }

    private static async Task<Dictionary<(string, string, string), long>> CountDistinct(
        IndicatorsDb db, Book book, CancellationToken stop)
    {
        var counts = new Dictionary<(string, string, string), long>();
        var distinct = book.Versions.SelectMany(v => v.Definition.Measures.Select(m => (v.Definition, Measure: m)))
            .Where(x => x.Measure.Aggregate is Aggregate.CountDistinct);
        foreach (var (definition, measure) in distinct)
        {
            foreach (var month in book.Months)
            {
                var (from, to) = book.DaysOf(definition, month);
                counts[(measure.Selection.Key, Book.Render(measure), month)] =
                    (await KeysByPlace.Of(db, measure, from, to, stop)).Total;
            }
        }
        return counts;
    }

    private sealed record At(long Load, long[] Counts, bool Recounting)
    {
        public string Stamp(DateOnly today) => string.Create(CultureInfo.InvariantCulture,
            $"{Load}-{string.Join('-', Counts)}-{(Recounting ? 1 : 0)}-{today:yyyyMMdd}");
    }

    private sealed record Shelf(
        long Position, IReadOnlyList<(Definition, DateOnly, bool)> Versions, IReadOnlyList<QuestionWord> Questions,
        Vocabulary Words, IReadOnlyList<PublishedFigure> Published, IReadOnlyDictionary<string, Source> Sources,
        IReadOnlyList<Finding> Findings);
}
