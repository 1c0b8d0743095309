using TinhSo.Kernel.Audit;
using TinhSo.Payments.Moves;

namespace TinhSo.Payments.Closing;

/// <summary>A difference that one person proposes to accept for a reason, and another approves.</summary>
[Audited]
internal sealed class Acceptance : IBookStep
{
    public required Guid Id { get; init; }
    public required Guid BookId { get; init; }

    /// <summary>The day among whose differences it was.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>The entry accepted, or null.</summary>
    public required Guid? EntryId { get; init; }

    /// <summary>The notice that the statement does not show, or null.</summary>
    public required Guid? NoticeId { get; init; }

    /// <summary>The refund or return that the statement does not show, or null.</summary>
    public required Guid? MoveId { get; init; }

    public required AcceptanceWay Way { get; init; }

    /// <summary>What it adds to the ledger's bank account, in đồng; 0 when nothing moves.</summary>
    public required long Change { get; init; }

    /// <summary>Until which day what is on its way need not be shown; null when it is booked.</summary>
    public required DateOnly? Until { get; init; }

    public required string Reason { get; init; }
    public required StepState State { get; set; }
    public required string ProposedBy { get; init; }
    public required DateTimeOffset ProposedAt { get; init; }
    public string? ApprovedBy { get; set; }
    public DateTimeOffset? ApprovedAt { get; set; }
    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>Whether it still waits for somebody or for the ledger.</summary>
    public bool IsUnderWay => State is StepState.Proposed or StepState.Ordered;

    /// <summary>What the difference is about.</summary>
    public Guid SubjectId => EntryId ?? NoticeId ?? MoveId ?? Guid.Empty;
}

/// <summary>How a difference is accepted.</summary>
internal enum AcceptanceWay
{
    /// <summary>The bank is right: a transfer makes the ledger's bank account agree with it.</summary>
    Book,

    /// <summary>The ledger is right: the bank will show it within days.</summary>
    Later,
}
