using System.Text;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Statements;

/// <summary>Makes a notice of money that the bank shows and nobody told of: it then goes the way of any notice.
/// </summary>
internal sealed class TakeIn(PaymentsDb db, BookAccess access, MatchEntries match, KeepNotice keep, DecideNotice decide,
    ICaller caller, TimeProvider clock)
{
    private const int AllMax = 2000;
    private const int ChunkMax = 200;

    /// <summary>Takes one entry in; the same again changes nothing.</summary>
    /// <param name="entryId">Which.</param>
    /// <param name="reason">Why it is other money than the notices that resemble it; needed only where some do.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Outcome<StatementEntry>> Run(Guid entryId, string? reason, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var why = errors.Optional("reason", reason, 500);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var entry = await db.Entries.AsNoTracking().SingleOrDefaultAsync(one => one.Id == entryId, stop);
        if (entry is null || await access.Find(entry.BookId, BookAccess.Reconcile, stop) is null)
        {
            return KernelRefusals.NotFound;
        }
        var taken = await db.InTransaction(() => Take(entry, why, stop), stop);
        if (!taken.IsRefused(out _, out var now) && now is { State: EntryState.TakenIn, NoticeId: { } noticeId })
        {
            // Kept by now: when the ledger is away, the sweep decides it.
            await decide.Run(noticeId, stop);
        }
        return taken;
    }

    /// <summary>Takes in all entries of a file that no notice resembles, at most 2,000 at once; how many.</summary>
    public async Task<Outcome<TakenAll>> All(Guid statementId, CancellationToken stop)
    {
        var untold = await db.Entries.AsNoTracking()
            .Where(entry => entry.StatementId == statementId && entry.State == EntryState.Open
                && entry.Cause == EntryCause.Untold)
            .OrderBy(entry => entry.Day).ThenBy(entry => entry.Line).Take(AllMax).ToListAsync(stop);
        if (untold is [var first, ..] && await access.Find(first.BookId, BookAccess.Reconcile, stop) is null)
        {
            return KernelRefusals.NotFound;
        }
        var done = 0;
        // What is compared anew before each step is the whole day, so a step is many entries and not one.
        foreach (var some in untold.GroupBy(entry => entry.Day).SelectMany(day => day.Chunk(ChunkMax)))
        {
            db.ChangeTracker.Clear();
            var taken = await db.InTransaction(() => TakeUntold(some, stop), stop);
            if (taken.IsRefused(out var refusal, out var notices))
            {
                return refusal;
            }
            foreach (var notice in notices)
            {
                db.ChangeTracker.Clear();
                await decide.Run(notice, stop);
            }
            done += notices.Count;
        }
        return new TakenAll(done);
    }

    private async Task<Outcome<List<Guid>>> TakeUntold(StatementEntry[] asked, CancellationToken stop)
    {
        if (await MatchAnew(asked[0], stop) is not { } book)
        {
            return PaymentRefusals.DayClosed;
        }
        var ids = asked.Select(entry => entry.Id).ToList();
        var entries = await db.Entries
            .Where(entry => ids.Contains(entry.Id) && entry.State == EntryState.Open
                && entry.Cause == EntryCause.Untold && !entry.IsDebit
                && !db.Acceptances.Any(one => one.EntryId == entry.Id
                    && (one.State == StepState.Proposed || one.State == StepState.Ordered)))
            .OrderBy(entry => entry.Line).ToListAsync(stop);
        foreach (var entry in entries)
        {
            await Tell(entry, book, null, stop);
        }
        return entries.ConvertAll(entry => entry.NoticeId!.Value);
    }

    // What has been told since the entries were last looked at is found now, under the lock that late notices wait for.
    private async Task<Book?> MatchAnew(StatementEntry asked, CancellationToken stop)
    {
        var book = await match.RunDay(asked.BookId, asked.Day, asked.Counts ? Guid.Empty : asked.StatementId, stop);
        db.ChangeTracker.Clear();
        return book;
    }

    private async Task<Outcome<StatementEntry>> Take(StatementEntry asked, string? why, CancellationToken stop)
    {
        var book = await MatchAnew(asked, stop);
        var entry = (await db.Lock<StatementEntry>(asked.Id, stop))!;
        if (entry.State is EntryState.TakenIn)
        {
            return entry;
        }
        if (book is null)
        {
            return PaymentRefusals.DayClosed;
        }
        if (entry.State is not EntryState.Open || entry.IsDebit)
        {
            return PaymentRefusals.NotADifference;
        }
        if (await db.Acceptances.AnyAsync(one => one.EntryId == entry.Id && (one.State == StepState.Proposed
            || one.State == StepState.Ordered), stop))
        {
            return PaymentRefusals.NotADifference;
        }
        if (entry.Cause is not EntryCause.Untold && why is null)
        {
            return PaymentRefusals.MayBeTold;
        }
        await Tell(entry, book, why, stop);
        return entry;
    }

    private async Task Tell(StatementEntry entry, Book book, string? why, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var notice = await keep.Keep(LateNotices.Provider, NoticeOf(entry, book),
            Encoding.UTF8.GetBytes($"{entry.Id}"), stop);
        entry.State = EntryState.TakenIn;
        entry.Cause = null;
        entry.NoticeId = notice.Id;
        entry.SettledBy = caller.Signature;
        entry.SettledAt = now;
        if (entry.Counts)
        {
            notice.EntryId = entry.Id;
            notice.ShownOn = entry.Day;
        }
        db.Note(entry.Id, ChangeKind.EntryTakenIn, why, caller.Signature, now);
        await db.SaveChangesAsync(stop);
    }

    private static BankNotice NoticeOf(StatementEntry entry, Book book) => new(entry.Id.ToString(), book.AccountNumber,
        null, book.BankBin, entry.Amount, IsDebit: false, entry.Memo, entry.PayerName, entry.PayerAccount,
        entry.PayerBank,
        // Of a day alone its end is taken: nobody is late because the bank tells no hour.
        entry.BankedAt ?? VietnamTime.StartOf(entry.BookedOn.AddDays(1)).AddMicroseconds(-1), entry.BankReference);
}

/// <summary>How many entries were taken in.</summary>
internal sealed record TakenAll(int Count);
