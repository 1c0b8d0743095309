using TinhSo.Kernel.Http;

namespace TinhSo.Ledger.Books;

/// <summary>An account as the writer holds it in memory. Only the writer's own task touches it.</summary>
internal sealed class Account(
    Guid id, string owner, string kind, AccountRules rules, DateTimeOffset openedAt, Sums sums)
{
    public Guid Id => id;

    public string Owner => owner;

    public string Kind => kind;

    public AccountRules Rules => rules;

    public DateTimeOffset OpenedAt => openedAt;

    public Sums Sums { get; set; } = sums;

    /// <summary>The batch that last changed it, so that each batch writes it once.</summary>
    public long TouchedIn { get; set; }

    // Neither difference can overflow: debits and reserved debits together always fit, and so do credits.
    private long DebitableUnderRules => Sums.Credits - Sums.Debits - Sums.ReservedDebits;

    private long CreditableUnderRules => Sums.Debits - Sums.Credits - Sums.ReservedCredits;

    public LedgerAccount ToLedgerAccount() => new(id, owner, kind, rules, Sums.ToBalance(), openedAt);

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
        return amount > long.MaxValue - debit.Sums.Debits - debit.Sums.ReservedDebits
            || amount > long.MaxValue - credit.Sums.Credits - credit.Sums.ReservedCredits
            ? LedgerRefusals.Overflow
            : null;
    }

    public void Debit(long amount) => Sums = Sums with { Debits = Sums.Debits + amount };

    public void Credit(long amount) => Sums = Sums with { Credits = Sums.Credits + amount };

    public void ReserveDebit(long amount) => Sums = Sums with { ReservedDebits = Sums.ReservedDebits + amount };

    public void ReserveCredit(long amount) => Sums = Sums with { ReservedCredits = Sums.ReservedCredits + amount };
}
