using System.Text;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Statements;

/// <summary>Makes a notice of money that the bank shows and nobody told of: it then goes the way of any notice.
/// </summary>
internal sealed class TakeIn(PaymentsDb db, BookAccess access, MatchEntries match, KeepNotice keep, DecideNotice decide,
    ICaller caller, TimeProvider clock)
{
    private const int AllMax = 2000;

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

    /// <summary>Takes in all entries of a file that no notice resembles; how many.</summary>
    public async Task<Outcome<TakenAll>> All(Guid statementId, CancellationToken stop)
    {
        var ids = await db.Entries.AsNoTracking()
            .Where(entry => entry.StatementId == statementId && entry.State == EntryState.Open
                && entry.Cause == EntryCause.Untold)
            .OrderBy(entry => entry.Line).Take(AllMax).Select(entry => entry.Id).ToListAsync(stop);
        var done = 0;
        foreach (var id in ids)
        {
            db.ChangeTracker.Clear();
            if ((await Run(id, null, stop)).IsRefused(out var refusal, out _))
            {
                if (refusal.Code != PaymentRefusals.MayBeTold.Code
                    && refusal.Code != PaymentRefusals.NotADifference.Code)
                {
                    return refusal;
                }
                continue;
            }
            done++;
        }
        return new TakenAll(done);
    }

    private async Task<Outcome<StatementEntry>> Take(StatementEntry asked, string? why, CancellationToken stop)
    {
        var statementId = asked.Counts ? Guid.Empty : asked.StatementId;
        // What has been told since the entry was last looked at is found now, under the lock that late notices wait
        // for.
        var book = await match.RunDay(asked.BookId, asked.Day, statementId, stop);
        db.ChangeTracker.Clear();
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
        if (await db.Acceptances.AnyAsync(one => one.EntryId == entry.Id && (one.State == Moves.StepState.Proposed
            || one.State == Moves.StepState.Ordered), stop))
        {
            return PaymentRefusals.NotADifference;
        }
        if (entry.Cause is not EntryCause.Untold && why is null)
        {
            return PaymentRefusals.MayBeTold;
        }
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
        return entry;
    }

    private static BankNotice NoticeOf(StatementEntry entry, Book book) => new(entry.Id.ToString(), book.AccountNumber,
        null, book.BankBin, entry.Amount, IsDebit: false, entry.Memo, entry.PayerName, entry.PayerAccount,
        entry.PayerBank,
        // Of a day alone its end is taken: nobody is late because the bank tells no hour.
        entry.BankedAt ?? VietnamTime.StartOf(entry.BookedOn.AddDays(1)).AddMicroseconds(-1), entry.BankReference);
}

/// <summary>How many entries were taken in.</summary>
internal sealed record TakenAll(int Count);
