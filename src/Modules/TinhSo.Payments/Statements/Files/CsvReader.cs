using System.Globalization;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Payments.Statements.Files;

/// <summary>Reads a bank's own table by a <see cref="CsvFormat"/>, row by row.</summary>
internal static class CsvReader
{
    // Banks write a few lines about the account above the names of the columns.
    private const int LinesBeforeHead = 50;

    /// <summary>One head and the rows; a <see cref="StatementFault"/> is the last.</summary>
    public static IEnumerable<StatementPart> Read(Stream stream, CsvFormat format, StatementHead head)
    {
        using var rows = new CsvRows(stream, format.Separator[0]);
        Columns? columns = null;
        while (columns is null && rows.Line <= LinesBeforeHead && rows.Next())
        {
            columns = Columns.In(rows.Fields, format);
        }
        if (columns is null)
        {
            yield return new StatementFault(rows.Fault ?? NoColumns(format));
            yield break;
        }
        yield return head;
        while (rows.Next())
        {
            if (rows.Fields.TrueForAll(field => field.Length == 0))
            {
                continue;
            }
            if (Read(rows, columns, format) is { } part)
            {
                yield return part;
                if (part is StatementFault)
                {
                    yield break;
                }
            }
        }
        if (rows.Fault is { } fault)
        {
            yield return new StatementFault(fault);
        }
    }

    private static StatementPart? Read(CsvRows rows, Columns columns, CsvFormat format)
    {
        var typed = Columns.Of(rows.Fields, columns.Date);
        if (!DateTime.TryParseExact(typed, format.DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var at)
            || at.Year is < 1900 or > 2199)
        {
            // Below the last entry banks write sums and greetings, which have no date.
            return typed.Any(char.IsAsciiDigit)
                ? Wrong(rows.Line, new($"ngày “{Cut(typed)}” không theo mẫu {format.DateFormat}.",
                    $"the date “{Cut(typed)}” is not written as {format.DateFormat}."))
                : null;
        }
        var (change, wrong) = Change(rows.Fields, columns, format);
        if (wrong is not null)
        {
            return Wrong(rows.Line, new($"số tiền “{Cut(wrong)}” không đọc được.",
                $"the amount “{Cut(wrong)}” cannot be read."));
        }
        if (change == 0)
        {
            return null;
        }
        var hasTime = format.DateFormat.Contains('H', StringComparison.Ordinal);
        return new StatementLine(rows.Line, Math.Abs(change), "VND", change < 0, IsPending: false,
            DateOnly.FromDateTime(at),
            hasTime ? new DateTimeOffset(at, VietnamTime.Offset).ToUniversalTime() : null,
            StatementText.Reference(Columns.Of(rows.Fields, columns.Reference)),
            StatementText.Memo(Columns.Of(rows.Fields, columns.Memo)),
            StatementText.Clean(Columns.Of(rows.Fields, columns.Payer)), null, null);
    }

    private static (decimal Change, string? Wrong) Change(List<string> fields, Columns columns, CsvFormat format)
    {
        if (columns.Amount >= 0)
        {
            var typed = Columns.Of(fields, columns.Amount);
            return Amount(typed, format) is { } signed ? (signed, null) : (0, typed);
        }
        var (credit, debit) = (Columns.Of(fields, columns.Credit), Columns.Of(fields, columns.Debit));
        return (Amount(credit, format), Amount(debit, format)) switch
        {
            (null, _) => (0, credit),
            (_, null) => (0, debit),
            ({ } came, { } went) when came != 0 && went != 0 => (0, $"{credit} / {debit}"),
            // Some banks write what went out with a sign before it, and some without.
            ({ } came, { } went) => (Math.Abs(came) - Math.Abs(went), null),
        };
    }

    /// <summary>An amount such as <c>1.234.000</c>, <c>+1,234,000.00 VND</c>; 0 when empty, null when it is none.
    /// </summary>
    internal static decimal? Amount(string typed, CsvFormat format)
    {
        var plain = typed.Replace("\u00a0", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        foreach (var unit in (string[])["VND", "VNĐ", "đ", "₫"])
        {
            plain = plain.EndsWith(unit, StringComparison.OrdinalIgnoreCase) ? plain[..^unit.Length] : plain;
        }
        if (plain.Length == 0 || plain == "-")
        {
            return 0;
        }
        var thousands = format.DecimalSign == "." ? "," : ".";
        var digits = plain.TrimStart('+', '-');
        var parts = digits.Split(format.DecimalSign);
        var whole = parts[0].Split(thousands);
        // Points that part no thousands are a sign that the format is another than the table's.
        if (parts.Skip(1).Any(fraction => !fraction.All(char.IsAsciiDigit)))
        {
            return null;
        }
        if (whole.Length > 1 && (whole[0].Length is 0 or > 3 || whole.Skip(1).Any(group => group.Length != 3)))
        {
            return null;
        }
        return decimal.TryParse(
            plain.Replace(thousands, "", StringComparison.Ordinal)
                .Replace(format.DecimalSign, ".", StringComparison.Ordinal),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var amount)
            ? amount
            : null;
    }

    private static StatementFault Wrong(int line, Text what) => new(PaymentRefusals.UnreadableStatement with
    {
        Detail = new($"Dòng {line}: {what.Vi}", $"Line {line}: {what.En}"),
    });

    private static Refusal NoColumns(CsvFormat format) => PaymentRefusals.UnreadableStatement with
    {
        Detail = new(
            $"Không thấy dòng tiêu đề có cột “{format.DateColumn}” và các cột số tiền của mẫu “{format.Name}”.",
            $"No line names the column “{format.DateColumn}” and those of amounts of the format “{format.Name}”."),
    };

    private static string Cut(string text) => StatementText.Clean(text, 40) ?? "";

    private sealed record Columns(int Date, int Amount, int Credit, int Debit, int Reference, int Memo, int Payer)
    {
        public static Columns? In(List<string> names, CsvFormat format)
        {
            int Find(string? name) => name is null
                ? -1 : names.FindIndex(one => Words.Fold(Words.Clean(one)) == Words.Fold(name));
            var columns = new Columns(Find(format.DateColumn), Find(format.AmountColumn), Find(format.CreditColumn),
                Find(format.DebitColumn), Find(format.ReferenceColumn), Find(format.MemoColumn),
                    Find(format.PayerColumn));
            var isWhole = columns.Date >= 0
                && (format.AmountColumn is not null ? columns.Amount >= 0 : columns is { Credit: >= 0, Debit: >= 0 });
            return isWhole ? columns : null;
        }

        public static string Of(List<string> fields, int column) =>
            column >= 0 && column < fields.Count ? fields[column].Trim() : "";
    }
}
