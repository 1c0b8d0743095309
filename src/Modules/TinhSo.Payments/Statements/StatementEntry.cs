using TinhSo.Kernel.Storage;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Statements;

/// <summary>One line of a bank account, as the bank's file has it.</summary>
internal sealed class StatementEntry : IVersioned
{
    /// <summary>Who settles what is sure.</summary>
    public const string Platform = "system";

    public required Guid Id { get; init; }
    public required Guid StatementId { get; init; }
    public required Guid BookId { get; init; }

    /// <summary>Whether it belongs to a statement with balances: the same money in a notice counts no second time.
    /// </summary>
    public required bool Counts { get; init; }

    /// <summary>Its place in the statement: 1, 2, 3 and so on.</summary>
    public required int Line { get; init; }

    /// <summary>The day on which it counts: that of booking, or, when that one had been told already, the first after.
    /// </summary>
    public required DateOnly Day { get; init; }

    public required DateOnly BookedOn { get; init; }

    /// <summary>When the bank booked it; null when it tells the day alone.</summary>
    public required DateTimeOffset? BankedAt { get; init; }

    public required long Amount { get; init; }
    public required bool IsDebit { get; init; }

    /// <summary>The bank's own for the transaction, or null.</summary>
    public required string? BankReference { get; init; }

    public required string Memo { get; init; }
    [Sealed]
    public required string? PayerName { get; init; }
    [Sealed]
    public required string? PayerAccount { get; init; }
    public required string? PayerBank { get; init; }
    public required EntryState State { get; set; }

    /// <summary>Why it is a difference; null while it is none.</summary>
    public EntryCause? Cause { get; set; }

    /// <summary>The notice that is the same money, or, where the amounts differ, that has its reference.</summary>
    public Guid? NoticeId { get; set; }

    /// <summary>The refund or return that explains a debit.</summary>
    public Guid? MoveId { get; set; }

    /// <summary>The provider's notice that came after the entry had been taken in.</summary>
    public Guid? ToldBy { get; set; }

    public string? SettledBy { get; set; }
    public DateTimeOffset? SettledAt { get; set; }
    public long Version { get; set; }

    /// <summary>What it changes: above 0 when money came.</summary>
    public long Change => IsDebit ? -Amount : Amount;

    /// <summary>Whether a person said which money it is, and may take that back.</summary>
    public bool IsMatchedByHand => State is EntryState.Matched && SettledBy is not (null or Platform);
}

/// <summary>How far an entry has come.</summary>
internal enum EntryState
{
    /// <summary>Not yet booked by the bank: listed and nothing else.</summary>
    Pending,

    /// <summary>Nothing explains it yet.</summary>
    Open,

    /// <summary>A notice, a refund or a return is the same money.</summary>
    Matched,

    /// <summary>It became a notice itself.</summary>
    TakenIn,

    /// <summary>Two people have accepted it for a reason.</summary>
    Accepted,
}

/// <summary>Why an open entry is a difference.</summary>
internal enum EntryCause
{
    /// <summary>Money in the bank that no notice told of.</summary>
    Untold,

    /// <summary>It may be the same money as one of several notices, or as one that does not quite fit.</summary>
    Ambiguous,

    /// <summary>A notice has its reference and another amount.</summary>
    AmountDiffers,

    /// <summary>Money that went out, and no refund or return explains it.</summary>
    Unexplained,
}
