using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using TinhSo.Indicators.Definitions;
using TinhSo.Indicators.Publications;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Indicators.Figures;

/// <summary>The JSON twins of the pages, and the downloads.</summary>
internal static class FigureRoutes
{
    private const int LimitMax = 200;
    private const int RowsPerFileMax = 50_000;

    internal sealed record IndicatorAnswer(
        string Code, int Version, Text Name, Text Description, string Question, string Unit, string Direction,
        Text Owner, string Period, ValueAnswer? Latest, bool HasDemo, bool Contradicted);

    internal sealed record ValueAnswer(
        string Period, DateOnly From, DateOnly To, decimal? Value, long Numerator, long Minus, long? Denominator);

    internal sealed record IndicatorDetail(
        IndicatorAnswer Indicator, IReadOnlyList<PublishedAnswer> Reported, IReadOnlyList<PublishedAnswer> Targets,
        IReadOnlyList<VersionAnswer> Versions);

    internal sealed record VersionAnswer(int Version, DateOnly LoadedOn, bool Retired);

    internal sealed record PublishedAnswer(
        string Series, string Kind, Text Name, string Scope, decimal Value, string Unit, string? Bound, string Period,
        string Source, string File, int Line, DateOnly LoadedOn, string? Note);

    internal sealed record FindingAnswer(
        string Rule, Text Name, string Severity, Text What, Text Owner, IReadOnlyList<PublishedAnswer> Rows);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/indicators").WithTags("Indicators");
        api.MapGet("", List).AllowAnonymous();
        api.MapGet("/contradictions", Contradictions).AllowAnonymous();
        api.MapGet("/published", Published).AllowAnonymous();
        api.MapGet("/{code}", Find).AllowAnonymous();
        api.MapGet("/{code}/series", Series).AllowAnonymous();
        api.MapGet("/{code}/rows", Rows).Requires("indicators.rows");
        routes.MapGet("/indicators/{code}/series.csv", SeriesFile).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/indicators/{code}/rows.csv", RowsFile).Requires("indicators.rows").ExcludeFromDescription();
    }

    private static async Task<Results<Ok<Page<IndicatorAnswer>>, ProblemHttpResult>> List(
        BookKeeper keeper, string? cursor, int? limit, CancellationToken stop)
    {
        var book = await keeper.Read(stop);
        return Cut(book.Definitions.Select(d => Answer(book, d)), i => i.Code, cursor, limit);
    }

    private static async Task<Results<Ok<Page<FindingAnswer>>, ProblemHttpResult>> Contradictions(
        BookKeeper keeper, string? cursor, int? limit, CancellationToken stop)
    {
        var book = await keeper.Read(stop);
        var findings = book.Findings.Select((f, i) => (Key: $"{i:D6}", Answer: new FindingAnswer(f.Rule.Code,
            f.Rule.Name, f.Rule.Severity, f.What, f.Owner, [.. f.Rows.Select(Answer)])));
        return Cut(findings, f => f.Key, cursor, limit).Result switch
        {
            Ok<Page<(string Key, FindingAnswer Answer)>> { Value: { } page } => TypedResults.Ok(
                new Page<FindingAnswer>([.. page.Items.Select(i => i.Answer)], page.Next)),
            ProblemHttpResult problem => problem,
            _ => KernelRefusals.NotFound.ToProblem(),
        };
    }

    private static async Task<Results<Ok<Page<PublishedAnswer>>, ProblemHttpResult>> Published(
        BookKeeper keeper, string? q, string? group, string? cursor, int? limit, CancellationToken stop)
    {
        var book = await keeper.Read(stop);
        return Cut(book.Search(q, group).Select(Answer), p => $"{p.File}:{p.Line:D6}:{p.Series}", cursor, limit);
    }

    private static async Task<Results<Ok<IndicatorDetail>, ProblemHttpResult>> Find(
        BookKeeper keeper, string code, CancellationToken stop)
    {
        var book = await keeper.Read(stop);
        if (book.Find(code) is not { } definition)
        {
            return IndicatorsRefusals.NoSuchIndicator.ToProblem();
        }
        return TypedResults.Ok(new IndicatorDetail(Answer(book, definition),
            [.. book.ReportedFor(definition).Select(Answer)], [.. book.TargetsFor(definition).Select(Answer)],
            [.. book.Versions.Where(v => v.Definition.Code == code)
                .Select(v => new VersionAnswer(v.Definition.Version, v.LoadedOn, v.Retired))]));
    }

    private static async Task<Results<Ok<Page<ValueAnswer>>, ProblemHttpResult>> Series(BookKeeper keeper, string code,
        string? place, string? @class, string? channel, string? cursor, int? limit, CancellationToken stop)
    {
        var book = await keeper.Read(stop);
        if (book.Find(code) is not { } definition)
        {
            return IndicatorsRefusals.NoSuchIndicator.ToProblem();
        }
        if (definition.Numerator.Aggregate is Aggregate.CountDistinct && (place ?? @class ?? channel) is not null)
        {
            var errors = new FieldErrors();
            errors.Add("place", "Chuỗi của chỉ số này không chia nhỏ được.", "This series cannot be broken down.");
            return errors.ToRefusal().ToProblem();
        }
        return Cut(Values(book, definition, new Narrowing(place, @class, channel)), v => v.Period, cursor, limit);
    }

    private static async Task<Results<Ok<Page<RowLine>>, ProblemHttpResult>> Rows(BookKeeper keeper, ListRows rows,
        string code, string? period, string? part, string? place, string? @class, string? channel, string? cursor,
        int? limit, CancellationToken stop)
    {
        var book = await keeper.Read(stop);
        var outcome = RowsRequest.Of(book, code, period, part, new Narrowing(place, @class, channel), cursor);
        if (outcome.IsRefused(out var why, out var asked))
        {
            return why.ToProblem();
        }
        return IsLimit(limit, out var problem)
            ? TypedResults.Ok(await rows.List(book, asked.Definition, asked.Measure, asked.Month, asked.Narrowing,
                cursor, limit ?? 50, stop))
            : problem;
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> SeriesFile(
        BookKeeper keeper, string code, CancellationToken stop)
    {
        var book = await keeper.Read(stop);
        if (book.Find(code) is not { } definition)
        {
            return IndicatorsRefusals.NoSuchIndicator.ToProblem();
        }
        string?[] head = ["indicator", "version", "period", "from", "to", "value", "numerator", "minus", "denominator",
            "unit"];
        return Csv.File($"{code}.csv", Values(book, definition, Narrowing.None)
            .Select(v => (IReadOnlyList<string?>)[code, $"{definition.Version}", v.Period, $"{v.From:yyyy-MM-dd}",
                $"{v.To:yyyy-MM-dd}", Csv.Plain(v.Value), $"{v.Numerator}", $"{v.Minus}", $"{v.Denominator}",
                definition.Unit])
            .Prepend(head));
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> RowsFile(BookKeeper keeper,
        ListRows rows, string code, string? period, string? part, string? place, string? @class, string? channel,
        CancellationToken stop)
    {
        var book = await keeper.Read(stop);
        var outcome = RowsRequest.Of(book, code, period, part, new Narrowing(place, @class, channel), null);
        if (outcome.IsRefused(out var why, out var asked))
        {
            return why.ToProblem();
        }
        var page = await rows.List(book, asked.Definition, asked.Measure, asked.Month, asked.Narrowing, null,
            RowsPerFileMax, stop);
        string?[] head = ["kind", "id", "at", "place", "class", "channel", "subject", "count", "amount", "receipt"];
        return Csv.File($"{code}-{asked.Month}.csv", page.Items
            .Select(r => (IReadOnlyList<string?>)[r.Kind, $"{r.Id}", $"{r.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}",
                r.Place, r.Class, r.Channel, r.Subject, $"{r.Count}", $"{r.Amount}", r.Receipt])
            .Prepend(head));
    }

    private static IEnumerable<ValueAnswer> Values(Book book, Definition definition, Narrowing narrowing) =>
        book.Months.Select(m => book.At(definition, m, narrowing)).OfType<FigureValue>().Select(v => Answer(book, v)!);

    private static IndicatorAnswer Answer(Book book, Definition d) => new(d.Code, d.Version, d.Name, d.Description,
        d.Question, d.Unit, d.Direction, d.Owner, d.Span is Span.Month ? "month" : "rolling-30-days",
        Answer(book, book.Latest(d)), book.HasDemo, book.FindingsFor(d).Any());

    private static ValueAnswer? Answer(Book book, FigureValue? value)
    {
        if (value is null)
        {
            return null;
        }
        var (from, to) = book.DaysOf(value.Definition, value.Month);
        return new ValueAnswer(value.Month, from, to, value.Value, value.Parts.Numerator, value.Parts.Minus,
            value.Parts.Denominator);
    }

    private static PublishedAnswer Answer(PublishedFigure f) => new(f.Series,
        f.Kind is FigureKind.Target ? "target" : "actual", f.Name, f.Scope, f.Value, f.Unit, f.Bound, f.Period,
        f.Source, f.File, f.Line, f.LoadedOn, f.Note);

    // Lists held in memory are cut behind the key that the page before ended with.
    private static Results<Ok<Page<T>>, ProblemHttpResult> Cut<T>(
        IEnumerable<T> items, Func<T, string> key, string? cursor, int? limit)
    {
        if (!IsLimit(limit, out var problem))
        {
            return problem;
        }
        var all = items.OrderBy(key, StringComparer.Ordinal)
            .Where(i => cursor is null || string.CompareOrdinal(key(i), cursor) > 0).Take((limit ?? 50) + 1).ToList();
        return TypedResults.Ok(Page.Cut(all, limit ?? 50, key));
    }

    private static bool IsLimit(int? limit, out ProblemHttpResult problem)
    {
        var errors = new FieldErrors();
        errors.Range("limit", limit ?? 50, 1, LimitMax);
        problem = errors.ToRefusal().ToProblem();
        return !errors.Any;
    }
}
