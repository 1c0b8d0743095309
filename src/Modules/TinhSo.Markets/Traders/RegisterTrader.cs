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
        var trader = await db.Traders.FindAsync([order.Id], stop) ?? new Trader
        {
            Id = order.Id,
            Name = name,
            Folded = "",
            Kind = kind,
            TaxCode = taxCode,
            Demo = order.Demo,
            CreatedAt = clock.GetUtcNow(),
        };
        (trader.Name, trader.Folded, trader.Phone) = (name, Words.Fold(name), phone);
        if (!string.IsNullOrWhiteSpace(order.AccountNumber))
        {
            var payee = await payments.RegisterPayee(new PayeeOrder(trader.Id, trader.Unit, name,
                order.BankBin ?? "", order.AccountNumber, order.AccountName ?? ""), stop);
            if (payee.IsRefused(out var refusal, out var registered))
            {
                return refusal;
            }
            (trader.BankBin, trader.AccountNumber, trader.AccountName, trader.PayeeId) =
                (registered.BankBin, registered.AccountNumber, registered.AccountName, registered.Id);
        }
        if (db.Entry(trader).State is Microsoft.EntityFrameworkCore.EntityState.Detached)
        {
            db.Add(trader);
        }
        await db.SaveChangesAsync(stop);
        return trader;
    }
}
