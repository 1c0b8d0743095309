using TinhSo.Kernel.Storage;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Notices;

/// <summary>A bank's notice, kept before it is answered.</summary>
internal sealed class StoredNotice : IVersioned
{
    public required Guid Id { get; init; }
    public required string Provider { get; init; }
    public required string BankReference { get; init; }

    /// <summary>SHA-256 of the raw body, so that a copy can be told from a contradiction.</summary>
    public required string BodyHash { get; init; }

    public required string AccountNumber { get; init; }
    public required string? SubAccount { get; init; }
    public required string? BankBin { get; init; }
    public required long Amount { get; init; }
    public required string Memo { get; init; }
    [Sealed]
    public required string? PayerName { get; init; }
    [Sealed]
    public required string? PayerAccount { get; init; }
    public required string? PayerBank { get; init; }
    public required DateTimeOffset? BankedAt { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required NoticeState State { get; set; }
    public Guid? RequestId { get; set; }
    public Guid? PointId { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>The bank's own number for the transaction, as its statement has it; null when not told.</summary>
    public string? BankTrace { get; init; }

    /// <summary>The day on which the bank's statement shows the money; null while none does.</summary>
    public DateOnly? ShownOn { get; set; }

    /// <summary>The statement's entry that is the same money.</summary>
    public Guid? EntryId { get; set; }

    public long Version { get; set; }
}

/// <summary>How far a notice has come.</summary>
internal enum NoticeState
{
    /// <summary>Kept, and nothing else yet.</summary>
    Received,

    /// <summary>Money that went out: not this module's concern.</summary>
    Ignored,

    /// <summary>Its transfers are ordered.</summary>
    Decided,

    /// <summary>The same money as an entry that a statement had shown, and that was taken in by it.</summary>
    Repeats,

    /// <summary>It may be the same money as such an entry: an officer says, and until then it has no effect.</summary>
    Held,
}
