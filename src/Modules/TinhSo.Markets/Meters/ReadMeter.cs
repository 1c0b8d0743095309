using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Storage;

namespace TinhSo.Markets.Meters;

/// <summary>Records what a stall's meter shows at the end of a month.</summary>
internal sealed class ReadMeter(MarketsDb db, ICaller caller, TimeProvider clock)
{
    public async Task<Outcome<Reading>> Record(Guid meterId, string? period, string? shown, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var month = errors.Required("period", period, 7);
        if (!DateOnly.TryParseExact($"{month}-01", "yyyy-MM-dd", out _))
        {
            errors.Add("period", "Kỳ có dạng 2026-11.", "A period looks like 2026-11.");
        }
        var value = errors.Whole("value", shown, 0, 99_999_999);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return await db.InTransaction<Outcome<Reading>>(async () =>
        {
            var meter = await db.Meters.FindAsync([meterId], stop);
            var stall = meter is null ? null : await db.Stalls.FindAsync([meter.StallId], stop);
            if (stall is null || !caller.May("markets.manage", Units.Market(stall.MarketId)))
            {
                return stall is null ? KernelRefusals.NotFound : KernelRefusals.Forbidden;
            }
            var others = await db.Readings
                .Where(r => r.MeterId == meterId && r.Period != month).ToListAsync(stop);
            if (others.Exists(r => string.CompareOrdinal(r.Period, month) < 0 ? r.Value > value : r.Value < value))
            {
                return MarketRefusals.ReadingTooLow with
                {
                    Fields = new Dictionary<string, Text> { ["value"] = MarketRefusals.ReadingTooLow.Title },
                };
            }
            var reading = await db.Readings.SingleOrDefaultAsync(
                r => r.MeterId == meterId && r.Period == month, stop);
            if (reading is null)
            {
                reading = new Reading
                {
                    Id = Ids.New(clock),
                    MeterId = meterId,
                    Period = month,
                    Value = value,
                    ReadAt = default,
                    ReadBy = "",
                };
                db.Add(reading);
            }
            (reading.Value, reading.ReadAt, reading.ReadBy) = (value, clock.GetUtcNow(), caller.Signature);
            await db.SaveChangesAsync(stop);
            return reading;
        }, stop);
    }
}
