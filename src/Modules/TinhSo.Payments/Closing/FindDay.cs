using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Statements;
using TinhSo.Payments.Storage;
using TinhSo.Payments.Suspense;

namespace TinhSo.Payments.Closing;

/// <summary>Why bank and ledger differ in one place.</summary>
internal enum DifferenceCause
{
    /// <summary>Money in the bank that no notice told of.</summary>
    Untold,

    /// <summary>It may be the same money as something told, and a person has to look.</summary>
    Ambiguous,

    /// <summary>A notice has the entry's reference and another amount.</summary>
    AmountDiffers,

    /// <summary>Money that went out of the bank, and no refund or return explains it.</summary>
    Unexplained,

    /// <summary>Told by a notice, and not in the statement.</summary>
    NotShown,

    /// <summary>A refund or return is recorded, and the statement does not show it.</summary>
    NotPaidOut,

    /// <summary>A notice came after the statement, and may repeat what was taken in from it.</summary>
    Held,

    /// <summary>A notice is kept, and not yet decided.</summary>
    Undecided,

    /// <summary>Not yet booked by the bank: listed, and no hindrance.</summary>
    Pending,
}

/// <summary>What a difference may be the same money as.</summary>
internal sealed record Candidate(Guid Id, long Amount, string Memo, DateTimeOffset At);

/// <summary>One place in which bank and ledger differ; memos are masked as in suspense.</summary>
/// <param name="Id">Of the entry, the notice, or the refund's or return's transfer.</param>
/// <param name="Change">What the bank's side, or else the ledger's, says moved: above 0 when money came.</param>
/// <param name="LateFor">The earlier day to which it belongs and which is over; null when it is of the day itself.
/// </param>
internal sealed record Difference(Guid Id, DifferenceCause Cause, long Change, string Memo, string? Reference,
    DateTimeOffset? At, DateOnly? LateFor, int? Line, IReadOnlyList<Candidate> Candidates, Acceptance? Proposal)
{
    /// <summary>Whether the day can be closed with it.</summary>
    public bool IsHarmless => Cause is DifferenceCause.Pending;
}

/// <summary>A day of a bank account: its figures, its differences, and who has signed it.</summary>
internal sealed record BankDay(Book Book, DateOnly Day, StoredStatement Statement, DayFigures Figures,
    IReadOnlyList<Difference> Differences, DayClosing? Start, DayClosing? Closing, int Entries, int Matched)
{
    /// <summary>What people have matched, and may take back while the day is open.</summary>
    public required IReadOnlyList<StatementEntry> ByHand { get; init; }

    public bool IsClosed => Book.IsClosed(Day);

    public int Hindrances => Differences.Count(one => !one.IsHarmless);
}

/// <summary>Reads days of bank accounts for officers.</summary>
internal sealed class FindDay(PaymentsDb db, BookAccess access, AddUpDay addUp, MatchEntries match)
{
    public const int DifferencesMax = 500;
    private const int CandidatesMax = 10;

    /// <summary>A day, or null when no statement proves it or it is not for this caller.</summary>
    public async Task<BankDay?> Run(Guid bookId, DateOnly day, CancellationToken stop) =>
        await access.Find(bookId, BookAccess.Read, stop) is { } book ? await Read(book, day, stop) : null;

    /// <summary>A day, whoever asks; or null when no statement proves it.</summary>
    public async Task<BankDay?> Read(Book book, DateOnly day, CancellationToken stop)
    {
        if (await addUp.StatementOf(book.Id, day, stop) is not { } statement)
        {
            return null;
        }
        var figures = await addUp.Run(book, statement, day, stop);
        var closings = await db.Closings.AsNoTracking()
            .Where(one => one.BookId == book.Id && (one.Day == day || one.Kind == ClosingKind.Start)
                && one.State != StepState.Rejected && one.State != StepState.Failed)
            .OrderByDescending(one => one.ProposedAt).ThenByDescending(one => one.Id).ToListAsync(stop);
        var entries = db.Entries.AsNoTracking().Where(entry => entry.StatementId == statement.Id && entry.Day == day);
        return new BankDay(book, day, statement, figures, await Differences(book, statement, day, stop),
            closings.Find(one => one.Kind is ClosingKind.Start), closings.Find(one => one.Kind is ClosingKind.Day),
            await entries.CountAsync(stop),
            await entries.CountAsync(entry => entry.State != EntryState.Open && entry.State != EntryState.Pending,
                stop))
        {
            ByHand = await entries
                .Where(entry => entry.State == EntryState.Matched && entry.SettledBy != StatementEntry.Platform)
                .OrderBy(entry => entry.Line).Take(DifferencesMax).ToListAsync(stop),
        };
    }

    private async Task<List<Difference>> Differences(
        Book book, StoredStatement statement, DateOnly day, CancellationToken stop)
    {
        var proposals = await db.Acceptances.AsNoTracking()
            .Where(one => one.BookId == book.Id
                && (one.State == StepState.Proposed || one.State == StepState.Ordered
                    || (one.State == StepState.Done && one.Way == AcceptanceWay.Later && one.Until >= day)))
            .ToListAsync(stop);
        var found = await OfEntries(book, statement, day, proposals, stop);
        if (!book.IsClosed(day))
        {
            found.AddRange(await OfMoves(book, statement, day, proposals, stop));
            found.AddRange(await OfNotices(book, day, stop));
        }
        return found;
    }

    private async Task<List<Difference>> OfEntries(Book book, StoredStatement statement, DateOnly day,
        List<Acceptance> proposals, CancellationToken stop)
    {
        var open = await db.Entries.AsNoTracking()
            .Where(entry => entry.StatementId == statement.Id && entry.Day == day
                && (entry.State == EntryState.Open || entry.State == EntryState.Pending))
            .OrderBy(entry => entry.Line).Take(DifferencesMax).ToListAsync(stop);
        var notices = open.Exists(entry => entry.Cause is EntryCause.Ambiguous or EntryCause.AmountDiffers)
            ? await match.OpenNotices(book, day, Guid.Empty, stop)
            : [];
        var payouts = open.Exists(entry => entry.IsDebit) ? await match.OpenPayouts(book, day, stop) : [];
        var memos = await MemosOf(notices, open, stop);
        return open.ConvertAll(entry =>
        {
            var told = LateNotices.ToTold(entry);
            var candidates = entry.IsDebit
                ? payouts.Where(move => move.Amount == entry.Amount)
                    .Select(move => new Candidate(move.Id, move.Amount, move.Purpose.ToString(), move.PostedAt!.Value))
                : notices
                    .Where(notice => entry.NoticeId == notice.Id
                        || (Pairing.MayBe(told, notice) && !MatchEntries.IsBeforeStart(book, notice)))
                    .Select(notice => new Candidate(notice.Id, notice.Amount, memos.GetValueOrDefault(notice.Id, ""),
                        new DateTimeOffset(notice.Order, TimeSpan.Zero)));
            return new Difference(entry.Id, CauseOf(entry), entry.Change, FindSuspense.MaskNumbers(entry.Memo),
                entry.BankReference, entry.BankedAt, entry.BookedOn < entry.Day ? entry.BookedOn : null, entry.Line,
                [.. candidates.Take(CandidatesMax)], proposals.Find(one => one.EntryId == entry.Id && one.IsUnderWay));
        });
    }

    private async Task<Dictionary<Guid, string>> MemosOf(
        List<Told> notices, List<StatementEntry> open, CancellationToken stop)
    {
        var amounts = open.Select(entry => entry.Amount).ToHashSet();
        var wanted = notices
            .Where(notice => amounts.Contains(notice.Amount) || open.Exists(entry => entry.NoticeId == notice.Id))
            .Select(notice => notice.Id).Take(DifferencesMax).ToList();
        var memos = await db.Notices.AsNoTracking().Where(notice => wanted.Contains(notice.Id))
            .Select(notice => new { notice.Id, notice.Memo }).ToListAsync(stop);
        return memos.ToDictionary(notice => notice.Id, notice => FindSuspense.MaskNumbers(notice.Memo));
    }

    /// <summary>What the ledger has moved and the bank does not show, each notice once.</summary>
    private async Task<List<Difference>> OfMoves(Book book, StoredStatement statement, DateOnly day,
        List<Acceptance> proposals, CancellationToken stop)
    {
        var start = VietnamTime.StartOf(book.StartsOn ?? statement.FromDay);
        var end = AddUpDay.EndOf(day);
        var unshown = await (
            from move in db.Moves.AsNoTracking()
            where move.MoneyAccount == book.Id && move.State == MoveState.Settled && move.ShownOn == null
                && (move.Debit == book.Id || move.Credit == book.Id) && move.PostedAt >= start && move.PostedAt <= end
            join notice in db.Notices.AsNoTracking() on move.NoticeId equals (Guid?)notice.Id into notices
            from told in notices.DefaultIfEmpty()
            orderby move.PostedAt, move.Id
            select new { move, told }).Take(DifferencesMax).ToListAsync(stop);
        // What an entry has another amount of is named there, once.
        var differing = await db.Entries.AsNoTracking()
            .Where(entry => entry.BookId == book.Id && entry.State == EntryState.Open
                && entry.Cause == EntryCause.AmountDiffers)
            .Select(entry => entry.NoticeId).ToListAsync(stop);
        var found = new List<Difference>();
        var alone = unshown.Where(row => row.move.Credit == book.Id || !differing.Contains(row.move.NoticeId));
        foreach (var one in alone.GroupBy(row => row.move.Debit == book.Id ? row.move.NoticeId!.Value : row.move.Id))
        {
            var (move, told) = (one.First().move, one.First().told);
            var came = move.Debit == book.Id;
            var proposal = proposals.Find(p => p.SubjectId == one.Key);
            if (proposal is { State: StepState.Done })
            {
                continue;
            }
            var at = came ? told!.BankedAt ?? told.ReceivedAt : move.PostedAt!.Value;
            var on = VietnamTime.DayOf(at);
            found.Add(new Difference(one.Key, came ? DifferenceCause.NotShown : DifferenceCause.NotPaidOut,
                came ? one.Sum(row => row.move.Amount) : -move.Amount,
                FindSuspense.MaskNumbers(came ? told!.Memo : move.Purpose.ToString()),
                came ? told!.BankTrace ?? told.BankReference : null, at, on < day ? on : null, null, [], proposal));
        }
        return found;
    }

    /// <summary>Notices without effect so far, which a person or the platform has yet to decide.</summary>
    private async Task<List<Difference>> OfNotices(Book book, DateOnly day, CancellationToken stop)
    {
        var end = AddUpDay.EndOf(day);
        var waiting = await db.Notices.AsNoTracking()
            .Where(notice => (notice.AccountNumber == book.AccountNumber || notice.SubAccount == book.AccountNumber)
                && (notice.BankBin == null || notice.BankBin == book.BankBin)
                && (notice.State == NoticeState.Held || notice.State == NoticeState.Received)
                && (notice.BankedAt ?? notice.ReceivedAt) <= end)
            .OrderBy(notice => notice.ReceivedAt).Take(DifferencesMax).ToListAsync(stop);
        if (waiting.Count == 0)
        {
            return [];
        }
        var taken = await db.Entries.AsNoTracking()
            .Where(entry => entry.BookId == book.Id && entry.State == EntryState.TakenIn && entry.ToldBy == null)
            .OrderByDescending(entry => entry.Day).Take(DifferencesMax).ToListAsync(stop);
        return waiting.ConvertAll(notice =>
        {
            var told = new Told(notice.Id, notice.Amount, notice.BankTrace, MatchEntries.CodesOf(notice.Memo),
                LateNotices.DayOf(notice), 0);
            var near = taken.Where(entry => Pairing.MayBe(LateNotices.ToTold(entry), told)
                    || (entry.BankReference is not null && entry.BankReference == notice.BankTrace))
                .Take(CandidatesMax)
                .Select(entry => new Candidate(entry.Id, entry.Amount, FindSuspense.MaskNumbers(entry.Memo),
                    entry.BankedAt ?? VietnamTime.StartOf(entry.BookedOn)));
            var on = LateNotices.DayOf(notice);
            return new Difference(notice.Id,
                notice.State is NoticeState.Held ? DifferenceCause.Held : DifferenceCause.Undecided, notice.Amount,
                FindSuspense.MaskNumbers(notice.Memo), notice.BankTrace ?? notice.BankReference,
                notice.BankedAt ?? notice.ReceivedAt, on < day ? on : null, null, [.. near], null);
        });
    }

    private static DifferenceCause CauseOf(StatementEntry entry) => entry switch
    {
        { State: EntryState.Pending } => DifferenceCause.Pending,
        { Cause: EntryCause.Ambiguous } => DifferenceCause.Ambiguous,
        { Cause: EntryCause.AmountDiffers } => DifferenceCause.AmountDiffers,
        { IsDebit: true } => DifferenceCause.Unexplained,
        _ => DifferenceCause.Untold,
    };
}
