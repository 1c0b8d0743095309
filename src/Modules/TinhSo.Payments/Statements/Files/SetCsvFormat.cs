using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Statements.Files;

/// <summary>Says how a bank's own table is read.</summary>
/// <param name="Name">Such as <c>Vietcombank, sao kê</c>; each once.</param>
/// <param name="Separator">Comma, semicolon, or the word <c>tab</c>.</param>
/// <param name="AmountColumn">One column with signs; or null, and then the next two are needed.</param>
internal sealed record CsvFormatOrder(string? Name, string? Separator, string? DateColumn, string? DateFormat,
    string? AmountColumn, string? CreditColumn, string? DebitColumn, string? ReferenceColumn, string? MemoColumn,
    string? PayerColumn, string? DecimalSign);

/// <summary>Keeps how banks' tables are read: data of the province, changed without a new version.</summary>
internal sealed class SetCsvFormat(PaymentsDb db, ICaller caller, TimeProvider clock)
{
    private const int FormatsMax = 200;

    public async Task<IReadOnlyList<CsvFormat>> List(CancellationToken stop) =>
        await db.CsvFormats.AsNoTracking().OrderBy(format => format.Name).Take(FormatsMax).ToListAsync(stop);

    /// <summary>Makes a format, or changes it; what was imported by it stays as it is.</summary>
    public async Task<Outcome<CsvFormat>> Run(Guid id, CsvFormatOrder order, CancellationToken stop)
    {
        if (!caller.May(BookAccess.Reconcile, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        errors.Id("id", id);
        var made = Check(id, order, errors);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return await db.InTransaction<Outcome<CsvFormat>>(async () =>
        {
            if (await db.CsvFormats.AnyAsync(one => one.Name == made.Name && one.Id != id, stop))
            {
                errors.Add("name", "Đã có mẫu mang tên này.", "There is a format of this name.");
                return errors.ToRefusal();
            }
            if (await db.CsvFormats.FindAsync([id], stop) is not { } format)
            {
                db.CsvFormats.Add(format = made);
            }
            else
            {
                db.Entry(format).CurrentValues.SetValues(made);
            }
            await db.SaveChangesAsync(stop);
            return format;
        }, stop);
    }

    private CsvFormat Check(Guid id, CsvFormatOrder order, FieldErrors errors)
    {
        var separator = order.Separator?.Trim() is "tab" or "\t" ? "\t" : (order.Separator ?? "").Trim();
        if (separator is not ("," or ";" or "\t"))
        {
            errors.Add("separator", "Dấu phân cách là , hoặc ; hoặc tab.", "The separator is , or ; or tab.");
        }
        var sign = (order.DecimalSign ?? "").Trim();
        if (sign is not ("." or ","))
        {
            errors.Add("decimalSign", "Dấu thập phân là . hoặc ,", "The decimal sign is . or ,");
        }
        var shape = errors.Required("dateFormat", order.DateFormat, 40);
        if (shape.Length > 0 && !IsDateFormat(shape))
        {
            errors.Add("dateFormat", "Mẫu ngày có dạng dd/MM/yyyy hoặc dd/MM/yyyy HH:mm:ss.",
                "A date format looks like dd/MM/yyyy or dd/MM/yyyy HH:mm:ss.");
        }
        var amount = errors.Optional("amountColumn", order.AmountColumn, 100);
        var credit = errors.Optional("creditColumn", order.CreditColumn, 100);
        var debit = errors.Optional("debitColumn", order.DebitColumn, 100);
        if (amount is null == (credit is null || debit is null))
        {
            errors.Add("amountColumn", "Hãy nêu một cột số tiền, hoặc cả hai cột ghi có và ghi nợ.",
                "Name one column of amounts, or both columns of credits and of debits.");
        }
        return new CsvFormat
        {
            Id = id,
            Name = errors.Required("name", order.Name, 100),
            Separator = separator,
            DateColumn = errors.Required("dateColumn", order.DateColumn, 100),
            DateFormat = shape,
            AmountColumn = amount,
            CreditColumn = credit,
            DebitColumn = debit,
            ReferenceColumn = errors.Optional("referenceColumn", order.ReferenceColumn, 100),
            MemoColumn = errors.Optional("memoColumn", order.MemoColumn, 100),
            PayerColumn = errors.Optional("payerColumn", order.PayerColumn, 100),
            DecimalSign = sign,
            SetBy = caller.Signature,
            SetAt = clock.GetUtcNow(),
        };
    }

    // A day written by it must come back from it: otherwise months would be read as minutes.
    private static bool IsDateFormat(string shape)
    {
        var day = new DateTime(2026, 11, 23, 0, 0, 0, DateTimeKind.Unspecified);
        try
        {
            return shape.Length > 4 && DateTime.TryParseExact(day.ToString(shape, CultureInfo.InvariantCulture), shape,
                CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) && read == day;
        }
        catch (FormatException)
        {
            // Typed by a person: no format at all.
            return false;
        }
    }
}
