using TinhSo.Ledger;
using TinhSo.Payments.Suspense;

namespace TinhSo.Payments.Moves;

/// <summary>A transfer that this module asks of the ledger, with all that it takes to finish it.</summary>
/// <remarks>
/// Written in the transaction of the decision and before the ledger is asked. A crash before the ledger has it is
/// healed by the sweep, which asks again; a crash after that is healed by the ledger's log, which tells again.
/// </remarks>
internal sealed class Move
{
    /// <summary>The transfer's.</summary>
    public required Guid Id { get; init; }

    /// <summary>Moves of one batch are posted together or not at all.</summary>
    public required Guid BatchId { get; init; }

    public required int Sequence { get; init; }
    public required MovePurpose Purpose { get; init; }
    public required Guid Debit { get; init; }
    public required Guid Credit { get; init; }
    public required long Amount { get; init; }
    public required string Code { get; init; }
    public required string Channel { get; init; }
    public string? Place { get; init; }
    public required string Reference { get; init; }

    /// <summary>The payment, refund, item or action that comes of it, by purpose.</summary>
    public required Guid SubjectId { get; init; }

    public Guid? PayeeId { get; init; }
    public Guid? RequestId { get; init; }
    public Guid? PointId { get; init; }
    public Guid? NoticeId { get; init; }

    /// <summary>The shift in which cash came into the till, or went back out of it; null for all else.</summary>
    public Guid? ShiftId { get; init; }

    /// <summary>The bank account, partner, till or vault in which the money lies.</summary>
    public required Guid MoneyAccount { get; init; }

    public SuspenseReason? SuspenseReason { get; init; }
    public bool Late { get; init; }
    public required string AskedBy { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public MoveState State { get; set; }
    public string? Refusal { get; set; }
    public DateTimeOffset? SettledAt { get; set; }

    /// <summary>When the ledger accepted it; null before.</summary>
    public DateTimeOffset? PostedAt { get; set; }

    /// <summary>The day on which the bank's statement shows the money; null while none does.</summary>
    public DateOnly? ShownOn { get; set; }

    public TransferOrder ToOrder() =>
        new(Id, TransferKind.Post, Debit, Credit, Amount, Code, Channel, Place, Reference);
}

/// <summary>What a transfer is for.</summary>
internal enum MovePurpose
{
    /// <summary>From a bank account, partner or till to a payee.</summary>
    Payment,

    /// <summary>From a bank account or partner to suspense.</summary>
    Suspense,

    /// <summary>From suspense to a payee.</summary>
    Assign,

    /// <summary>From suspense back to the bank account or partner.</summary>
    Return,

    /// <summary>From a payee back to the bank account, partner, till or vault.</summary>
    Refund,

    /// <summary>What lay in the bank account before its statements were read.</summary>
    Opening,

    /// <summary>What the bank shows, or never did, and two people have accepted.</summary>
    Adjustment,

    /// <summary>From a unit's vault to a collector's till, when a shift begins.</summary>
    Float,

    /// <summary>From a collector's till to the unit's vault, when a shift ends.</summary>
    HandOver,

    /// <summary>What a collector counted more, or less, than the till should hold.</summary>
    CashDifference,
}

/// <summary>How far a transfer has come.</summary>
internal enum MoveState
{
    /// <summary>To be posted, or posted and not yet heard of.</summary>
    Asked,

    /// <summary>In the ledger, with its consequences.</summary>
    Settled,

    /// <summary>The ledger will not have it.</summary>
    Refused,
}
