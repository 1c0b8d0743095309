using TinhSo.Payments.Moves;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Statements;

/// <summary>A bank account whose statements are read; under its lock entries are matched and days are closed.</summary>
internal sealed class Book : IVersioned
{
    /// <summary>That of the bank account in the ledger.</summary>
    public required Guid Id { get; init; }

    public required string BankBin { get; init; }
    public required string AccountNumber { get; init; }

    /// <summary>The last day that a statement or a file of notices tells of; null before the first.</summary>
    public DateOnly? LastDay { get; set; }

    /// <summary>The day with whose opening balance the ledger begins; null before two people have agreed on it.
    /// </summary>
    public DateOnly? StartsOn { get; set; }

    /// <summary>The last day that is closed; null before the first.</summary>
    public DateOnly? ClosedUntil { get; set; }

    public long Version { get; set; }

    public BankAccount Account => new(BankBin, AccountNumber);

    /// <summary>Whether nothing of a day may change any more.</summary>
    public bool IsClosed(DateOnly day) => ClosedUntil is { } last && day <= last;
}
