using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Statements;

/// <summary>Keeps a notice that comes after the statement from having the effect of the statement's entry again.
/// </summary>
internal sealed class LateNotices(PaymentsDb db)
{
    /// <summary>The provider of the notices that entries become.</summary>
    public const string Provider = "statement";

    /// <summary>Whether the bank's files have an entry that it may be; asked without a lock, as most have none.
    /// </summary>
    /// <remarks>Whoever takes an entry in just now finds the notice, which is kept before it is decided.</remarks>
    private Task<bool> IsLate(StoredNotice notice, Guid bookId, CancellationToken stop)
    {
        var (from, to) = (DayOf(notice).AddDays(-Pairing.NearDays), DayOf(notice).AddDays(Pairing.NearDays));
        return db.Entries.AsNoTracking().AnyAsync(entry => entry.BookId == bookId
            && (entry.State == EntryState.Open || (entry.State == EntryState.TakenIn && entry.ToldBy == null))
            && ((entry.Amount == notice.Amount && entry.BookedOn >= from && entry.BookedOn <= to)
                || (notice.BankTrace != null && entry.BankReference == notice.BankTrace)), stop);
    }

    /// <summary>
    /// How far the notice comes: decided as any other, without effect because it repeats an entry, or held for a
    /// person.
    /// </summary>
    /// <remarks>Holds the account's book until the transaction ends, as whoever takes an entry in does.</remarks>
    public async Task<Judged> Judge(StoredNotice notice, Guid bookId, CancellationToken stop)
    {
        if (notice.Provider == Provider || notice.EntryId is not null || !await IsLate(notice, bookId, stop)
            || await db.Lock<Book>(bookId, stop) is not { } book)
        {
            return new Judged(NoticeState.Decided, IsLate: false);
        }
        var told = new Told(notice.Id, notice.Amount, notice.BankTrace, MatchEntries.CodesOf(notice.Memo),
            DayOf(notice),
            notice.ReceivedAt.UtcTicks);
        var taken = await db.Entries
            .Where(entry => entry.BookId == book.Id && entry.State == EntryState.TakenIn && entry.ToldBy == null
                && (entry.Amount == notice.Amount
                    || (notice.BankTrace != null && entry.BankReference == notice.BankTrace)))
            .OrderBy(entry => entry.Day).ThenBy(entry => entry.Line).Take(1000).ToListAsync(stop);
        var named = taken.FindAll(entry => entry.BankReference is not null && entry.BankReference == notice.BankTrace);
        if (named.Count > 0)
        {
            return new Judged(Repeat(named.Find(entry => entry.Amount == notice.Amount), notice), IsLate: true);
        }
        var near = taken.FindAll(entry => Pairing.MayBe(ToTold(entry), told));
        var alike = near.FindAll(entry => ToTold(entry) is var one
            && (one.Codes, one.Day) == (told.Codes, told.Day) && !one.BothNamed(told));
        // Those alike in amount, code and day have had the same effect, whichever of them it is.
        return new Judged(alike.Count == 1 || (alike.Count > 1 && told.Codes.Length > 0) ? Repeat(alike[0], notice)
            : near.Count > 0 ? NoticeState.Held
            : NoticeState.Decided, IsLate: true);
    }

    public static Told ToTold(StatementEntry entry) => new(entry.Id, entry.Amount, entry.BankReference,
        MatchEntries.CodesOf(entry.Memo), entry.BookedOn, entry.Line);

    public static DateOnly DayOf(StoredNotice notice) => VietnamTime.DayOf(notice.BankedAt ?? notice.ReceivedAt);

    private static NoticeState Repeat(StatementEntry? entry, StoredNotice notice)
    {
        if (entry is null)
        {
            return NoticeState.Held;
        }
        entry.ToldBy = notice.Id;
        entry.Version++;
        return NoticeState.Repeats;
    }
}

/// <summary>How far a notice comes, and whether files of the bank had told of its day before.</summary>
internal sealed record Judged(NoticeState State, bool IsLate);
