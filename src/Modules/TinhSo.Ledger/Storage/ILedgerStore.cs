using TinhSo.Ledger.Books;

namespace TinhSo.Ledger.Storage;

/// <summary>Where the one writer keeps what it has decided. Used by one task at a time.</summary>
internal interface ILedgerStore : IAsyncDisposable
{
    /// <summary>Becomes the writer, from which moment every earlier one is refused, and reads what stands.</summary>
    /// <param name="heldEpoch">What this writer held, to go on only if nobody took over since; null takes over.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="WriterReplacedException">Somebody took over since.</exception>
    Task<Taken> Take(long? heldEpoch, CancellationToken stop);

    /// <summary>The transfers with one of these ids, and those that settle one of these originals.</summary>
    Task<IReadOnlyList<LedgerTransfer>> FindRecorded(
        IReadOnlyCollection<Guid> ids, IReadOnlyCollection<Guid> originals, CancellationToken stop);

    /// <summary>Makes the whole batch durable, or nothing of it.</summary>
    /// <exception cref="WriterReplacedException">Somebody took over: nothing was written.</exception>
    Task Append(Batch batch, CancellationToken stop);
}

/// <summary>What stood when the writer began.</summary>
/// <param name="Epoch">Grows with each writer; a batch of an earlier one is refused.</param>
/// <param name="Position">Of the last transfer, or 0.</param>
/// <param name="PostedAt">Of the last transfer.</param>
/// <param name="NewestId">The greatest UUIDv7 ever recorded.</param>
/// <param name="Accounts">All.</param>
/// <param name="Expiring">The reservations that will expire and are not settled.</param>
internal sealed record Taken(
    long Epoch, long Position, DateTimeOffset PostedAt, Guid NewestId,
    IReadOnlyList<Account> Accounts, IReadOnlyList<(Guid Reservation, DateTimeOffset At)> Expiring);

/// <summary>A transfer about to be written, and what stands on its accounts right after it.</summary>
internal readonly record struct StagedTransfer(LedgerTransfer Transfer, Sums Debit, Sums Credit);

/// <summary>Another writer owns the ledger now; this one must write nothing more.</summary>
internal sealed class WriterReplacedException()
    : InvalidOperationException("Another writer owns the ledger now; this one has written nothing more.");
