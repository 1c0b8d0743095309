using TinhSo.Kernel.Audit;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Suspense;

/// <summary>Money that came and whose purpose somebody must find out.</summary>
internal sealed class SuspenseItem : IVersioned
{
    public required Guid Id { get; init; }
    public required Guid NoticeId { get; init; }
    public required SuspenseReason Reason { get; init; }
    public required long Amount { get; init; }

    /// <summary>The request that the memo quoted, or null.</summary>
    public required Guid? RequestId { get; init; }

    public required string AccountNumber { get; init; }

    /// <summary>That of the money: of a bank account, or of a partner.</summary>
    public required Guid BankAccount { get; init; }
    public required Guid SuspenseAccount { get; init; }

    /// <summary>By which it came, and counts once its request is found.</summary>
    public required string Channel { get; init; }

    public required SuspenseState State { get; set; }
    public required DateTimeOffset ArrivedAt { get; init; }
    public long Version { get; set; }
}

/// <summary>Whether something is left to do.</summary>
internal enum SuspenseState
{
    /// <summary>Some of the money still waits.</summary>
    Open,

    /// <summary>All of it was assigned or sent back.</summary>
    Closed,
}

/// <summary>Why money waits.</summary>
internal enum SuspenseReason
{
    /// <summary>The memo holds no code.</summary>
    NoCode,

    /// <summary>The memo holds a code that was never given out.</summary>
    UnknownCode,

    /// <summary>The memo holds codes of several requests.</summary>
    SeveralCodes,

    /// <summary>It came into another account than the payee's.</summary>
    WrongAccount,

    /// <summary>The request had been withdrawn.</summary>
    Cancelled,

    /// <summary>The request had been paid already.</summary>
    Double,

    /// <summary>Less than the request asks for.</summary>
    Short,

    /// <summary>The part above what the request asks for.</summary>
    Over,
}

/// <summary>What an officer has done with money in suspense, or proposes to do.</summary>
[Audited]
internal sealed class SuspenseAction : IProposed
{
    /// <summary>Chosen by the caller; for an assignment also the payment's.</summary>
    public required Guid Id { get; init; }

    public required Guid SuspenseId { get; init; }
    public required SuspenseActionKind Kind { get; init; }
    public required long Amount { get; init; }
    public required Guid? RequestId { get; init; }
    public required string Reason { get; init; }
    public required StepState State { get; set; }
    public required string AskedBy { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public string? ApprovedBy { get; set; }
    public DateTimeOffset? ApprovedAt { get; set; }
    public DateTimeOffset? DoneAt { get; set; }

    string IProposed.ProposedBy => AskedBy;

    /// <summary>Whether it holds its amount: nothing else may be done with the same money.</summary>
    public bool Holds => State is StepState.Proposed or StepState.Ordered or StepState.Done;
}

/// <summary>What can be done with money in suspense.</summary>
internal enum SuspenseActionKind
{
    /// <summary>It pays a request.</summary>
    Assign,

    /// <summary>It goes back to whoever sent it.</summary>
    Return,
}
