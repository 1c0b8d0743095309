using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Storage;
using TinhSo.Payments;

namespace TinhSo.Markets.Signs;

/// <summary>Issues the sign that a buyer scans at a stall, and keeps it in the registry.</summary>
internal sealed class IssueSign(
    MarketsDb db, IPayments payments, SecretKeys keys, ICaller caller, TimeProvider clock)
{
    private const int SignatureLetters = 12;

    /// <summary>What Payments takes for a description.</summary>
    private const int DescriptionMax = 200;

    public async Task<Outcome<Sign>> Issue(Guid signId, Guid stallId, CancellationToken stop)
    {
        var stall = await db.Stalls.AsNoTracking().SingleOrDefaultAsync(s => s.Id == stallId, stop);
        if (stall is null || !caller.May("markets.manage", Units.Market(stall.MarketId)))
        {
            return stall is null ? KernelRefusals.NotFound : KernelRefusals.Forbidden;
        }
        if (await db.Signs.FindAsync([signId], stop) is { } earlier)
        {
            return earlier;
        }
        if (stall.TraderId is not { } traderId)
        {
            return MarketRefusals.StallIsVacant;
        }
        var trader = await db.Traders.AsNoTracking().SingleAsync(t => t.Id == traderId, stop);
        if (trader.PayeeId is not { } payeeId)
        {
            return MarketRefusals.NoBankAccount;
        }
        var market = await db.Markets.AsNoTracking().SingleAsync(m => m.Id == stall.MarketId, stop);

        // Opened before the sign is saved: the same sign id, asked for again, finds the same code.
        var opened = await payments.OpenPoint(new PointOrder(signId, payeeId, MarketServices.Sale, market.Place,
            stall.Customer, Description(trader.Name, stall.Code, market.Name)), stop);
        if (opened.IsRefused(out var refusal, out var point))
        {
            return refusal;
        }
        var payload = await payments.PointPayload(signId, stop)
            ?? throw new InvalidOperationException("A standing code that was just opened has a payload.");
        return await db.InTransaction<Outcome<Sign>>(async () =>
        {
            var now = clock.GetUtcNow();
            foreach (var old in await db.Signs
                .Where(s => s.StallId == stallId && s.RevokedAt == null).ToListAsync(stop))
            {
                old.RevokedAt = now;
            }
            var sign = new Sign
            {
                Id = signId,
                StallId = stallId,
                TraderId = traderId,
                Code = point.Code,
                Payload = payload,
                Signature = SignatureOf(stallId, payload),
                IssuedAt = now,
                IssuedBy = caller.Signature,
            };
            db.Add(sign);
            var row = await db.Stalls.SingleAsync(s => s.Id == stallId, stop);
            if (row.TraderId != traderId)
            {
                return MarketRefusals.StallIsVacant;
            }
            (row.SignId, row.ChangedAt) = (signId, now);
            db.Publish(row.Describe(market));
            await db.SaveChangesAsync(stop);
            return sign;
        }, stop);
    }

    private static string Description(string trader, string stall, string market)
    {
        var whole = $"{trader} – {stall}, {market}";
        return whole.Length <= DescriptionMax ? whole : whole[..DescriptionMax];
    }

    /// <summary>Twelve letters that only the platform can make for this payload at this stall.</summary>
    public string SignatureOf(Guid stallId, string payload)
    {
        var mac = HMACSHA256.HashData(keys.Key("stall-signs"), Encoding.UTF8.GetBytes($"{stallId}\n{payload}"));
        return ShortCode.From(new Guid(mac.AsSpan(0, 16)), SignatureLetters);
    }
}
