namespace TinhSo.Ledger.Books;

/// <summary>The four sums of an account; <c>default</c> is a new account's.</summary>
internal readonly record struct Sums(long Debits, long Credits, long ReservedDebits, long ReservedCredits)
{
    public LedgerBalance ToBalance() => new(Debits, Credits, ReservedDebits, ReservedCredits);

    public Sums Debited(long amount) => this with { Debits = Debits + amount };

    public Sums Credited(long amount) => this with { Credits = Credits + amount };

    public Sums DebitReserved(long amount) => this with { ReservedDebits = ReservedDebits + amount };

    public Sums CreditReserved(long amount) => this with { ReservedCredits = ReservedCredits + amount };
}

/// <summary>What stands on an account right after one of its rows.</summary>
/// <param name="Sums">The four sums.</param>
/// <param name="Last">The row's position; 0 before the first.</param>
/// <param name="Entries">How many rows the account has, that one included.</param>
internal readonly record struct AccountState(Sums Sums, long Last, long Entries)
{
    /// <summary>Of so many rows of an account one is marked, so that a walk back to a moment is never longer.</summary>
    public const int MarkInterval = 64;

    public bool IsMarked => Entries % MarkInterval == 0;
}
