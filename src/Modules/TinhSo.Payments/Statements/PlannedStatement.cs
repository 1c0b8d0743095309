using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Statements.Files;

namespace TinhSo.Payments.Statements;

/// <summary>A statement that was read once through, with what it comes to.</summary>
internal sealed class PlannedStatement(StatementHead head, BankAccount account, FieldErrors errors)
{
    private const decimal BalanceMax = 9_000_000_000_000_000m;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private DateOnly? first;
    private DateOnly? last;

    public StatementHead Head => head;

    public BankAccount Account => account;

    public string Hash { get; private set; } = "";

    public long Opening { get; private set; }

    public long Closing { get; private set; }

    public long Credits { get; private set; }

    public long Debits { get; private set; }

    public int Entries { get; private set; }

    public int Pending { get; private set; }

    /// <summary>The first day it covers, before what was told already is taken off.</summary>
    public DateOnly From { get; private set; }

    public DateOnly To { get; private set; }

    public string Reference => head.Reference ?? Hash[..16];

    /// <summary>Counts an entry, and says what is wrong with it.</summary>
    public void Add(StatementLine line)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{line.Amount}|{line.Currency}|{line.IsDebit}|{line.IsPending}|{line.BookedOn:O}|{line.BankedAt:O}|")
            + $"{line.BankReference}|{line.Memo}|{line.PayerName}|{line.PayerAccount}|{line.PayerBank}\n"));
        Entries++;
        var at = $"line-{line.Line}";
        if (!IsDong(at, $"Dòng {line.Line}", $"Line {line.Line}", line.Amount, line.Currency))
        {
            return;
        }
        if (line.Amount is < 1 or > Amounts.Max)
        {
            errors.Add(at, $"Dòng {line.Line}: số tiền ngoài phạm vi.",
                $"Line {line.Line}: the amount is out of bounds.");
            return;
        }
        if (line.IsPending)
        {
            Pending++;
            return;
        }
        if (line.BookedOn is { } day)
        {
            first = first is null || day < first ? day : first;
            last = last is null || day > last ? day : last;
        }
        if (line.IsDebit)
        {
            Debits += (long)line.Amount;
        }
        else
        {
            Credits += (long)line.Amount;
        }
    }

    /// <summary>Ends the reading: which days it covers, and whether its balances are there.</summary>
    /// <returns>Why it is refused as a whole, or null.</returns>
    public Refusal? End(DateOnly today)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{head.Kind}|{head.AccountNumber}|{head.Opening}|{head.Closing}|{head.From:O}|{head.To:O}")));
        Hash = Convert.ToHexStringLower(hash.GetHashAndReset());
        hash.Dispose();
        var proves = head.Kind is not StatementKind.Notices;
        if (proves)
        {
            Opening = Balance("opening", "Số dư đầu kỳ", "The opening balance", head.Opening);
            Closing = Balance("closing", "Số dư cuối kỳ", "The closing balance", head.Closing);
        }
        To = (proves ? head.Closing?.Day : null) ?? last ?? head.To ?? today;
        var from = first ?? To;
        // What a bank says of the period is often a day that it lies in, and always less than its entries.
        From = head.From is { } said && said <= To ? said : from > To ? To : from;
        if (last > To)
        {
            errors.Add("closing", $"Có bút toán ngày {Day(last.Value)}, sau ngày của số dư cuối kỳ {Day(To)}.",
                $"An entry is booked on {Day(last.Value)}, after the day of the closing balance, {Day(To)}.");
        }
        if (To > today)
        {
            errors.Add("closing", $"Sổ phụ của ngày {Day(To)}, ngày chưa đến.",
                $"A statement of {Day(To)}, a day to come.");
        }
        if (errors.Any || !proves || Opening + Credits - Debits == Closing)
        {
            return null;
        }
        var comes = Kernel.Words.Dong(Opening + Credits - Debits);
        var says = Kernel.Words.Dong(Closing);
        return PaymentRefusals.BalanceBroken with
        {
            Detail = new($"Tính ra {comes}, sổ phụ ghi {says}.", $"It comes to {comes}; the statement says {says}."),
        };
    }

    private long Balance(string field, string vi, string en, StatedBalance? balance)
    {
        if (balance is null)
        {
            errors.Add(field, $"{vi} không có trong sổ phụ.", $"{en} is missing.");
            return 0;
        }
        if (!IsDong(field, vi, en, balance.Amount, balance.Currency))
        {
            return 0;
        }
        if (Math.Abs(balance.Amount) > BalanceMax)
        {
            errors.Add(field, $"{vi} ngoài phạm vi.", $"{en} is out of bounds.");
            return 0;
        }
        return (long)balance.Amount;
    }

    private bool IsDong(string field, string vi, string en, decimal amount, string currency)
    {
        if (currency != "VND")
        {
            var told = StatementText.Clean(currency, 10);
            errors.Add(field, $"{vi}: chỉ nhận đồng Việt Nam (VND), không nhận {told}.",
                $"{en}: only Vietnamese đồng (VND) are taken in, not {told}.");
            return false;
        }
        if (decimal.Truncate(amount) != amount)
        {
            errors.Add(field, $"{vi}: số tiền có phần lẻ của đồng.", $"{en}: the amount has a fraction of a đồng.");
            return false;
        }
        return true;
    }

    private static string Day(DateOnly day) => Kernel.Words.Date(day);
}
