namespace TinhSo.Ledger.Books;

/// <summary>The four sums of an account; <c>default</c> is a new account's.</summary>
internal readonly record struct Sums(long Debits, long Credits, long ReservedDebits, long ReservedCredits)
{
    public LedgerBalance ToBalance() => new(Debits, Credits, ReservedDebits, ReservedCredits);
}
