using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Statements;

/// <summary>What an officer says about money of which the platform cannot be sure.</summary>
internal sealed class MatchDesk(PaymentsDb db, BookAccess access, MatchEntries match, DecideNotice decide,
    ICaller caller, TimeProvider clock)
{
    /// <summary>Says that an entry is the same money as a notice, a refund or a return.</summary>
    public async Task<Outcome<StatementEntry>> Match(Guid entryId, Guid subjectId, CancellationToken stop)
    {
        var asked = await db.Entries.AsNoTracking().SingleOrDefaultAsync(one => one.Id == entryId, stop);
        if (asked is null || await access.Find(asked.BookId, BookAccess.Reconcile, stop) is null)
        {
            return KernelRefusals.NotFound;
        }
        return await db.InTransaction<Outcome<StatementEntry>>(async () =>
        {
            var book = (await db.Lock<Book>(asked.BookId, stop))!;
            var entry = (await db.Lock<StatementEntry>(entryId, stop))!;
            if (entry.State is EntryState.Matched && (entry.NoticeId == subjectId || entry.MoveId == subjectId))
            {
                return entry;
            }
            if (entry.Counts && book.IsClosed(entry.Day))
            {
                return PaymentRefusals.DayClosed;
            }
            if (entry.State is not EntryState.Open
                || await IsProposed(entry.Id, stop) || await IsProposed(subjectId, stop))
            {
                return PaymentRefusals.NotADifference;
            }
            var refusal = entry.IsDebit
                ? await WithPayout(entry, book, subjectId, stop)
                : await WithNotice(entry, book, subjectId, stop);
            if (refusal is not null)
            {
                return refusal;
            }
            entry.State = EntryState.Matched;
            entry.Cause = null;
            entry.SettledBy = caller.Signature;
            entry.SettledAt = clock.GetUtcNow();
            db.Note(entry.Id, ChangeKind.EntryMatched, null, caller.Signature, clock.GetUtcNow());
            await db.SaveChangesAsync(stop);
            return entry;
        }, stop);
    }

    /// <summary>Takes back what a person said of an entry, as long as its day is open: it is a difference again.
    /// </summary>
    public async Task<Outcome<StatementEntry>> Unmatch(Guid entryId, CancellationToken stop)
    {
        var asked = await db.Entries.AsNoTracking().SingleOrDefaultAsync(one => one.Id == entryId, stop);
        if (asked is null || await access.Find(asked.BookId, BookAccess.Reconcile, stop) is null)
        {
            return KernelRefusals.NotFound;
        }
        return await db.InTransaction<Outcome<StatementEntry>>(async () =>
        {
            var book = (await db.Lock<Book>(asked.BookId, stop))!;
            var entry = (await db.Lock<StatementEntry>(entryId, stop))!;
            if (entry.Counts && book.IsClosed(entry.Day))
            {
                return PaymentRefusals.DayClosed;
            }
            if (!entry.IsMatchedByHand)
            {
                return PaymentRefusals.NotMatchedByHand;
            }
            if (entry.Counts)
            {
                await Hide(entry, stop);
            }
            // Not matched anew by itself: alone with what it was just parted from, it would be the same pair again.
            (entry.State, entry.Cause) = (EntryState.Open, EntryCause.Ambiguous);
            (entry.NoticeId, entry.MoveId, entry.SettledBy, entry.SettledAt) = (null, null, null, null);
            db.Note(entry.Id, ChangeKind.EntryUnmatched, null, caller.Signature, clock.GetUtcNow());
            await db.SaveChangesAsync(stop);
            return entry;
        }, stop);
    }

    /// <summary>Says of a held notice which entry it repeats, or, with none, that it is other money.</summary>
    public async Task<Outcome<StoredNotice>> AnswerHeld(Guid noticeId, Guid? entryId, CancellationToken stop)
    {
        var notice = await db.Notices.AsNoTracking().SingleOrDefaultAsync(one => one.Id == noticeId, stop);
        if (notice is null || await BookOf(notice, stop) is not { } book)
        {
            return KernelRefusals.NotFound;
        }
        if (notice.State is not NoticeState.Held)
        {
            return PaymentRefusals.NotADifference;
        }
        if (entryId is { } id)
        {
            return await db.InTransaction(() => Repeat(noticeId, id, book, stop), stop);
        }
        if (await decide.Release(noticeId, stop) is { } refusal)
        {
            return refusal;
        }
        db.ChangeTracker.Clear();
        return await db.Notices.AsNoTracking().SingleAsync(one => one.Id == noticeId, stop);
    }

    private async Task<Outcome<StoredNotice>> Repeat(Guid noticeId, Guid entryId, Book book, CancellationToken stop)
    {
        await db.Lock<Book>(book.Id, stop);
        var notice = (await db.Lock<StoredNotice>(noticeId, stop))!;
        if (notice.State is not NoticeState.Held
            || await db.Lock<StatementEntry>(entryId, stop) is not { State: EntryState.TakenIn, ToldBy: null } entry
            || entry.BookId != book.Id)
        {
            return PaymentRefusals.NotTheSameMoney;
        }
        entry.ToldBy = noticeId;
        notice.State = NoticeState.Repeats;
        db.Note(entry.Id, ChangeKind.EntryMatched, null, caller.Signature, clock.GetUtcNow());
        await db.SaveChangesAsync(stop);
        return notice;
    }

    private async Task<Refusal?> WithNotice(StatementEntry entry, Book book, Guid noticeId, CancellationToken stop)
    {
        if (await db.Lock<StoredNotice>(noticeId, stop) is not { } notice
            || notice.State is not (NoticeState.Received or NoticeState.Decided)
            || (notice.AccountNumber != book.AccountNumber && notice.SubAccount != book.AccountNumber)
            || notice.Amount != entry.Amount || (entry.Counts && notice.EntryId is not null)
            || (entry.Counts && notice.ShownOn is not null))
        {
            return PaymentRefusals.NotTheSameMoney;
        }
        if (entry.Counts && book.StartsOn is { } start && notice.ReceivedAt < VietnamTime.StartOf(start))
        {
            return PaymentRefusals.NotTheSameMoney with
            {
                Detail = new("Báo có này đã nằm trong số dư đầu: hãy chấp nhận bút toán với lý do.",
                    "The starting position holds this notice's money: accept the entry with a reason."),
            };
        }
        entry.NoticeId = noticeId;
        if (entry.Counts)
        {
            notice.EntryId = entry.Id;
            notice.ShownOn = entry.Day;
            await match.ShowMoves([noticeId], entry.Day, stop);
        }
        return null;
    }

    private async Task Hide(StatementEntry entry, CancellationToken stop)
    {
        if (entry.NoticeId is { } noticeId)
        {
            var notice = (await db.Lock<StoredNotice>(noticeId, stop))!;
            (notice.EntryId, notice.ShownOn) = (null, null);
            await match.ShowMoves([noticeId], null, stop);
        }
        if (entry.MoveId is { } moveId)
        {
            (await db.Moves.SingleAsync(one => one.Id == moveId, stop)).ShownOn = null;
        }
    }

    private async Task<Refusal?> WithPayout(StatementEntry entry, Book book, Guid moveId, CancellationToken stop)
    {
        var move = await db.Moves.SingleOrDefaultAsync(one => one.Id == moveId, stop);
        if (move is null || move.MoneyAccount != book.Id || move.Credit != book.Id || move.ShownOn is not null
            || move.Purpose is not (MovePurpose.Refund or MovePurpose.Return) || move.Amount != entry.Amount
            || move.State is not MoveState.Settled
            || (book.StartsOn is { } start && move.PostedAt < VietnamTime.StartOf(start)))
        {
            return PaymentRefusals.NotTheSameMoney;
        }
        entry.MoveId = moveId;
        if (entry.Counts)
        {
            move.ShownOn = entry.Day;
        }
        return null;
    }

    private Task<bool> IsProposed(Guid subjectId, CancellationToken stop) => db.Acceptances.AnyAsync(one =>
        (one.EntryId == subjectId || one.NoticeId == subjectId || one.MoveId == subjectId)
        && (one.State == StepState.Proposed || one.State == StepState.Ordered), stop);

    private async Task<Book?> BookOf(StoredNotice notice, CancellationToken stop)
    {
        var book = await db.Books.AsNoTracking().Where(one =>
                (one.AccountNumber == notice.AccountNumber || one.AccountNumber == notice.SubAccount)
                && (notice.BankBin == null || one.BankBin == notice.BankBin))
            .OrderBy(one => one.Id).FirstOrDefaultAsync(stop);
        return book is not null && await access.May(BookAccess.Reconcile, book.Account, stop) ? book : null;
    }
}
