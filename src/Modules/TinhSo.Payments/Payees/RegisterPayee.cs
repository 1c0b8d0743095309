using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Payees;

/// <summary>Registers who is paid, with the ledger's accounts that its money will pass through.</summary>
internal sealed class RegisterPayee(PaymentsDb db, LedgerAccounts accounts, TimeProvider clock)
{
    private const int AccountNumberMax = 19;

    public async Task<Outcome<Payee>> Run(PayeeOrder order, CancellationToken stop)
    {
        if (Check(order).IsRefused(out var wrong, out var clean))
        {
            return wrong;
        }
        var payee = new StoredPayee
        {
            Id = clean.Id,
            Unit = clean.Unit,
            Name = clean.Name,
            BankBin = clean.BankBin,
            AccountNumber = clean.AccountNumber,
            AccountName = clean.AccountName,
            RegisteredAt = clock.GetUtcNow(),
        };
        // The accounts come first: a payee that is there can always be paid.
        if (await accounts.OpenPayee(payee, stop) is { } refusal)
        {
            return refusal;
        }
        return await db.InTransaction<Outcome<Payee>>(async () =>
        {
            if (await db.Payees.FindAsync([payee.Id], stop) is { } before)
            {
                return before.ToPayee() == payee.ToPayee()
                    ? before.ToPayee()
                    : PaymentRefusals.IdUsedDifferently;
            }
            db.Payees.Add(payee);
            await db.SaveChangesAsync(stop);
            return payee.ToPayee();
        }, stop);
    }

    public static Outcome<PayeeOrder> Check(PayeeOrder order)
    {
        var errors = new FieldErrors();
        if (order.Id == Guid.Empty)
        {
            errors.Add("id", "Thiếu mã định danh.", "The id is missing.");
        }
        var bin = errors.Required("bankBin", order.BankBin, 6);
        if (bin.Length > 0 && Banks.Find(bin) is null)
        {
            errors.Add("bankBin", "Không có ngân hàng mang mã BIN này.", "No bank has this BIN.");
        }
        var number = errors.Required("accountNumber", order.AccountNumber, AccountNumberMax).ToUpperInvariant();
        if (!number.All(char.IsAsciiLetterOrDigit))
        {
            errors.Add("accountNumber", "Số tài khoản chỉ gồm chữ và số.", "An account number has letters and digits.");
        }
        var holder = errors.Required("accountName", order.AccountName, 70);
        if (holder.Any(letter => letter is < ' ' or > '~' || char.IsAsciiLetterLower(letter)))
        {
            errors.Add("accountName", "Tên chủ tài khoản viết hoa không dấu, như ngân hàng hiển thị.",
                "The holder's name is in ASCII capitals, as the bank shows it.");
        }
        var clean = new PayeeOrder(order.Id, errors.Required("unit", order.Unit, 100),
            errors.Required("name", order.Name), bin, number, holder);
        return errors.Any ? errors.ToRefusal() : clean;
    }
}
