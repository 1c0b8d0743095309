using TinhSo.Kernel.Audit;
using TinhSo.Payments.Moves;

namespace TinhSo.Payments.Closing;

/// <summary>The figures of a day under which two people put their names.</summary>
[Audited]
internal sealed class DayClosing : IBookStep
{
    public required Guid Id { get; init; }
    public required Guid BookId { get; init; }
    public required ClosingKind Kind { get; init; }
    public required DateOnly Day { get; init; }
    public required long BankOpening { get; init; }
    public required long BankClosing { get; init; }
    public required long Credits { get; init; }
    public required long Debits { get; init; }

    /// <summary>What stood on the bank account in the ledger when the day ended; for a start, before it began.
    /// </summary>
    public required long LedgerBalance { get; init; }

    /// <summary>What the bank shows up to the day and the ledger posted after it.</summary>
    public required long PostedLater { get; init; }

    /// <summary>What the ledger posted up to the day and the bank shows after it.</summary>
    public required long ShownLater { get; init; }

    /// <summary>What the ledger posted up to the day, and two people have accepted as being on its way.</summary>
    public required long Carried { get; init; }

    /// <summary>What the closing itself adds to the bank account in the ledger; 0 for all but a start.</summary>
    public required long Change { get; init; }

    public required string Reason { get; init; }
    public required StepState State { get; set; }
    public required string ProposedBy { get; init; }
    public required DateTimeOffset ProposedAt { get; init; }
    public string? ApprovedBy { get; set; }
    public DateTimeOffset? ApprovedAt { get; set; }
    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>Whether it still waits for somebody or for the ledger.</summary>
    public bool IsUnderWay => State is StepState.Proposed or StepState.Ordered;
}

/// <summary>What two people agree on.</summary>
internal enum ClosingKind
{
    /// <summary>With which balance of the bank the ledger begins.</summary>
    Start,

    /// <summary>That the day adds up.</summary>
    Day,
}
