using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Shifts;

/// <summary>A collector's till: everything that touches its cash is decided under the lock of this row.</summary>
internal sealed class Till : IVersioned
{
    /// <summary>That of the till's account in the ledger.</summary>
    public required Guid Id { get; init; }

    public long Version { get; set; }
}

/// <summary>The time in which one collector answers for the cash in one till, from the float to the hand-over.
/// </summary>
[Audited]
internal sealed class CashShift
{
    public required Guid Id { get; init; }
    public required Guid TillId { get; init; }

    /// <summary>Whose fees are taken, and into whose vault the cash goes.</summary>
    public required string Unit { get; init; }

    public required string CollectedBy { get; init; }

    /// <summary>As it stands on the record of the hand-over.</summary>
    [Sealed]
    public required string CollectorName { get; init; }

    /// <summary>What the vault hands out at the beginning, in đồng.</summary>
    public required long OpeningFloat { get; init; }

    public required ShiftState State { get; set; }
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>The count that stands; null before one is given, and again once it was rejected.</summary>
    public Guid? CountId { get; set; }

    /// <summary>Who received the cash, as it stands on the record of the hand-over.</summary>
    [Sealed]
    public string? ReceiverName { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }
}

/// <summary>How far a shift has come.</summary>
internal enum ShiftState
{
    /// <summary>Waits for the treasurer to sign for the float.</summary>
    Opening,

    /// <summary>Takes cash.</summary>
    Open,

    /// <summary>The collector has counted: nothing more is taken, and the treasurer is to answer.</summary>
    Counted,

    /// <summary>The cash lies in the vault, and the till is empty.</summary>
    HandedOver,

    /// <summary>Ended before it was opened.</summary>
    Cancelled,
}
