using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Statements;

/// <summary>Which bank accounts a caller may see and reconcile: those of payees at the caller's units alone.</summary>
internal sealed class BookAccess(PaymentsDb db, ICaller caller)
{
    public const string Read = "payments.statements";
    public const string Reconcile = "payments.reconcile";
    public const string Approve = "payments.reconcile-approve";

    private const int AccountsMax = 2000;

    /// <summary>Whether the caller holds a permission at the units of all whom the account serves.</summary>
    public async Task<bool> May(string permission, BankAccount account, CancellationToken stop)
    {
        var payees = await db.Payees.AsNoTracking()
            .Where(payee => payee.AccountNumber == account.Number && payee.BankBin == account.Bank)
            .Select(payee => payee.Unit).Distinct().ToListAsync(stop);
        return payees.Count > 0 && payees.TrueForAll(unit => caller.May(permission, unit));
    }

    /// <summary>A book that the caller may act on, or null: that it is there and that it is not cannot be told apart.
    /// </summary>
    public async Task<Book?> Find(Guid bookId, string permission, CancellationToken stop) =>
        await db.Books.AsNoTracking().SingleOrDefaultAsync(book => book.Id == bookId, stop) is { } book
        && await May(permission, book.Account, stop) ? book : null;

    /// <summary>The bank accounts of payees, and who is paid by each, that the caller holds a permission for.</summary>
    public async Task<IReadOnlyList<ServedAccount>> Accounts(string permission, CancellationToken stop)
    {
        var payees = await db.Payees.AsNoTracking().OrderBy(payee => payee.Name).ThenBy(payee => payee.Id)
            .Take(AccountsMax).ToListAsync(stop);
        return [.. payees.GroupBy(BankAccount.Of)
            .Where(served => served.All(payee => caller.May(permission, payee.Unit)))
            .Select(served => new ServedAccount(served.Key, [.. served.Select(payee => payee.Name).Distinct()]))];
    }
}

/// <summary>A bank account, and who is paid by it.</summary>
internal sealed record ServedAccount(BankAccount Account, IReadOnlyList<string> Payees)
{
    public Guid BookId => LedgerAccounts.Bank(Account);
}
