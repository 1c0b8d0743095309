using TinhSo.Kernel.Http;

namespace TinhSo.Ledger.Books;

/// <summary>An account as the writer holds it in memory. Only whoever decides touches it, but for where it is noted.
/// </summary>
internal sealed class Account(
    Guid id, string owner, string kind, AccountRules rules, DateTimeOffset openedAt)
{
    public Guid Id => id;

    public string Owner => owner;

    public string Kind => kind;

    public AccountRules Rules => rules;

    public DateTimeOffset OpenedAt => openedAt;

    /// <summary>What stands on it, and after which row; a new account's is <c>default</c>.</summary>
    public AccountState State { get; set; }

    /// <summary>The batch that last changed it, so that each batch writes it once.</summary>
    public long TouchedIn { get; set; }

    /// <summary>The round of balances written behind in which it was noted last, and its place there.</summary>
    public (long Round, int Place) Noted { get; set; }

    // Neither difference can overflow: debits and reserved debits together always fit, and so do credits.
    private long DebitableUnderRules => State.Sums.Credits - State.Sums.Debits - State.Sums.ReservedDebits;

    private long CreditableUnderRules => State.Sums.Debits - State.Sums.Credits - State.Sums.ReservedCredits;

    public LedgerAccount ToLedgerAccount() => new(id, owner, kind, rules, State.Sums.ToBalance(), openedAt);

    /// <summary>Why <paramref name="amount"/> cannot pass between the two, now or later; null when it can.</summary>
    public static Refusal? Check(Account debit, Account credit, long amount)
    {
        if (debit.Rules.HasFlag(AccountRules.DebitsMustNotExceedCredits) && amount > debit.DebitableUnderRules)
        {
            return LedgerRefusals.InsufficientFunds;
        }
        if (credit.Rules.HasFlag(AccountRules.CreditsMustNotExceedDebits) && amount > credit.CreditableUnderRules)
        {
            return LedgerRefusals.InsufficientFunds;
        }
        return amount > long.MaxValue - debit.State.Sums.Debits - debit.State.Sums.ReservedDebits
            || amount > long.MaxValue - credit.State.Sums.Credits - credit.State.Sums.ReservedCredits
            ? LedgerRefusals.Overflow
            : null;
    }

    /// <summary>Takes in a row of the log.</summary>
    /// <param name="position">The row's.</param>
    /// <param name="sums">What stands on the account right after it.</param>
    public void Enter(long position, Sums sums) => State = new AccountState(sums, position, State.Entries + 1);
}
