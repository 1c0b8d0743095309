using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Storage;

namespace TinhSo.Markets.Stalls;

/// <summary>What is asked when a stall is added.</summary>
internal sealed record StallOrder(Guid Id, string? Code, string? Zone, string? Goods, string? AreaM2);

/// <summary>What is asked when a stall is let.</summary>
internal sealed record TenancyOrder(Guid TraderId, string? ValidFrom, string? Contract);

/// <summary>Adds stalls to a market and lets them to traders.</summary>
internal sealed class KeepStalls(MarketsDb db, ICaller caller, TimeProvider clock)
{
    public async Task<Outcome<Stall>> Add(Guid marketId, StallOrder order, CancellationToken stop)
    {
        var market = await db.Markets.AsNoTracking().SingleOrDefaultAsync(m => m.Id == marketId, stop);
        if (market is null || !caller.May("markets.manage", market.Unit))
        {
            return market is null ? KernelRefusals.NotFound : KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        errors.Id("id", order.Id);
        var code = errors.Required("code", order.Code, 20).ToUpperInvariant();
        var zone = errors.Required("zone", order.Zone, 40);
        var goods = errors.Required("goods", order.Goods, 80);
        var area = AreaCm2(errors, order.AreaM2);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return await db.InTransaction<Outcome<Stall>>(async () =>
        {
            if (await db.Stalls.FindAsync([order.Id], stop) is { } earlier && earlier.MarketId == marketId
                && earlier.Code == code)
            {
                return earlier;
            }
            if (await db.Stalls.AnyAsync(s => s.Id == order.Id, stop))
            {
                errors.Add("id", "Mã định danh đã dùng cho điểm khác.", "This id is another stall's.");
                return errors.ToRefusal();
            }
            if (await db.Stalls.AnyAsync(s => s.MarketId == marketId && s.Code == code, stop))
            {
                return MarketRefusals.StallCodeTaken with
                {
                    Fields = new Dictionary<string, Text> { ["code"] = MarketRefusals.StallCodeTaken.Title },
                };
            }
            var stall = new Stall
            {
                Id = order.Id,
                MarketId = marketId,
                Code = code,
                Zone = zone,
                Goods = goods,
                AreaCm2 = area,
                ChangedAt = clock.GetUtcNow(),
            };
            db.Add(stall);
            db.Publish(stall.Describe(market));
            await db.SaveChangesAsync(stop);
            return stall;
        }, stop);
    }

    /// <summary>Lets a vacant stall to a trader.</summary>
    public Task<Outcome<Stall>> Let(Guid stallId, TenancyOrder order, CancellationToken stop) =>
        Change(stallId, async (stall, errors) =>
        {
            var from = string.IsNullOrWhiteSpace(order.ValidFrom)
                ? clock.Today() : errors.Day("validFrom", order.ValidFrom);
            var contract = errors.Optional("contract", order.Contract, 60);
            if (await db.Traders.FindAsync([order.TraderId], stop) is null)
            {
                errors.Add("traderId", "Hãy chọn hộ kinh doanh.", "Choose a trader.");
            }
            if (errors.Any)
            {
                return errors.ToRefusal();
            }
            if (stall.TraderId is { } tenant)
            {
                return tenant == order.TraderId ? null : MarketRefusals.StallIsLet;
            }
            stall.TraderId = order.TraderId;
            db.Add(new Tenancy
            {
                Id = Ids.New(clock),
                StallId = stallId,
                TraderId = order.TraderId,
                Contract = contract,
                ValidFrom = from,
                SignedBy = caller.Signature,
            });
            return null;
        }, stop);

    /// <summary>Ends the tenancy; the sign on the stall is revoked with it.</summary>
    public Task<Outcome<Stall>> Vacate(Guid stallId, CancellationToken stop) =>
        Change(stallId, async (stall, _) =>
        {
            if (stall.TraderId is null)
            {
                return MarketRefusals.StallIsVacant;
            }
            foreach (var tenancy in await db.Tenancies
                .Where(t => t.StallId == stallId && t.ValidTo == null).ToListAsync(stop))
            {
                tenancy.ValidTo = clock.Today();
            }
            if (stall.SignId is { } signId && await db.Signs.FindAsync([signId], stop) is { } sign)
            {
                sign.RevokedAt = clock.GetUtcNow();
            }
            (stall.TraderId, stall.SignId) = (null, null);
            return null;
        }, stop);

    private Task<Outcome<Stall>> Change(
        Guid stallId, Func<Stall, FieldErrors, Task<Refusal?>> change, CancellationToken stop) =>
        db.InTransaction<Outcome<Stall>>(async () =>
        {
            var stall = await db.Stalls.FindAsync([stallId], stop);
            var market = stall is null ? null : await db.Markets.FindAsync([stall.MarketId], stop);
            if (stall is null || market is null || !caller.May("markets.manage", market.Unit))
            {
                return market is null ? KernelRefusals.NotFound : KernelRefusals.Forbidden;
            }
            var before = stall.Describe(market);
            if (await change(stall, new FieldErrors()) is { } refusal)
            {
                db.ChangeTracker.Clear();
                return refusal;
            }
            if (stall.Describe(market) != before)
            {
                stall.ChangedAt = clock.GetUtcNow();
                db.Publish(stall.Describe(market));
            }
            await db.SaveChangesAsync(stop);
            return stall;
        }, stop);

    private static long AreaCm2(FieldErrors errors, string? typed)
    {
        var plain = (typed ?? "").Trim().Replace(',', '.');
        if (!decimal.TryParse(plain, System.Globalization.NumberStyles.AllowDecimalPoint,
            System.Globalization.CultureInfo.InvariantCulture, out var area) || area is < 0.01m or > 10_000)
        {
            errors.Add("areaM2", "Hãy nhập diện tích bằng m², ví dụ 4,5.", "Enter an area in m², such as 4,5.");
            return 0;
        }
        return (long)decimal.Round(area * 10_000m);
    }
}
