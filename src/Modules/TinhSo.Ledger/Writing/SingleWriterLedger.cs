using System.Globalization;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Writing;

/// <summary>The ledger: orders go to the one writer, questions to the store.</summary>
internal sealed class SingleWriterLedger(IOrders writer, LedgerReader reader, TimeProvider clock) : ILedger
{
    private const int StatementMax = 500;
    private const int LogMax = 10_000;
    private static readonly TimeSpan StoredWithin = TimeSpan.FromMinutes(10);

    public Task<Outcome<LedgerAccount>> Open(AccountOrder order, CancellationToken stop) =>
        writer.Do(new OpenAccount(order), stop);

    public Task<Outcome<LedgerTransfer>> Post(TransferOrder order, CancellationToken stop) =>
        writer.Do(new PostTransfer(order), stop);

    public async Task<IReadOnlyList<Outcome<LedgerTransfer>>> PostEach(
        IReadOnlyList<TransferOrder> orders, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orders.Count, OrderBounds.EachMax);
        var outcome = await writer.Do(new PostEach([.. orders]), stop);
        return outcome.IsRefused(out var why, out var each)
            ? [.. orders.Select(_ => (Outcome<LedgerTransfer>)why)]
            : each;
    }

    public async Task<Outcome<IReadOnlyList<LedgerTransfer>>> PostLinked(
        IReadOnlyList<TransferOrder> orders, CancellationToken stop) =>
        orders.Count is 0 or > OrderBounds.LinkedMax
            ? LedgerRefusals.Malformed
            // Copied: the caller's list may change while the order waits.
            : await writer.Do(new PostLinked([.. orders]), stop);

    public Task<LedgerAccount?> Find(Guid accountId, CancellationToken stop) => reader.FindAccount(accountId, stop);

    public Task<LedgerBalance?> BalanceAt(Guid accountId, DateTimeOffset moment, CancellationToken stop) =>
        reader.ReadBalance(accountId, moment, stop);

    public async Task<Page<StatementLine>> Statement(
        Guid accountId, string? cursor, int limit, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, StatementMax);
        if (!TryReadCursor(cursor, out var from))
        {
            throw new ArgumentException("Not the cursor of a statement's page.", nameof(cursor));
        }
        var (lines, next) = await reader.ReadStatement(accountId, from, limit, stop);
        return new Page<StatementLine>(lines, next?.ToString(CultureInfo.InvariantCulture));
    }

    public Task<TrialBalance> TrialBalance(CancellationToken stop) => reader.ReadTrialBalance(stop);

    public Task<IReadOnlyList<LedgerTransfer>> ReadLog(long after, int max, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, LogMax);
        return reader.ReadLog(after, max, stop);
    }

    public Task<LedgerTransfer?> FindTransfer(Guid transferId, CancellationToken stop) =>
        reader.FindTransfer(transferId, stop);

    public async Task<LedgerRoot?> RootOf(DateOnly day, CancellationToken stop)
    {
        // The last day that a calendar can name never ends.
        var end = day == DateOnly.MaxValue ? DateTimeOffset.MaxValue : VietnamTime.StartOf(day.AddDays(1));
        return clock.GetUtcNow() - StoredWithin >= end
            && await reader.ReadRoot(end, stop) is var (batch, position, hash)
            ? new LedgerRoot(day, batch, position, Convert.ToHexStringLower(hash))
            : null;
    }

    /// <summary>The position of a page's first row; null begins with the newest.</summary>
    public static bool TryReadCursor(string? cursor, out long? from)
    {
        from = null;
        if (cursor is null)
        {
            return true;
        }
        var isRead = long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var position);
        from = position;
        return isRead && position > 0;
    }
}
