using Microsoft.EntityFrameworkCore;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Storage;
using TinhSo.Payments;

namespace TinhSo.Markets.Traders;

/// <summary>What is asked when a trader is registered.</summary>
internal sealed record TraderOrder(
    Guid Id, string? Name, string? Kind, string? TaxCode, string? Phone, string? BankBin, string? AccountNumber,
    string? AccountName, bool Demo = false, string? Reason = null);

/// <summary>A trader as registered.</summary>
/// <param name="Trader">The trader.</param>
/// <param name="Proposal">The change of the account that waits for a second person; null when there is none.</param>
internal sealed record RegisteredTrader(Trader Trader, Proposal? Proposal);

/// <summary>Registers traders and the bank accounts into which buyers pay them.</summary>
/// <remarks>The first account is set at once; another one is proposed by the board and approved by a treasurer.
/// </remarks>
internal sealed class RegisterTrader(MarketsDb db, IPayments payments, TraderAccount accounts, IProposals proposals,
    ICaller caller, TimeProvider clock)
{
    public async Task<Outcome<RegisteredTrader>> Register(TraderOrder order, CancellationToken stop)
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
        var clean = order with { Name = name, TaxCode = taxCode, Phone = phone };
        if (string.IsNullOrWhiteSpace(order.AccountNumber) || HasAccount(trader, order))
        {
            return new RegisteredTrader(await SaveAll(clean, kind, null, stop), null);
        }
        var ordered = TraderAccount.Order(order.Id, trader?.PayeeId is null, name, order.BankBin, order.AccountNumber,
            order.AccountName);
        if (payments.CheckPayee(ordered).IsRefused(out var refusal, out var account))
        {
            return refusal;
        }
        if (trader?.PayeeId is not null && caller.PersonId is not null)
        {
            var proposed = await proposals.Propose(new TraderAccountChange(
                order.Id, account.BankBin, account.AccountNumber, account.AccountName), order.Reason, stop);
            return proposed.IsRefused(out refusal, out var proposal)
                ? refusal : new RegisteredTrader(await SaveAll(clean, kind, null, stop), proposal);
        }
        return (await accounts.Register(ordered, stop)).IsRefused(out refusal, out var payee)
            ? refusal : new RegisteredTrader(await SaveAll(clean, kind, payee, stop), null);
    }

    private Task<Trader> SaveAll(TraderOrder order, TraderKind kind, Payee? payee, CancellationToken stop) =>
        db.InTransaction(() => Save(order, kind, payee, stop), stop);

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
            await accounts.Put(trader, payee, stop);
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
}
