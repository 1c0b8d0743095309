using TinhSo.Kernel.Audit;

namespace TinhSo.Payments.Statements;

/// <summary>A statement or a file of notices, as it was imported; never changed.</summary>
[Audited]
internal sealed class StoredStatement
{
    public required Guid Id { get; init; }
    public required Guid BookId { get; init; }
    public required StatementKind Kind { get; init; }

    /// <summary>The bank's own for it; for a table, which has none, the beginning of its hash.</summary>
    public required string Reference { get; init; }

    /// <summary>SHA-256 over all that was read, so that a copy can be told from a contradiction.</summary>
    public required string ContentHash { get; init; }

    public required string FileName { get; init; }
    public required DateOnly FromDay { get; init; }
    public required DateOnly ToDay { get; init; }

    /// <summary>What stood on the account before its first entry; null for notices, which have no balances.</summary>
    public required long? Opening { get; init; }

    public required long? Closing { get; init; }
    public required long Credits { get; init; }
    public required long Debits { get; init; }
    public required int Entries { get; init; }
    public required int Pending { get; init; }
    public required string ImportedBy { get; init; }
    public required DateTimeOffset ImportedAt { get; init; }

    /// <summary>Whether it proves what stands on the account, so that its days can be closed by it.</summary>
    public bool Proves => Kind is not StatementKind.Notices;

    public bool Covers(DateOnly day) => Proves && FromDay <= day && day <= ToDay;
}

/// <summary>What kind of file it came from.</summary>
internal enum StatementKind
{
    /// <summary>camt.053: a statement with its balances.</summary>
    Statement,

    /// <summary>camt.054: the bank's notices of single entries.</summary>
    Notices,

    /// <summary>A bank's own table, with balances that an officer has typed.</summary>
    Table,
}
