using TinhSo.Kernel.Audit;
using TinhSo.Payments.Moves;

namespace TinhSo.Payments.Shifts;

/// <summary>What a collector and a treasurer sign: the float that goes out, or the cash that comes back.</summary>
[Audited]
internal sealed class ShiftStep : IProposed
{
    public required Guid Id { get; init; }
    public required Guid ShiftId { get; init; }
    public required ShiftStepKind Kind { get; init; }

    /// <summary>The float, or what was counted, in đồng.</summary>
    public required long Amount { get; init; }

    /// <summary>What the till held by the ledger when it was counted; null for a float.</summary>
    public required long? Expected { get; init; }

    /// <summary>Why the count is another than what was expected; null while nobody has said.</summary>
    public string? Reason { get; set; }

    /// <summary>Why it was rejected; null otherwise.</summary>
    public string? Answer { get; set; }

    public required StepState State { get; set; }
    public required string ProposedBy { get; init; }
    public required DateTimeOffset ProposedAt { get; init; }
    public string? ApprovedBy { get; set; }
    public DateTimeOffset? ApprovedAt { get; set; }
    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>Above 0 when more was counted than expected, below 0 when less.</summary>
    public long Difference => Amount - (Expected ?? Amount);
}

/// <summary>What is signed.</summary>
internal enum ShiftStepKind
{
    /// <summary>Cash from the vault into the till, when the shift begins.</summary>
    Float,

    /// <summary>The collector's count, by which the cash goes into the vault.</summary>
    Count,
}

/// <summary>How many notes of one denomination a count found.</summary>
internal sealed class CountedNote
{
    public required Guid StepId { get; init; }

    /// <summary>In đồng.</summary>
    public required long Value { get; init; }

    public required int Pieces { get; init; }
}
