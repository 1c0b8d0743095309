using TinhSo.Ledger.Books;

namespace TinhSo.Ledger.Storage;

/// <summary>Where the one writer keeps what it has decided.</summary>
/// <remarks>Used by one task at a time, but for looking up what is recorded while a batch is being stored.</remarks>
internal interface ILedgerStore : IAsyncDisposable
{
    /// <summary>Becomes the writer, from which moment every earlier one is refused, and reads what stands.</summary>
    /// <param name="writer">The writer's own name, by which it is known as the one who took over last.</param>
    /// <param name="goesOn">Whether it took over before, and goes on only if nobody did since.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="WriterReplacedException">Somebody took over since.</exception>
    Task<Taken> Take(Guid writer, bool goesOn, CancellationToken stop);

    /// <summary>Shows every id in the log.</summary>
    Task ReadIds(Action<Guid> seen, CancellationToken stop);

    /// <summary>The transfers with one of these ids, and those that settle one of these originals.</summary>
    Task<IReadOnlyList<LedgerTransfer>> FindRecorded(
        IReadOnlyCollection<Guid> ids, IReadOnlyCollection<Guid> originals, CancellationToken stop);

    /// <summary>Makes the whole sealed batch durable, or nothing of it.</summary>
    /// <exception cref="WriterReplacedException">Somebody took over: nothing was written.</exception>
    Task Append(Batch batch, CancellationToken stop);

    /// <summary>Makes sure that nobody took over, when there is nothing to write.</summary>
    /// <exception cref="WriterReplacedException">Somebody did.</exception>
    Task Confirm(long epoch, CancellationToken stop);
}

/// <summary>Where balances are written behind the log, from which all of it can be made again.</summary>
internal interface IBalanceStore : IAsyncDisposable
{
    /// <summary>Keeps balances and marks, whichever is newer of what it has and what it is given.</summary>
    /// <param name="balances">What stands on some accounts, after rows that are durable.</param>
    /// <param name="marks">Positions from which an account's rows can be walked back.</param>
    /// <param name="upTo">Everything up to this position has been given now; null when not yet.</param>
    /// <param name="stop">Ends the wait.</param>
    Task Write(IReadOnlyList<Balance> balances, IReadOnlyList<Mark> marks, long? upTo, CancellationToken stop);
}

/// <summary>What stands on an account.</summary>
internal readonly record struct Balance(Guid Account, string Kind, AccountState State);

/// <summary>One of an account's rows.</summary>
internal readonly record struct Mark(Guid Account, long Position);

/// <summary>What stood when the writer began.</summary>
/// <param name="Epoch">Grows with each writer; a batch of an earlier one is refused.</param>
/// <param name="Batch">The number of the last batch, or 0.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Position">Of the last transfer, or 0.</param>
/// <param name="PostedAt">Of the last transfer.</param>
/// <param name="Accounts">All, each after its last row.</param>
/// <param name="Behind">Those whose balance was not written yet, and the marks that were not.</param>
/// <param name="Replayed">How many rows had to be read to know that.</param>
/// <param name="Expiring">The reservations that will expire and are not settled.</param>
internal sealed record Taken(
    long Epoch, long Batch, byte[] Hash, long Position, DateTimeOffset PostedAt, IReadOnlyList<Account> Accounts,
    (IReadOnlyList<Account> Accounts, IReadOnlyList<Mark> Marks) Behind, long Replayed,
    IReadOnlyList<(Guid Reservation, DateTimeOffset At)> Expiring);

/// <summary>A transfer about to be written, with the rows before it on its accounts and what stands after it.</summary>
internal readonly record struct StagedTransfer(
    LedgerTransfer Transfer, long DebitBefore, Sums Debit, long CreditBefore, Sums Credit);

/// <summary>Another writer owns the ledger now; this one must write nothing more.</summary>
internal sealed class WriterReplacedException()
    : InvalidOperationException("Another writer owns the ledger now; this one has written nothing more.");
