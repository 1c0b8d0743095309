using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Storage;

namespace TinhSo.Markets.Markets;

/// <summary>Which markets are wanted; what is null does not matter.</summary>
internal sealed record MarketFilter(
    string? Search = null, int? Class = null, string? Place = null, bool? Digital = null,
    string? Cursor = null, int Limit = 50);

/// <summary>A market in a list, with how many of its stalls are let and signed.</summary>
internal sealed record MarketLine(
    Guid Id, string Name, int Class, string? Place, int? Points, DateOnly? DigitalSince, bool Demo, int Stalls, int Let,
    int Signed);

/// <summary>Finds the markets that the caller may see.</summary>
internal sealed class FindMarkets(MarketsDb db, ICaller caller)
{
    public async Task<Page<MarketLine>> List(MarketFilter filter, CancellationToken stop)
    {
        var limit = Math.Clamp(filter.Limit, 1, 200);
        var markets = Visible();
        if (!string.IsNullOrWhiteSpace(filter.Search))
        {
            var folded = Words.Fold(filter.Search.Trim());
            markets = markets.Where(m => m.Folded.Contains(folded));
        }
        if (filter.Class is { } marketClass)
        {
            markets = markets.Where(m => m.Class == marketClass);
        }
        if (!string.IsNullOrEmpty(filter.Place))
        {
            markets = markets.Where(m => m.Place == filter.Place);
        }
        if (filter.Digital is { } digital)
        {
            markets = markets.Where(m => m.DigitalSince != null == digital);
        }
        if (!string.IsNullOrEmpty(filter.Cursor))
        {
            markets = markets.Where(m => (m.Folded + "/" + m.Prefix).CompareTo(filter.Cursor) > 0);
        }
        var read = await markets
            .OrderBy(m => m.Folded + "/" + m.Prefix)
            .Take(limit + 1)
            .Select(m => new
            {
                Key = m.Folded + "/" + m.Prefix,
                Line = new MarketLine(m.Id, m.Name, m.Class, m.Place, m.Points, m.DigitalSince, m.Demo,
                    db.Stalls.Count(s => s.MarketId == m.Id),
                    db.Stalls.Count(s => s.MarketId == m.Id && s.TraderId != null),
                    db.Stalls.Count(s => s.MarketId == m.Id && s.SignId != null)),
            })
            .ToListAsync(stop);
        var page = Page.Cut(read, limit, row => row.Key);
        return new([.. page.Items.Select(row => row.Line)], page.Next);
    }

    /// <summary>A market that the caller may see, or null.</summary>
    public Task<Market?> Find(Guid id, CancellationToken stop) =>
        Visible().SingleOrDefaultAsync(m => m.Id == id, stop);

    /// <summary>The markets at which the caller holds a permission.</summary>
    private IQueryable<Market> Visible()
    {
        var units = caller.UnitsFor("markets.read");
        if (units.Contains(Units.Province))
        {
            return db.Markets.AsNoTracking();
        }
        var ids = units.Select(u => u.Split(':')).Where(u => u is ["market", _]).Select(u => Guid.Parse(u[1])).ToList();
        return db.Markets.AsNoTracking().Where(m => ids.Contains(m.Id));
    }
}
