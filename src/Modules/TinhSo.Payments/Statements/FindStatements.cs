using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Closing;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Storage;
using TinhSo.Payments.Suspense;

namespace TinhSo.Payments.Statements;

/// <summary>How far a day of an account has come.</summary>
internal enum DayState
{
    /// <summary>Something differs.</summary>
    Differs,

    /// <summary>Every entry is explained.</summary>
    Explained,

    /// <summary>One person has signed.</summary>
    Proposed,

    /// <summary>Two people have signed.</summary>
    Closed,
}

/// <summary>A day that a statement proves.</summary>
/// <param name="Open">Entries that nothing explains yet.</param>
internal sealed record DayMark(DateOnly Day, DayState State, int Open);

/// <summary>A bank account whose statements are read.</summary>
internal sealed record BookLine(Guid Id, string BankName, string AccountNumber, IReadOnlyList<string> Payees,
    DateOnly? StartsOn, DateOnly? ClosedUntil, IReadOnlyList<DayMark> Days);

/// <summary>A statement in a list.</summary>
internal sealed record StatementLineItem(Guid Id, StatementKind Kind, string Reference, DateOnly From, DateOnly To,
    long? Opening, long? Closing, long Credits, long Debits, int Entries, int Pending, int Open,
    DateTimeOffset ImportedAt);

/// <summary>An entry in a list; the payer and what looks like a number in the memo are masked.</summary>
/// <param name="Change">In đồng: above 0 when money came.</param>
internal sealed record EntryLine(Guid Id, int Line, DateOnly Day, DateOnly BookedOn, DateTimeOffset? BankedAt,
    long Change,
    string? Reference, string Memo, string? Payer, EntryState State, EntryCause? Cause, Guid? NoticeId, Guid? MoveId)
{
    public static EntryLine Of(StatementEntry entry) => new(entry.Id, entry.Line, entry.Day, entry.BookedOn,
        entry.BankedAt, entry.Change, entry.BankReference, FindSuspense.MaskNumbers(entry.Memo),
        FindSuspense.MaskName(entry.PayerName), entry.State, entry.Cause, entry.NoticeId, entry.MoveId);
}

/// <summary>Reads accounts, statements and entries for officers.</summary>
internal sealed class FindStatements(PaymentsDb db, BookAccess access, AddUpDay addUp)
{
    public const int LimitMax = 200;
    public const int ExportMax = 100_000;
    private const int BooksMax = 100;
    private const int DaysShown = 14;

    /// <summary>The accounts with statements that the caller may see, those with the newest first; 100 at most.
    /// </summary>
    public async Task<IReadOnlyList<BookLine>> Books(CancellationToken stop)
    {
        var allowed = (await access.Accounts(BookAccess.Read, stop)).ToDictionary(served => served.BookId);
        var books = (await db.Books.AsNoTracking().OrderByDescending(book => book.LastDay).ThenBy(book => book.Id)
            .Take(2000).ToListAsync(stop)).Where(book => allowed.ContainsKey(book.Id)).Take(BooksMax).ToList();
        var lines = new List<BookLine>(books.Count);
        foreach (var book in books)
        {
            lines.Add(new BookLine(book.Id, Banks.NameOf(book.BankBin), Words.Mask(book.AccountNumber, 4),
                allowed[book.Id].Payees, book.StartsOn, book.ClosedUntil, await Days(book, stop)));
        }
        return lines;
    }

    /// <summary>A book that the caller may see, or null.</summary>
    public Task<Book?> FindBook(Guid bookId, CancellationToken stop) => access.Find(bookId, BookAccess.Read, stop);

    /// <summary>The statements of an account, newest first.</summary>
    public async Task<Outcome<Page<StatementLineItem>>> List(
        Guid bookId, string? cursor, int limit, CancellationToken stop)
    {
        if (await FindBook(bookId, stop) is null)
        {
            return KernelRefusals.NotFound;
        }
        var size = Math.Clamp(limit, 1, LimitMax);
        var before = int.MaxValue;
        if (!string.IsNullOrEmpty(cursor)
            && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            return WrongCursor();
        }
        // Many files may end on one day, so the cursor counts rather than names.
        var skip = before == int.MaxValue ? 0 : before;
        var read = await db.Statements.AsNoTracking().Where(one => one.BookId == bookId)
            .OrderByDescending(one => one.ToDay).ThenByDescending(one => one.ImportedAt).ThenBy(one => one.Id)
            .Skip(skip).Take(size + 1).ToListAsync(stop);
        var cut = Page.Cut(read, size, _ => (skip + size).ToString(CultureInfo.InvariantCulture));
        var items = new List<StatementLineItem>();
        foreach (var one in cut.Items)
        {
            items.Add(await Describe(one, stop));
        }
        return new Page<StatementLineItem>(items, cut.Next);
    }

    /// <summary>One statement, or null when it is not there or not for this caller.</summary>
    public async Task<(StoredStatement Statement, StatementLineItem Line, Book Book)?> Find(
        Guid statementId, CancellationToken stop)
    {
        var statement = await db.Statements.AsNoTracking().SingleOrDefaultAsync(one => one.Id == statementId, stop);
        return statement is not null && await FindBook(statement.BookId, stop) is { } book
            ? (statement, await Describe(statement, stop), book)
            : null;
    }

    /// <summary>The entries of a statement in their order.</summary>
    /// <param name="statementId">Whose.</param>
    /// <param name="state">Only those in a state, or null.</param>
    /// <param name="search">Only those whose memo or reference holds it, or whose amount it is; or null.</param>
    /// <param name="cursor">The page before's, or null.</param>
    /// <param name="limit">1 to 200; for files more.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Outcome<Page<EntryLine>>> Entries(Guid statementId, EntryState? state, string? search,
        string? cursor, int limit, CancellationToken stop)
    {
        if (await Find(statementId, stop) is null)
        {
            return KernelRefusals.NotFound;
        }
        var entries = db.Entries.AsNoTracking().Where(entry => entry.StatementId == statementId);
        if (state is not null)
        {
            entries = entries.Where(entry => entry.State == state);
        }
        if (Words.Clean(search ?? "") is { Length: > 0 } wanted)
        {
            var folded = wanted.ToLowerInvariant();
            var digits = string.Concat(wanted.Where(char.IsAsciiDigit));
            var amount = digits.Length is > 0 and <= 15 && !wanted.Any(char.IsLetter)
                ? long.Parse(digits, CultureInfo.InvariantCulture) : -1;
#pragma warning disable CA1304, CA1311, CA1862 // Carried out by the database, which has no other way.
            entries = entries.Where(entry => entry.Amount == amount || entry.Memo.ToLower().Contains(folded)
                || (entry.BankReference != null && entry.BankReference.ToLower().Contains(folded)));
#pragma warning restore CA1304, CA1311, CA1862
        }
        if (!string.IsNullOrEmpty(cursor))
        {
            if (!int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var after))
            {
                return WrongCursor();
            }
            entries = entries.Where(entry => entry.Line > after);
        }
        var read = await entries.OrderBy(entry => entry.Line).Take(limit + 1).ToListAsync(stop);
        return Page.Cut(read.ConvertAll(EntryLine.Of), limit, line => line.Line.ToString(CultureInfo.InvariantCulture));
    }

    private async Task<StatementLineItem> Describe(StoredStatement one, CancellationToken stop) => new(one.Id, one.Kind,
        one.Reference, one.FromDay, one.ToDay, one.Opening, one.Closing, one.Credits, one.Debits, one.Entries,
        one.Pending, await db.Entries.CountAsync(
            entry => entry.StatementId == one.Id && entry.State == EntryState.Open, stop), one.ImportedAt);

    private async Task<IReadOnlyList<DayMark>> Days(Book book, CancellationToken stop)
    {
        var told = (await addUp.DaysAfter(book.Id, book.ClosedUntil, stop)).Take(DaysShown).ToList();
        if (book.ClosedUntil is { } closed)
        {
            told.Insert(0, closed);
        }
        var open = await db.Entries.AsNoTracking()
            .Where(entry => entry.BookId == book.Id && entry.Counts && entry.State == EntryState.Open)
            .GroupBy(entry => entry.Day).Select(day => new { Day = day.Key, Count = day.Count() })
            .ToDictionaryAsync(day => day.Day, day => day.Count, stop);
        var proposed = await db.Closings.AsNoTracking()
            .Where(one => one.BookId == book.Id && one.Kind == ClosingKind.Day && one.State == StepState.Proposed)
            .Select(one => one.Day).ToListAsync(stop);
        return told.ConvertAll(day => new DayMark(day, book.IsClosed(day) ? DayState.Closed
            : proposed.Contains(day) ? DayState.Proposed
            : open.ContainsKey(day) ? DayState.Differs : DayState.Explained, open.GetValueOrDefault(day)));
    }

    private static Refusal WrongCursor()
    {
        var errors = new FieldErrors();
        errors.Add("cursor", "Con trỏ trang không hợp lệ.", "The cursor is not one that was given out.");
        return errors.ToRefusal();
    }
}
