using Microsoft.EntityFrameworkCore;
using TinhSo.Billing;
using TinhSo.Kernel;
using TinhSo.Markets.Meters;
using TinhSo.Markets.Stalls;
using TinhSo.Markets.Storage;

namespace TinhSo.Markets.BillRuns;

/// <summary>A let stall with what its bill is made of: area, and what its meters ran since the month before.</summary>
internal sealed record BillableStall(Stall Stall, string TraderName, IReadOnlyList<MeterRun> Meters)
{
    /// <summary>Reads what the bills of these stalls need, in as many queries as there are kinds of thing.</summary>
    public static async Task<IReadOnlyList<BillableStall>> Read(
        MarketsDb db, List<Stall> stalls, string period, CancellationToken stop)
    {
        var stallIds = stalls.ConvertAll(s => s.Id);
        var traderIds = stalls.ConvertAll(s => s.TraderId!.Value);
        var names = await db.Traders.Where(t => traderIds.Contains(t.Id))
            .ToDictionaryAsync(t => t.Id, t => t.Name, stop);
        var meters = await db.Meters.AsNoTracking().Where(m => stallIds.Contains(m.StallId)).ToListAsync(stop);
        var meterIds = meters.ConvertAll(m => m.Id);
        var readings = (await db.Readings.AsNoTracking()
            .Where(r => meterIds.Contains(r.MeterId) && r.Period.CompareTo(period) <= 0)
            .ToListAsync(stop)).ToLookup(r => r.MeterId);
        var runs = meters.Select(m => MeterRun.Of(m, [.. readings[m.Id]], period)).ToLookup(r => r.Meter.StallId);
        return [.. stalls.Select(s => new BillableStall(s, names[s.TraderId!.Value], [.. runs[s.Id]]))];
    }

    /// <summary>The bill's lines; none, and then what is missing, while there can be no bill.</summary>
    public List<BillLine> Lines(IReadOnlyDictionary<string, TariffRate> rates, out string missing)
    {
        var lines = new List<BillLine>();
        missing = "";
        foreach (var item in MarketFees.All)
        {
            var measured = Meters.FirstOrDefault(m => m.Meter.Item == item.Code);
            if (measured is { Missing: true })
            {
                missing = item.Code;
                return [];
            }
            var quantity = item.Code switch
            {
                MarketFees.Rent => Stall.AreaM2,
                MarketFees.Sanitation => 1,
                _ => measured?.Quantity ?? 0,
            };
            var rate = rates.GetValueOrDefault($"{item.Code}/{Stall.Zone}") ?? rates.GetValueOrDefault(item.Code);
            if (rate is not null && quantity > 0)
            {
                lines.Add(BillLine.Of(item.Code, item.Name.Vi, quantity, rate.PricePerMeasure, measured?.Note));
            }
        }
        return lines.Sum(l => l.Amount) > 0 ? lines : [];
    }
}

/// <summary>What a meter ran between the reading before and this month's.</summary>
internal sealed record MeterRun(Meter Meter, bool Missing, long Quantity, string? Note)
{
    public static MeterRun Of(Meter meter, List<Reading> readings, string period)
    {
        var now = readings.Find(r => r.Period == period);
        var before = readings.Where(r => r != now).MaxBy(r => r.Period, StringComparer.Ordinal);
        return now is null
            ? new(meter, Missing: true, 0, null)
            // A first reading only sets the beginning.
            : new(meter, Missing: false, before is null ? 0 : now.Value - before.Value,
                before is null ? null : $"{Words.Number(before.Value)} → {Words.Number(now.Value)}");
    }
}
