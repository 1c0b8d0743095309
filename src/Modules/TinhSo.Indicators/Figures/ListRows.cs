using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TinhSo.Indicators.Counting;
using TinhSo.Indicators.Definitions;
using TinhSo.Indicators.Storage;
using TinhSo.Kernel;

namespace TinhSo.Indicators.Figures;

/// <summary>The parts of a figure whose rows can be listed.</summary>
internal enum FigurePart
{
    Numerator,
    Minus,
    Denominator,
}

internal static class FigureParts
{
    /// <summary>The part's measure, or null when the figure has no such part.</summary>
    public static Measure? Of(this FigurePart part, Definition definition) => part switch
    {
        FigurePart.Numerator => definition.Numerator,
        FigurePart.Minus => definition.Minus,
        _ => definition.Denominator,
    };
}

/// <summary>One row behind a figure, as pages and the API show it: nothing in it tells of a person.</summary>
/// <param name="Kind"><c>transfer</c> or the fact's name.</param>
/// <param name="Id">The transfer's or the fact's.</param>
/// <param name="Subject">What it is about, such as a stall's or a bill's id.</param>
/// <param name="Receipt">The receipt's code, or null when there is none.</param>
internal sealed record RowLine(
    string Kind, Guid Id, DateTimeOffset At, string Place, string Class, string Channel, string Subject, int Count,
    long Amount, string? Receipt);

/// <summary>Lists the rows that a value is made of, newest first, page by page.</summary>
internal sealed class ListRows(IndicatorsDb db)
{
    public async Task<Page<RowLine>> List(Book book, Definition definition, Measure measure, string month,
        Narrowing narrowing, string? cursor, int limit, CancellationToken stop)
    {
        var rows = Query(db, book, definition, measure, month, narrowing);
        if (TryReadCursor(cursor, out var at, out var id))
        {
            rows = rows.Where(r => r.At < at || (r.At == at && r.Id.CompareTo(id) < 0));
        }
        var read = await rows.OrderByDescending(r => r.At).ThenByDescending(r => r.Id).Take(limit + 1)
            .ToListAsync(stop);
        var page = Page.Cut(read, limit, r => string.Create(CultureInfo.InvariantCulture, $"{r.At.UtcTicks}-{r.Id:N}"));
        var sources = page.Items.Select(r => r.Source).ToList();
        var receipts = await db.Receipts.AsNoTracking().Where(r => sources.Contains(r.TransferId))
            .ToDictionaryAsync(r => r.TransferId, r => r.Code, stop);
        return new Page<RowLine>([.. page.Items.Select(r => new RowLine(
            measure.Selection.Origin is Origin.Transfers ? "transfer" : measure.Selection.Fact, r.Source, r.At,
            r.Place, r.Class, r.Channel, r.Key, r.Count, r.Amount,
            r.Receipt ?? receipts.GetValueOrDefault(r.Source)))], page.Next);
    }

    /// <summary>Whether a cursor is one that a page gave.</summary>
    public static bool TryReadCursor(string? cursor, out DateTimeOffset at, out Guid id)
    {
        (at, id) = (default, default);
        var parts = cursor?.Split('-') ?? [];
        if (parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTimeOffset.MaxValue.UtcTicks && Guid.TryParseExact(parts[1], "N", out id))
        {
            at = new DateTimeOffset(ticks, TimeSpan.Zero);
            return true;
        }
        return false;
    }

    /// <summary>All rows of one part of a value.</summary>
    public static IQueryable<CountedRow> Query(IndicatorsDb db, Book book, Definition definition, Measure measure,
        string month, Narrowing narrowing)
    {
        var (key, (from, to)) = (measure.Selection.Key, book.DaysOf(definition, month));
        var rows = db.Rows.AsNoTracking().Where(r => r.Selection == key);
        if (measure.Selection.Origin is Origin.Register)
        {
            // A register's rows are the states that hold at the end, whenever they began.
            var end = VietnamTime.StartOf(Month(month).AddMonths(1));
            rows = rows.Where(r => r.Count == 1 && r.At < end && (r.EndedAt == null || r.EndedAt >= end));
        }
        else
        {
            rows = definition.Span is Span.Month
                ? rows.Where(r => r.Month == month)
                : rows.Where(r => r.Day >= from && r.Day <= to);
        }
        return Narrow(rows, measure, narrowing);
    }

    private static IQueryable<CountedRow> Narrow(IQueryable<CountedRow> rows, Measure measure, Narrowing narrowing)
    {
        if (measure.Only.TryGetValue("place", out var places))
        {
            rows = rows.Where(r => places.Contains(r.Place));
        }
        if (measure.Only.TryGetValue("class", out var classes))
        {
            rows = rows.Where(r => classes.Contains(r.Class));
        }
        if (measure.Only.TryGetValue("channel", out var channels))
        {
            rows = rows.Where(r => channels.Contains(r.Channel));
        }
        if (narrowing.Place is { } place)
        {
            rows = rows.Where(r => r.Place == place);
        }
        if (narrowing.Class is { } @class)
        {
            rows = rows.Where(r => r.Class == @class);
        }
        if (narrowing.Channel is { } channel)
        {
            rows = rows.Where(r => r.Channel == channel);
        }
        return rows;
    }

    private static DateOnly Month(string month) =>
        DateOnly.ParseExact($"{month}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
