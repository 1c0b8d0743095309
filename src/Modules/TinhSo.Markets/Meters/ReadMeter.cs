using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Storage;

namespace TinhSo.Markets.Meters;

/// <summary>What is asked when a meter is installed.</summary>
internal sealed record MeterOrder(Guid Id, string? Item, string? Serial);

/// <summary>Installs meters at stalls, and records what they show at the end of a month.</summary>
internal sealed class ReadMeter(MarketsDb db, ICaller caller, TimeProvider clock)
{
    public async Task<Outcome<Meter>> Install(Guid stallId, MeterOrder order, CancellationToken stop)
    {
        var stall = await db.Stalls.AsNoTracking().SingleOrDefaultAsync(s => s.Id == stallId, stop);
        if (stall is null || !caller.May("markets.manage", Units.Market(stall.MarketId)))
        {
            return stall is null ? KernelRefusals.NotFound : KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        errors.Id("id", order.Id);
        var serial = errors.Required("serial", order.Serial, 40);
        if (order.Item is not (MarketFees.Electricity or MarketFees.Water))
        {
            errors.Add("item", "Hãy chọn điện hoặc nước.", "Choose electricity or water.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return await db.InTransaction<Outcome<Meter>>(async () =>
        {
            var there = await db.Meters.SingleOrDefaultAsync(
                m => m.Id == order.Id || (m.StallId == stallId && m.Item == order.Item), stop);
            if (there is not null)
            {
                return (there.Id, there.StallId, there.Item, there.Serial) == (order.Id, stallId, order.Item, serial)
                    ? there : MarketRefusals.HasMeter;
            }
            var meter = new Meter { Id = order.Id, StallId = stallId, Item = order.Item!, Serial = serial };
            db.Add(meter);
            await db.SaveChangesAsync(stop);
            return meter;
        }, stop);
    }

    public async Task<Outcome<Reading>> Record(Guid meterId, string? period, string? shown, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var month = errors.Month("period", period);
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
