using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Ledger;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Statements;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Closing;

/// <summary>A day of a bank account in figures, all in đồng.</summary>
/// <param name="BankOpening">What the bank says stood when it began.</param>
/// <param name="BankClosing">What the bank says stood when it ended.</param>
/// <param name="LedgerBalance">What stood on the account in the ledger when the day ended.</param>
/// <param name="PostedLater">What the bank shows up to the day, and the ledger posted after it.</param>
/// <param name="ShownLater">What the ledger posted up to the day, and the bank shows after it.</param>
/// <param name="Carried">What the ledger posted up to the day, and the bank does not show yet.</param>
/// <param name="Change">What the first closing adds, because more was matched since the start was agreed.</param>
/// <param name="Foreign">What stands in the ledger beside all transfers that this module asked for.</param>
internal sealed record DayFigures(long BankOpening, long BankClosing, long Credits, long Debits, long LedgerBalance,
    long PostedLater, long ShownLater, long Carried, long Change, long Foreign)
{
    /// <summary>What the bank's closing balance has to be.</summary>
    public long Expected => LedgerBalance + PostedLater - ShownLater - Carried + Change;

    /// <summary>What is left unexplained; 0 when the day adds up.</summary>
    public long Gap => BankClosing - Expected;
}

/// <summary>Adds a day up.</summary>
internal sealed class AddUpDay(PaymentsDb db, ILedger ledger)
{
    /// <summary>The statement that proves a day, or null while none does.</summary>
    public Task<StoredStatement?> StatementOf(Guid bookId, DateOnly day, CancellationToken stop) =>
        db.Statements.AsNoTracking()
            .Where(one => one.BookId == bookId && one.Kind != StatementKind.Notices && one.FromDay <= day
                && one.ToDay >= day)
            .OrderBy(one => one.ToDay).FirstOrDefaultAsync(stop);

    /// <summary>The statement with which everything begins, or null before there is one.</summary>
    public Task<StoredStatement?> FirstStatement(Guid bookId, CancellationToken stop) => db.Statements.AsNoTracking()
        .Where(one => one.BookId == bookId && one.Kind != StatementKind.Notices)
        .OrderBy(one => one.ToDay).FirstOrDefaultAsync(stop);

    /// <summary>The days that statements prove, oldest first, behind a day; at most 400.</summary>
    public async Task<List<DateOnly>> DaysAfter(Guid bookId, DateOnly? after, CancellationToken stop)
    {
        var from = after ?? DateOnly.MinValue;
        var statements = await db.Statements.AsNoTracking()
            .Where(one => one.BookId == bookId && one.Kind != StatementKind.Notices && one.ToDay > from)
            .OrderBy(one => one.ToDay).Take(400).Select(one => new { one.FromDay, one.ToDay }).ToListAsync(stop);
        return [.. statements
            .SelectMany(one => Enumerable.Range(one.FromDay.DayNumber, one.ToDay.DayNumber - one.FromDay.DayNumber + 1))
            .Select(DateOnly.FromDayNumber).Where(day => day > from).Distinct().Take(400)];
    }

    public async Task<DayFigures> Run(Book book, StoredStatement statement, DateOnly day, CancellationToken stop)
    {
        var entries = db.Entries.AsNoTracking()
            .Where(entry => entry.StatementId == statement.Id && entry.State != EntryState.Pending);
        var opening = statement.Opening!.Value + await entries.Where(entry => entry.Day < day)
            .SumAsync(entry => entry.IsDebit ? -entry.Amount : entry.Amount, stop);
        var credits = await entries.Where(entry => entry.Day == day && !entry.IsDebit).SumAsync(e => e.Amount, stop);
        var debits = await entries.Where(entry => entry.Day == day && entry.IsDebit).SumAsync(e => e.Amount, stop);
        var end = EndOf(day);
        var start = VietnamTime.StartOf(book.StartsOn ?? statement.FromDay);
        var balance = await LedgerAt(book, end, stop);
        var own = await Sum(book, move => move.PostedAt <= end, stop);
        return new DayFigures(opening, opening + credits - debits, credits, debits, balance,
            await Sum(book, move => move.PostedAt > end && move.ShownOn <= day, stop),
            await Sum(book, move => move.PostedAt <= end && move.ShownOn > day, stop),
            await Sum(book, move => move.PostedAt <= end && move.PostedAt >= start && move.ShownOn == null, stop),
            book.StartsOn == day ? await StartChange(book, statement, stop) : 0,
            balance - own);
    }

    /// <summary>What the starting transfer must be, less what of it was posted before.</summary>
    public async Task<long> StartChange(Book book, StoredStatement statement, CancellationToken stop)
    {
        var before = EndOf(statement.FromDay.AddDays(-1));
        var early = await Sum(book, move => move.PostedAt <= before && move.ShownOn != null, stop);
        var posted = await Sum(book, move => move.Purpose == MovePurpose.Opening, stop);
        return statement.Opening!.Value - (await LedgerAt(book, before, stop) - early) - posted;
    }

    public async Task<long> LedgerAt(Book book, DateTimeOffset moment, CancellationToken stop) =>
        (await ledger.BalanceAt(book.Id, moment, stop))?.DebitBalance ?? 0;

    /// <summary>The last moment of a day in Vietnam.</summary>
    public static DateTimeOffset EndOf(DateOnly day) => VietnamTime.StartOf(day.AddDays(1)).AddMicroseconds(-1);

    /// <summary>Whether the ledger still has something to post that belongs to a day.</summary>
    public Task<bool> IsPosting(Book book, DateOnly day, CancellationToken stop)
    {
        var end = EndOf(day);
        return db.Moves.AnyAsync(move => move.MoneyAccount == book.Id && move.State == MoveState.Asked
            && (move.Debit == book.Id || move.Credit == book.Id) && (move.ShownOn <= day || move.AskedAt <= end), stop);
    }

    private Task<long> Sum(Book book, Expression<Func<Move, bool>> which, CancellationToken stop) =>
        db.Moves.AsNoTracking()
            .Where(move => move.MoneyAccount == book.Id && move.State == MoveState.Settled
                && (move.Debit == book.Id || move.Credit == book.Id))
            .Where(which).SumAsync(move => move.Debit == book.Id ? move.Amount : -move.Amount, stop);
}
