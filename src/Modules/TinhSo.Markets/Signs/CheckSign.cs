using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Markets.Storage;
using TinhSo.Payments;

namespace TinhSo.Markets.Signs;

/// <summary>What a code on a wall turned out to be.</summary>
internal enum SignVerdict
{
    /// <summary>Issued by the platform for this stall, and in force.</summary>
    Genuine,

    /// <summary>Issued once, and since replaced or ended.</summary>
    Revoked,

    /// <summary>A bank code, but none that the platform issued: it may have been pasted over.</summary>
    Foreign,

    /// <summary>It carries a code of the platform, but another account: made to deceive.</summary>
    Forged,

    /// <summary>Not a VietQR code at all.</summary>
    Unreadable,
}

/// <summary>The answer to "is the code on this wall this stall's?".</summary>
internal sealed record SignCheck(
    SignVerdict Verdict, string? MarketName, string? StallCode, string? TraderName, string? Bank, string? AccountEnd);

/// <summary>Tells anyone whether the QR code on a sign is the one that was issued for the stall.</summary>
internal sealed class CheckSign(MarketsDb db, IssueSign signs)
{
    // How Payments writes the codes that it gives out into memos.
    private const string CodePrefix = "TS";
    private const int CodeLetters = 9;

    public async Task<SignCheck> Check(string? scanned, CancellationToken stop)
    {
        var payload = (scanned ?? "").Trim();
        if (VietQr.Decode(payload).Transfer is not { } qr)
        {
            return new(SignVerdict.Unreadable, null, null, null, null, null);
        }
        var quoted = ShortCode.FindIn(qr.Purpose, CodePrefix, CodeLetters).Distinct().Take(8).ToList();
        var sign = await db.Signs.AsNoTracking().Where(s => quoted.Contains(s.Code))
            .OrderByDescending(s => s.IssuedAt).FirstOrDefaultAsync(stop);
        if (sign is null || signs.SignatureOf(sign.StallId, sign.Payload) != sign.Signature)
        {
            return Foreign(qr);
        }
        if (sign.Payload == payload)
        {
            return await About(sign, sign.RevokedAt is null ? SignVerdict.Genuine : SignVerdict.Revoked, stop);
        }
        // The same account in other words, such as with an amount, deceives nobody; yet the platform did not issue it.
        var own = VietQr.Decode(sign.Payload).Transfer!;
        return (own.BankBin, own.Account) == (qr.BankBin, qr.Account)
            ? Foreign(qr) : await About(sign, SignVerdict.Forged, stop);
    }

    private static SignCheck Foreign(VietQrTransfer qr) =>
        new(SignVerdict.Foreign, null, null, null, qr.BankBin, Words.Mask(qr.Account, 4));

    private async Task<SignCheck> About(Sign sign, SignVerdict verdict, CancellationToken stop)
    {
        var about = await (
            from stall in db.Stalls.AsNoTracking()
            join market in db.Markets on stall.MarketId equals market.Id
            join trader in db.Traders on sign.TraderId equals trader.Id
            where stall.Id == sign.StallId
            select new { market.Name, stall.Code, Trader = trader.Name })
            .SingleAsync(stop);
        var own = VietQr.Decode(sign.Payload).Transfer!;
        return new(verdict, about.Name, about.Code, about.Trader, own.BankBin, Words.Mask(own.Account, 4));
    }
}
