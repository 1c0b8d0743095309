using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Storage;
using TinhSo.Payments;

namespace TinhSo.Markets.Traders;

/// <summary>What is asked when a trader is registered.</summary>
internal sealed record TraderOrder(
    Guid Id, string? Name, string? Kind, string? TaxCode, string? Phone, string? BankBin, string? AccountNumber,
    string? AccountName, bool Demo = false);

/// <summary>Registers traders and the bank accounts into which buyers pay them.</summary>
internal sealed class RegisterTrader(MarketsDb db, IPayments payments, ICaller caller, TimeProvider clock)
{
    public async Task<Outcome<Trader>> Register(TraderOrder order, CancellationToken stop)
    {
        if (caller.UnitsFor("markets.manage").Count == 0)
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        errors.Id("id", order.Id);
        var name = errors.Required("name", order.Name, 120);
        var kind = errors.Choice<TraderKind>("kind", order.Kind);
        var taxCode = errors.Optional("taxCode", order.TaxCode, 14);
        if (taxCode is null ? kind is TraderKind.Firm && !errors.Any : !TaxCode.IsValid(taxCode))
        {
            errors.Add("taxCode", "Mã số thuế không đúng: 10 số, 10 số và 3 số chi nhánh, hoặc 12 số.",
                "The tax code is not right: 10 digits, 10 and a branch of 3, or 12.");
        }
        var phone = errors.Optional("phone", order.Phone, 15);
        if (phone is not null && (phone.Length < 9 || !phone.All(c => char.IsAsciiDigit(c) || c is '+' or ' ')))
        {
            errors.Add("phone", "Hãy nhập số điện thoại, ví dụ 0912 345 678.", "Enter a phone, such as 0912 345 678.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var trader = await db.Traders.FindAsync([order.Id], stop);
        if (trader is not null && !await IsOwn(trader, stop))
        {
            return KernelRefusals.Forbidden;
        }
        Payee? payee = null;
        if (!string.IsNullOrWhiteSpace(order.AccountNumber) && !HasAccount(trader, order))
        {
            // A payee never changes: another account is another payee, at the same unit.
            var payeeId = trader?.PayeeId is null
                ? order.Id : Ids.From("markets.trader",
                    $"{order.Id}\n{name}\n{order.BankBin}\n{order.AccountNumber}\n{order.AccountName}");
            var registered = await payments.RegisterPayee(new PayeeOrder(payeeId, Units.Payee(order.Id), name,
                order.BankBin ?? "", order.AccountNumber, order.AccountName ?? ""), stop);
            if (registered.IsRefused(out var refusal, out payee))
            {
                return refusal;
            }
        }
        var clean = order with { Name = name, TaxCode = taxCode, Phone = phone };
        return await db.InTransaction<Outcome<Trader>>(async () => await Save(clean, kind, payee, stop), stop);
    }

    private async Task<Trader> Save(TraderOrder order, TraderKind kind, Payee? payee, CancellationToken stop)
    {
        var trader = await db.Traders.FindAsync([order.Id], stop) ?? db.Add(new Trader
        {
            Id = order.Id,
            Name = "",
            Folded = "",
            Kind = kind,
            Demo = order.Demo,
            CreatedAt = clock.GetUtcNow(),
        }).Entity;
        (trader.Name, trader.Folded, trader.Phone) = (order.Name!, Words.Fold(order.Name!), order.Phone);
        (trader.Kind, trader.TaxCode) = (kind, order.TaxCode);
        if (payee is not null)
        {
            if (trader.PayeeId is not null && trader.PayeeId != payee.Id)
            {
                await RevokeSigns(trader, stop);
            }
            (trader.BankBin, trader.AccountNumber, trader.AccountName, trader.PayeeId) =
                (payee.BankBin, payee.AccountNumber, payee.AccountName, payee.Id);
        }
        await db.SaveChangesAsync(stop);
        return trader;
    }

    /// <summary>
    /// Whether the caller runs a market where the trader has a stall; one without a stall is any board's.
    /// </summary>
    private async Task<bool> IsOwn(Trader trader, CancellationToken stop)
    {
        var markets = await db.Stalls.Where(s => s.TraderId == trader.Id)
            .Select(s => s.MarketId).Distinct().ToListAsync(stop);
        return markets.Count == 0 || markets.Exists(id => caller.May("markets.manage", Units.Market(id)));
    }

    private static bool HasAccount(Trader? trader, TraderOrder order) =>
        trader is not null && trader.BankBin == order.BankBin?.Trim()
            && trader.AccountNumber == order.AccountNumber?.Trim().ToUpperInvariant()
            && trader.AccountName == order.AccountName?.Trim();

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
