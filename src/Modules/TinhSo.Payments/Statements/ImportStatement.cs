using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Statements.Files;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Statements;

/// <summary>What became of a statement in a file.</summary>
/// <param name="IsNew">False when the same statement had been imported before, and nothing changed.</param>
internal sealed record Imported(StoredStatement Statement, bool IsNew);

/// <summary>Takes in the statements of a file: all of them, or none.</summary>
internal sealed class ImportStatement(
    PaymentsDb db, ReadStatements read, MatchEntries match, LedgerAccounts accounts, ICaller caller, TimeProvider clock)
{
    /// <summary>The largest file: some hundred thousand entries.</summary>
    public const long BytesMax = 64 * 1024 * 1024;

    // Rows held at once, however many the file has.
    private const int ChunkMax = 500;

    public async Task<Outcome<List<Imported>>> Run(StatementFile file, CancellationToken stop)
    {
        if (file.Content.Length > BytesMax)
        {
            return PaymentRefusals.StatementTooLarge;
        }
        var planning = await read.Plan(file, stop);
        if (planning.IsRefused(out var refusal, out var planned))
        {
            return refusal;
        }
        foreach (var account in planned.Select(plan => plan.Account).Distinct())
        {
            if (await accounts.OpenBook(account, stop) is { } failed)
            {
                return failed;
            }
        }
        var stored = await db.InTransaction(() => Store(file, planned, stop), stop);
        if (stored.IsRefused(out _, out var imported))
        {
            return stored;
        }
        foreach (var bookId in imported.Where(one => one.IsNew).Select(one => one.Statement.BookId).Distinct())
        {
            await match.Run(bookId, stop);
        }
        return imported;
    }

    private async Task<Outcome<List<Imported>>> Store(
        StatementFile file, List<PlannedStatement> planned, CancellationToken stop)
    {
        var imported = new List<Imported>();
        foreach (var plan in planned)
        {
            var book = await OpenBook(plan.Account, stop);
            var begun = await Begin(file, plan, book, stop);
            if (begun.IsRefused(out var refusal, out var one))
            {
                return refusal;
            }
            imported.Add(one);
        }
        if (imported.TrueForAll(one => !one.IsNew))
        {
            return imported;
        }
        await db.SaveChangesAsync(stop);
        var stored = await StoreEntries(file, imported, stop);
        return stored is null ? imported : stored;
    }

    /// <summary>The account's book, held until the end of the transaction.</summary>
    private async Task<Book> OpenBook(BankAccount account, CancellationToken stop)
    {
        var id = LedgerAccounts.Bank(account);
        if (await db.Lock<Book>(id, stop) is { } held)
        {
            return held;
        }
        var book = new Book { Id = id, BankBin = account.Bank, AccountNumber = account.Number };
        db.Books.Add(book);
        // A second importer of the first statement fails at the key, and does its work again behind the first.
        await db.SaveChangesAsync(stop);
        return book;
    }

    private async Task<Outcome<Imported>> Begin(
        StatementFile file, PlannedStatement plan, Book book, CancellationToken stop)
    {
        var kind = plan.Head.Kind;
        var id = Ids.From("payments.statement", $"{book.Account}:{kind}:{plan.Reference}");
        if (await db.Statements.FindAsync([id], stop) is { } before)
        {
            if (before.ContentHash == plan.Hash)
            {
                return new Imported(before, IsNew: false);
            }
            return PaymentRefusals.StatementDiffers with
            {
                Detail = new($"Sổ phụ {before.Reference}, đã nhập lúc {Words.Moment(before.ImportedAt)}.",
                    $"Statement {before.Reference}, imported at {Words.Moment(before.ImportedAt)}."),
            };
        }
        var proves = kind is not StatementKind.Notices;
        var from = plan.From;
        if (proves)
        {
            if (await Follows(plan, book, stop) is { } refusal)
            {
                return refusal;
            }
            var told = await LastProved(book.Id, stop);
            from = told is not null && plan.From <= told.ToDay ? told.ToDay.AddDays(1) : plan.From;
        }
        var statement = new StoredStatement
        {
            Id = id,
            BookId = book.Id,
            Kind = kind,
            Reference = plan.Reference,
            ContentHash = plan.Hash,
            FileName = StatementText.Clean(file.Name) ?? "",
            FromDay = from,
            ToDay = plan.To,
            Opening = proves ? plan.Opening : null,
            Closing = proves ? plan.Closing : null,
            Credits = plan.Credits,
            Debits = plan.Debits,
            Entries = plan.Entries,
            Pending = plan.Pending,
            ImportedBy = caller.Signature,
            ImportedAt = clock.GetUtcNow(),
        };
        db.Statements.Add(statement);
        book.LastDay = book.LastDay is { } last && last > plan.To ? last : plan.To;
        // The next one of this file looks for it.
        await db.SaveChangesAsync(stop);
        return new Imported(statement, IsNew: true);
    }

    /// <summary>Statements come in the order of their days, each beginning with what the one before ended with.
    /// </summary>
    private async Task<Refusal?> Follows(PlannedStatement plan, Book book, CancellationToken stop)
    {
        if (await LastProved(book.Id, stop) is not { } last)
        {
            return null;
        }
        if (plan.To <= last.ToDay)
        {
            return PaymentRefusals.StatementOutOfOrder with
            {
                Detail = new($"Sổ phụ {last.Reference} đã có tới hết ngày {Words.Date(last.ToDay)}.",
                    $"Statement {last.Reference} already tells of all days up to {Words.Date(last.ToDay)}."),
            };
        }
        return plan.Opening == last.Closing ? null : PaymentRefusals.StatementOutOfOrder with
        {
            Detail = new($"Số dư đầu kỳ {Words.Dong(plan.Opening)} khác số dư cuối {Words.Dong(last.Closing!.Value)} "
                + $"của sổ phụ {last.Reference}: thiếu hoặc chồng ngày.",
                $"It opens with {Words.Dong(plan.Opening)}, and {last.Reference} closed with "
                + $"{Words.Dong(last.Closing!.Value)}: days are missing, or told twice."),
        };
    }

    private Task<StoredStatement?> LastProved(Guid bookId, CancellationToken stop) => db.Statements.AsNoTracking()
        .Where(one => one.BookId == bookId && one.Kind != StatementKind.Notices)
        .OrderByDescending(one => one.ToDay).FirstOrDefaultAsync(stop);

    private async Task<Refusal?> StoreEntries(StatementFile file, List<Imported> imported, CancellationToken stop)
    {
        var reading = await read.Parts(file, stop);
        if (reading.IsRefused(out var refusal, out var parts))
        {
            return refusal;
        }
        var statement = -1;
        var line = 0;
        var held = 0;
        // Only what this file brings is in the way of memory; what stands before it is saved.
        db.ChangeTracker.Clear();
        foreach (var part in parts.All)
        {
            if (part is StatementFault fault)
            {
                return fault.Why;
            }
            if (part is StatementHead)
            {
                (statement, line) = (statement + 1, 0);
            }
            if (part is StatementLine told && imported[statement].IsNew)
            {
                db.Entries.Add(NewEntry(imported[statement].Statement, told, ++line));
                held++;
            }
            if (held == ChunkMax)
            {
                await db.SaveChangesAsync(stop);
                db.ChangeTracker.Clear();
                held = 0;
            }
        }
        await db.SaveChangesAsync(stop);
        db.ChangeTracker.Clear();
        return null;
    }

    private static StatementEntry NewEntry(StoredStatement statement, StatementLine told, int line)
    {
        var booked = told.BookedOn ?? statement.ToDay;
        return new StatementEntry
        {
            Id = Ids.From("payments.entry", $"{statement.Id}:{line}"),
            StatementId = statement.Id,
            BookId = statement.BookId,
            Counts = statement.Proves,
            Line = line,
            Day = booked < statement.FromDay ? statement.FromDay : booked,
            BookedOn = booked,
            BankedAt = told.BankedAt is { } at ? Requests.Amounts.ToMicroseconds(at) : null,
            Amount = (long)told.Amount,
            IsDebit = told.IsDebit,
            BankReference = told.BankReference,
            Memo = told.Memo,
            PayerName = told.PayerName,
            PayerAccount = told.PayerAccount,
            PayerBank = told.PayerBank,
            State = told.IsPending ? EntryState.Pending : EntryState.Open,
        };
    }
}
