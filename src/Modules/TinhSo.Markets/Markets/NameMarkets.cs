using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Storage;

namespace TinhSo.Markets.Markets;

/// <summary>Names the markets, for who gives roles at them.</summary>
internal sealed class NameMarkets(MarketsDb db) : INameUnits
{
    private const int MarketsMax = 1_000;

    public async Task<IReadOnlyList<NamedUnit>> Units(CancellationToken stop) =>
        (await db.Markets.AsNoTracking().OrderBy(m => m.Folded).Take(MarketsMax)
            .Select(m => new { m.Id, m.Name }).ToListAsync(stop))
        .ConvertAll(m => new NamedUnit(Kernel.Http.Units.Market(m.Id), m.Name));
}
