using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Statements.Files;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Statements;

/// <summary>A file to import, and what a person says of it.</summary>
/// <param name="Content">Read more than once, so that it must be able to go back.</param>
/// <param name="FormatId">How to read a bank's own table; null for camt, which says itself what it is.</param>
/// <param name="AccountId">The book of the account it must be of; null when the file says that.</param>
/// <param name="Opening">For a table: what stood before its first entry.</param>
/// <param name="Closing">For a table: what stands after its last.</param>
internal sealed record StatementFile(
    Stream Content, string Name, Guid? FormatId = null, Guid? AccountId = null, long? Opening = null,
    long? Closing = null);

/// <summary>Reads a file through and says whether it can be taken in; nothing changes.</summary>
internal sealed class ReadStatements(PaymentsDb db, BookAccess access, TimeProvider clock)
{
    private const int ErrorsMax = 20;
    private const int StatementsMax = 100;

    /// <summary>What the file's parts are, in order; each call reads it anew.</summary>
    public async Task<Outcome<StatementParts>> Parts(StatementFile file, CancellationToken stop)
    {
        file.Content.Position = 0;
        if (file.FormatId is not { } formatId)
        {
            return new StatementParts(CamtReader.Read(file.Content));
        }
        if (await db.CsvFormats.AsNoTracking().SingleOrDefaultAsync(one => one.Id == formatId, stop) is not { } format)
        {
            return KernelRefusals.NotFound;
        }
        var errors = new FieldErrors();
        if (file.Opening is null)
        {
            errors.Add("opening", "Hãy nhập số dư đầu kỳ.", "Enter the opening balance.");
        }
        if (file.Closing is null)
        {
            errors.Add("closing", "Hãy nhập số dư cuối kỳ.", "Enter the closing balance.");
        }
        if (file.AccountId is null)
        {
            errors.Add("account", "Hãy chọn tài khoản.", "Choose the account.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var head = new StatementHead(StatementKind.Table, null, null, new(file.Opening!.Value, "VND", null),
            new(file.Closing!.Value, "VND", null), null, null);
        return new StatementParts(CsvReader.Read(file.Content, format, head));
    }

    /// <summary>Every statement of the file with what it comes to, or why it is refused: each place by its line.
    /// </summary>
    public async Task<Outcome<List<PlannedStatement>>> Plan(StatementFile file, CancellationToken stop)
    {
        var read = await Parts(file, stop);
        if (read.IsRefused(out var refusal, out var parts))
        {
            return refusal;
        }
        var planned = new List<PlannedStatement>();
        var errors = new FieldErrors();
        foreach (var part in parts.All)
        {
            stop.ThrowIfCancellationRequested();
            var why = part switch
            {
                StatementFault fault => fault.Why,
                StatementHead when End(planned) is { } wrong => wrong,
                StatementHead when planned.Count == StatementsMax => PaymentRefusals.StatementTooLarge,
                StatementHead head => await Begin(head, file, planned, errors, stop),
                _ => null,
            };
            if (why is not null)
            {
                return why;
            }
            if (part is StatementLine line)
            {
                planned[^1].Add(line);
            }
            if (IsFull(errors))
            {
                break;
            }
        }
        if (!IsFull(errors) && End(planned) is { } broken)
        {
            return broken;
        }
        return errors.Any ? PaymentRefusals.StatementRefused with { Fields = errors.ToRefusal().Fields } : planned;
    }

    private static bool IsFull(FieldErrors errors) => errors.Any && errors.ToRefusal().Fields.Count >= ErrorsMax;

    private Refusal? End(List<PlannedStatement> planned) => planned.Count > 0 ? planned[^1].End(clock.Today()) : null;

    private async Task<Refusal?> Begin(StatementHead head, StatementFile file, List<PlannedStatement> planned,
        FieldErrors errors, CancellationToken stop)
    {
        var found = await AccountOf(head, file.AccountId, stop);
        if (found.IsRefused(out var refusal, out var account))
        {
            return refusal;
        }
        planned.Add(new PlannedStatement(head, account, errors));
        return null;
    }

    /// <summary>The bank account a statement is of: one that a payee has, and that the caller may reconcile.</summary>
    private async Task<Outcome<BankAccount>> AccountOf(StatementHead head, Guid? accountId, CancellationToken stop)
    {
        var payees = db.Payees.AsNoTracking();
        if (head.AccountNumber is { } number)
        {
            payees = payees.Where(payee => payee.AccountNumber == number);
        }
        var known = (await payees.OrderBy(payee => payee.Id).Take(2000).ToListAsync(stop)).Select(BankAccount.Of)
            .Distinct().Where(account => accountId is null || LedgerAccounts.Bank(account) == accountId).ToList();
        var told = Words.Mask(head.AccountNumber ?? "", 4);
        if (known is [_, _, ..])
        {
            // Two banks may have given out the same number.
            var errors = new FieldErrors();
            errors.Add("account", "Nhiều ngân hàng có số tài khoản này. Hãy chọn tài khoản.",
                "Several banks have this number. Choose the account.");
            return errors.ToRefusal();
        }
        if (known is not [var one] || !await access.May(BookAccess.Reconcile, one, stop))
        {
            return PaymentRefusals.NoSuchBankAccount with
            {
                Detail = new($"Sổ phụ của tài khoản {told}.", $"The statement is of account {told}."),
            };
        }
        return one;
    }
}

/// <summary>The parts of a file, read while they are asked for.</summary>
internal sealed record StatementParts(IEnumerable<StatementPart> All);
