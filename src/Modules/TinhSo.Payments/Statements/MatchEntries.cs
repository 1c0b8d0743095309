using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Statements;

/// <summary>Finds for a bank's entries the notices, refunds and returns that are the same money.</summary>
/// <remarks>Done again it changes nothing, so that it runs whenever either side may have grown.</remarks>
internal sealed class MatchEntries(PaymentsDb db, TimeProvider clock)
{
    private const int ChunkMax = 200;
    private const int PayoutDays = 7;

    // A notice that comes later than this after its day is matched by hand.
    private const int LateDays = 14;

    /// <summary>Matches all open entries of a book, day by day and file by file.</summary>
    public async Task Run(Guid bookId, CancellationToken stop)
    {
        var open = await db.Entries.AsNoTracking()
            .Where(entry => entry.BookId == bookId && entry.State == EntryState.Open)
            .Select(entry => new { entry.Day, Statement = entry.Counts ? Guid.Empty : entry.StatementId })
            .Distinct().ToListAsync(stop);
        foreach (var part in open.OrderBy(part => part.Day))
        {
            await db.InTransaction(() => RunDay(bookId, part.Day, part.Statement, stop), stop);
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Matches the open entries of one day, within the caller's transaction.</summary>
    /// <param name="bookId">The account's.</param>
    /// <param name="day">Whose entries.</param>
    /// <param name="statementId">The file of notices whose entries; empty for those of statements.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Book?> RunDay(Guid bookId, DateOnly day, Guid statementId, CancellationToken stop)
    {
        if (await db.Lock<Book>(bookId, stop) is not { } book || (statementId == Guid.Empty && book.IsClosed(day)))
        {
            return null;
        }
        var entries = await db.Entries.AsNoTracking()
            .Where(entry => entry.BookId == bookId && entry.Day == day && entry.State == EntryState.Open
                && (statementId == Guid.Empty ? entry.Counts : entry.StatementId == statementId))
            .Select(entry => new OpenEntry(entry.Id, entry.Amount, entry.IsDebit, entry.BankReference, entry.Memo,
                entry.BookedOn, entry.Line, entry.Cause, entry.NoticeId))
            .ToListAsync(stop);
        await MatchCredits(book, day, statementId, entries.FindAll(entry => !entry.IsDebit), stop);
        await MatchDebits(book, day, entries.FindAll(entry => entry.IsDebit), stop);
        return book;
    }

    /// <summary>The notices of an account, around a day, that no entry is yet known to be.</summary>
    public async Task<List<Told>> OpenNotices(Book book, DateOnly day, Guid statementId, CancellationToken stop)
    {
        var from = VietnamTime.StartOf(day.AddDays(-Pairing.NearDays));
        var to = VietnamTime.StartOf(day.AddDays(LateDays));
        var notices = db.Notices.AsNoTracking()
            .Where(notice => (notice.AccountNumber == book.AccountNumber || notice.SubAccount == book.AccountNumber)
                && (notice.BankBin == null || notice.BankBin == book.BankBin)
                && (notice.State == NoticeState.Received || notice.State == NoticeState.Decided)
                && notice.ReceivedAt >= from && notice.ReceivedAt < to);
        // A file of notices tells of what a statement shows too; within one file each notice is one entry.
        notices = statementId == Guid.Empty
            ? notices.Where(notice => notice.EntryId == null)
            : notices.Where(notice => !db.Entries.Any(
                entry => entry.StatementId == statementId && entry.NoticeId == notice.Id));
        var read = await notices.Select(notice => new
        {
            notice.Id,
            notice.Amount,
            notice.BankTrace,
            notice.Memo,
            notice.BankedAt,
            notice.ReceivedAt,
        }).ToListAsync(stop);
        return read.ConvertAll(notice => new Told(notice.Id, notice.Amount, notice.BankTrace, CodesOf(notice.Memo),
            VietnamTime.DayOf(notice.BankedAt ?? notice.ReceivedAt), notice.ReceivedAt.UtcTicks));
    }

    /// <summary>The refunds and returns of an account, around a day, that no entry is yet known to be.</summary>
    public Task<List<Move>> OpenPayouts(Book book, DateOnly day, CancellationToken stop)
    {
        var from = VietnamTime.StartOf(book.StartsOn is { } start && start > day.AddDays(-PayoutDays)
            ? start : day.AddDays(-PayoutDays));
        var to = VietnamTime.StartOf(day.AddDays(2));
        return db.Moves.AsNoTracking()
            .Where(move => move.MoneyAccount == book.Id && move.Credit == book.Id && move.ShownOn == null
                && (move.Purpose == MovePurpose.Refund || move.Purpose == MovePurpose.Return)
                && move.State == MoveState.Settled && move.PostedAt >= from && move.PostedAt < to)
            .OrderBy(move => move.PostedAt).ThenBy(move => move.Id).Take(5000).ToListAsync(stop);
    }

    public static string CodesOf(string memo) => string.Join(',', Memos.CodesIn(memo).Order(StringComparer.Ordinal));

    /// <summary>What was posted before the start is part of the starting balance: it is no entry of a later day.
    /// </summary>
    public static bool IsBeforeStart(Book book, Told notice) =>
        book.StartsOn is { } start && notice.Order < VietnamTime.StartOf(start).UtcTicks;

    private async Task MatchCredits(
        Book book, DateOnly day, Guid statementId, List<OpenEntry> entries, CancellationToken stop)
    {
        if (entries.Count == 0)
        {
            return;
        }
        var told = entries.ConvertAll(entry => new Told(
            entry.Id, entry.Amount, entry.BankReference, CodesOf(entry.Memo), entry.BookedOn, entry.Line));
        var notices = await OpenNotices(book, day, statementId, stop);
        var counted = notices.ToLookup(notice => statementId == Guid.Empty && IsBeforeStart(book, notice));
        var found = Pairing.Find(told, [.. counted[false]]);
        foreach (var chunk in found.Pairs.Chunk(ChunkMax))
        {
            await Save(chunk, day, counts: statementId == Guid.Empty, stop);
        }
        var before = counted[true].ToLookup(notice => notice.Amount);
        var amounts = told.ToDictionary(entry => entry.Id);
        var causes = found.Differences.Select(one => (one.Key,
            one.Value.Cause is EntryCause.Untold && before[amounts[one.Key].Amount]
                .Any(notice => Pairing.MayBe(amounts[one.Key], notice)) ? EntryCause.Ambiguous : one.Value.Cause,
            one.Value.NoticeId));
        await SaveCauses(entries, causes, stop);
    }

    private async Task MatchDebits(Book book, DateOnly day, List<OpenEntry> entries, CancellationToken stop)
    {
        if (entries.Count == 0)
        {
            return;
        }
        var payouts = (await OpenPayouts(book, day, stop)).ToLookup(move => move.Amount);
        var causes = new List<(Guid, EntryCause, Guid?)>();
        foreach (var alike in entries.GroupBy(entry => entry.Amount))
        {
            var moves = payouts[alike.Key].ToList();
            if (alike.Take(2).Count() == 1 && moves is [var move])
            {
                await Match(alike.Single().Id, move.Id, day, stop);
                continue;
            }
            causes.AddRange(alike.Select(entry =>
                (entry.Id, moves.Count > 0 ? EntryCause.Ambiguous : EntryCause.Unexplained, (Guid?)null)));
        }
        await SaveCauses(entries, causes, stop);
    }

    private async Task Match(Guid entryId, Guid moveId, DateOnly day, CancellationToken stop)
    {
        var entry = (await db.Entries.FindAsync([entryId], stop))!;
        (await db.Moves.FindAsync([moveId], stop))!.ShownOn = day;
        entry.MoveId = moveId;
        Settle(entry, EntryState.Matched);
        await db.SaveChangesAsync(stop);
    }

    private async Task Save(Pair[] pairs, DateOnly day, bool counts, CancellationToken stop)
    {
        var entryIds = pairs.Select(pair => pair.EntryId).ToList();
        var noticeIds = pairs.Select(pair => pair.NoticeId).ToList();
        await db.Entries.Where(entry => entryIds.Contains(entry.Id)).LoadAsync(stop);
        await db.Notices.Where(notice => noticeIds.Contains(notice.Id)).LoadAsync(stop);
        foreach (var pair in pairs)
        {
            var entry = (await db.Entries.FindAsync([pair.EntryId], stop))!;
            var notice = (await db.Notices.FindAsync([pair.NoticeId], stop))!;
            entry.NoticeId = notice.Id;
            Settle(entry, EntryState.Matched);
            if (counts)
            {
                notice.EntryId = entry.Id;
                notice.ShownOn = day;
                notice.Version++;
            }
        }
        await db.SaveChangesAsync(stop);
        if (counts)
        {
            await ShowMoves(noticeIds, day, stop);
        }
    }

    /// <summary>Dates what notices have moved by the day on which the bank shows it; null when it does not.</summary>
    public Task<int> ShowMoves(List<Guid> noticeIds, DateOnly? day, CancellationToken stop) => db.Moves
        .Where(move => move.NoticeId != null && noticeIds.Contains(move.NoticeId.Value)
            && (move.Purpose == MovePurpose.Payment || move.Purpose == MovePurpose.Suspense))
        .ExecuteUpdateAsync(set => set.SetProperty(move => move.ShownOn, day), stop);

    private void Settle(StatementEntry entry, EntryState state)
    {
        entry.State = state;
        entry.Cause = null;
        entry.SettledBy = StatementEntry.Platform;
        entry.SettledAt = clock.GetUtcNow();
        entry.Version++;
    }

    private async Task SaveCauses(
        List<OpenEntry> entries, IEnumerable<(Guid Id, EntryCause Cause, Guid? NoticeId)> causes,
        CancellationToken stop)
    {
        var before = entries.ToDictionary(entry => entry.Id);
        var changed = causes.Where(one =>
            (before[one.Id].Cause, before[one.Id].NoticeId) != (one.Cause, one.NoticeId)).ToList();
        foreach (var alike in changed.GroupBy(one => (one.Cause, one.NoticeId)))
        {
            foreach (var chunk in alike.Select(one => one.Id).Chunk(ChunkMax))
            {
                await db.Entries.Where(entry => chunk.Contains(entry.Id)).ExecuteUpdateAsync(set => set
                    .SetProperty(entry => entry.Cause, alike.Key.Cause)
                    .SetProperty(entry => entry.NoticeId, alike.Key.NoticeId)
                    .SetProperty(entry => entry.Version, entry => entry.Version + 1), stop);
            }
        }
    }

    private sealed record OpenEntry(Guid Id, long Amount, bool IsDebit, string? BankReference, string Memo,
        DateOnly BookedOn, int Line, EntryCause? Cause, Guid? NoticeId);
}
