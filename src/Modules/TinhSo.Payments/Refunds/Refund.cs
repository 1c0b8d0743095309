namespace TinhSo.Payments.Refunds;

/// <summary>Money to be given back: proposed by one person, approved by another.</summary>
internal sealed class Refund
{
    public required Guid Id { get; init; }
    public required Guid PaymentId { get; init; }
    public required long Amount { get; init; }
    public required string Reason { get; init; }
    public required StepState State { get; set; }
    public required string ProposedBy { get; init; }
    public required DateTimeOffset ProposedAt { get; init; }
    public string? ApprovedBy { get; set; }
    public DateTimeOffset? ApprovedAt { get; set; }
    public DateTimeOffset? RefundedAt { get; set; }
}

/// <summary>How far a step that moves money has come.</summary>
internal enum StepState
{
    /// <summary>Waits for a second person.</summary>
    Proposed,

    /// <summary>Given to the ledger.</summary>
    Ordered,

    /// <summary>The ledger has it.</summary>
    Done,

    /// <summary>The second person said no.</summary>
    Rejected,

    /// <summary>The ledger refused.</summary>
    Failed,
}
