using System.Collections.Concurrent;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Ledger;
using TinhSo.Payments.Payees;

namespace TinhSo.Payments.Moves;

/// <summary>Opens the ledger's accounts that money passes through, each derived from what it is.</summary>
/// <remarks>
/// Their rules make the ledger itself refuse what must never be: giving back more than came in, from whichever side.
/// </remarks>
internal sealed class LedgerAccounts(ILedger ledger)
{
    // The ledger would answer the same each time; asking once a process is enough.
    private readonly ConcurrentDictionary<Guid, bool> opened = new();

    /// <summary>What came in for a payee.</summary>
    public static Guid Payee(Guid payeeId) => Id($"payee:{payeeId}");

    /// <summary>What lies in a bank account.</summary>
    public static Guid Bank(BankAccount account) => Id($"bank:{account}");

    /// <summary>What came into a bank account and is nobody's yet.</summary>
    public static Guid Suspense(BankAccount account) => Id($"suspense:{account}");

    /// <summary>What lay in a bank account before its statements were read.</summary>
    public static Guid Opening(BankAccount account) => Id($"opening:{account}");

    /// <summary>What a bank account holds more, or less, than anything here explains.</summary>
    public static Guid Difference(BankAccount account) => Id($"difference:{account}");

    /// <summary>What a collector, or a payee at its own point of sale, holds in coins and notes.</summary>
    public static Guid Cash(string holder) => Id($"cash:{holder}");

    /// <summary>What lies in a unit's vault in coins and notes.</summary>
    public static Guid Vault(string unit) => Id($"vault:{unit}");

    /// <summary>What collectors of a unit counted more, or less, than anything explains.</summary>
    public static Guid CashDifference(string unit) => Id($"cash-difference:{unit}");

    /// <summary>What a partner has collected and still owes.</summary>
    public static Guid Partner(string code) => Id($"partner:{code}");

    /// <summary>What a partner has collected and is nobody's yet.</summary>
    public static Guid PartnerSuspense(string code) => Id($"suspense:partner:{code}");

    public async Task<Refusal?> OpenPayee(StoredPayee payee, CancellationToken stop) =>
        await Open(new(Payee(payee.Id), $"payee:{payee.Id}", "payee", AccountRules.DebitsMustNotExceedCredits), stop)
        ?? await OpenMoney(BankAccount.Of(payee), stop);

    /// <summary>Opens where money comes in, with what waits beside it.</summary>
    public async Task<Refusal?> OpenMoney(IMoneyAccount account, CancellationToken stop) =>
        await Open(new(account.Id, account.Owner, account.Kind, AccountRules.CreditsMustNotExceedDebits), stop)
        ?? await Open(
            new(account.Suspense, account.Owner, "suspense", AccountRules.DebitsMustNotExceedCredits), stop);

    /// <summary>What the closing of days needs beside the account itself: either may stand on either side.</summary>
    public async Task<Refusal?> OpenBook(BankAccount account, CancellationToken stop) =>
        await OpenMoney(account, stop)
        ?? await Open(new(Opening(account), $"bank-account:{account}", "opening"), stop)
        ?? await Open(new(Difference(account), $"bank-account:{account}", "difference"), stop);

    public Task<Refusal?> OpenCash(string holder, CancellationToken stop) =>
        Open(new(Cash(holder), holder, "cash", AccountRules.CreditsMustNotExceedDebits), stop);

    /// <summary>What shifts of a unit need beside tills: a difference may stand on either side.</summary>
    public async Task<Refusal?> OpenVault(string unit, CancellationToken stop) =>
        await Open(new(Vault(unit), unit, "vault", AccountRules.CreditsMustNotExceedDebits), stop)
        ?? await Open(new(CashDifference(unit), unit, "cash-difference"), stop);

    private async Task<Refusal?> Open(AccountOrder order, CancellationToken stop)
    {
        if (opened.ContainsKey(order.Id))
        {
            return null;
        }
        var answer = await ledger.Open(order, stop);
        if (answer.IsRefused(out var refusal, out _))
        {
            return refusal;
        }
        opened.TryAdd(order.Id, true);
        return null;
    }

    private static Guid Id(string name) => Ids.From("payments.account", name);
}
