using Microsoft.EntityFrameworkCore;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Markets;
using TinhSo.Markets.Storage;
using TinhSo.Payments;

namespace TinhSo.Markets.Traders;

/// <summary>Another bank account for a trader's sales.</summary>
internal sealed record TraderAccountChange(Guid TraderId, string BankBin, string AccountNumber, string AccountName);

/// <summary>The bank account into which buyers pay a trader.</summary>
internal sealed class TraderAccount(MarketsDb db, IPayments payments, TimeProvider clock)
    : ICarryOut<TraderAccountChange>
{
    public const string Kind = "markets.trader-account";

    /// <summary>Who is to be paid. A payee never changes: another account is another payee, at the same unit.</summary>
    public static PayeeOrder Order(
        Guid traderId, bool isFirst, string name, string? bin, string? number, string? holder) => new(
            isFirst ? traderId : Ids.From("markets.trader", $"{traderId}\n{name}\n{bin}\n{number}\n{holder}"),
            Units.Payee(traderId), name, bin ?? "", number ?? "", holder ?? "");

    /// <summary>Registers who is paid, or tells why not.</summary>
    public Task<Outcome<Payee>> Register(PayeeOrder order, CancellationToken stop) =>
        payments.RegisterPayee(order, stop);

    /// <summary>Has buyers pay there from now on; saved by the caller.</summary>
    public async Task Put(Trader trader, Payee payee, CancellationToken stop)
    {
        if (trader.PayeeId is not null && trader.PayeeId != payee.Id)
        {
            await RevokeSigns(trader, stop);
        }
        (trader.BankBin, trader.AccountNumber, trader.AccountName, trader.PayeeId) =
            (payee.BankBin, payee.AccountNumber, payee.AccountName, payee.Id);
    }

    public async Task<Outcome<ProposedChange>> Foresee(TraderAccountChange what, CancellationToken stop)
    {
        var trader = await db.Traders.AsNoTracking().SingleAsync(t => t.Id == what.TraderId, stop);
        var before = trader.PayeeId is { } id ? await payments.FindPayee(id, stop) : null;
        return new ProposedChange(trader.Unit,
            new($"Đổi tài khoản nhận tiền của {trader.Name}", $"Change the account of {trader.Name}"),
            AccountLines.Of(before, what.BankBin, what.AccountNumber, what.AccountName));
    }

    public async Task<Refusal?> CarryOut(TraderAccountChange what, Proposal proposal, CancellationToken stop)
    {
        var trader = await db.Traders.SingleAsync(t => t.Id == what.TraderId, stop);
        var order = Order(trader.Id, isFirst: false, trader.Name, what.BankBin, what.AccountNumber, what.AccountName);
        if ((await Register(order, stop)).IsRefused(out var refusal, out var payee))
        {
            return refusal;
        }
        await Put(trader, payee, stop);
        await db.SaveChangesAsync(stop);
        return null;
    }

    // The signs on the walls still ask for money into the old account.
    private async Task RevokeSigns(Trader trader, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        foreach (var stall in await db.Stalls
            .Where(s => s.TraderId == trader.Id && s.SignId != null).ToListAsync(stop))
        {
            (await db.Signs.SingleAsync(s => s.Id == stall.SignId, stop)).RevokedAt = now;
            (stall.SignId, stall.ChangedAt) = (null, now);
            db.Publish(stall.Describe(await db.Markets.SingleAsync(m => m.Id == stall.MarketId, stop)));
        }
    }
}
