using System.Globalization;
using System.Text.RegularExpressions;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Requests;

namespace TinhSo.Payments.Settlements;

/// <summary>A column of a partner's file, as partners' programs are told of it.</summary>
/// <param name="Name">As the header names it.</param>
/// <param name="IsNeeded">Whether a file must have it.</param>
/// <param name="Pattern">What a value must match.</param>
/// <param name="What">In the language of the request.</param>
internal sealed record PartnerColumn(string Name, bool IsNeeded, string Pattern, string What);

/// <summary>A line without a fault.</summary>
internal sealed record PartnerEntry(string TransactionId, string RequestCode, long Amount, long Fee,
    DateTimeOffset PaidAt, string? Terminal);

/// <summary>The columns of a partner's file, and how a line is read by them.</summary>
internal sealed partial class PartnerCsv
{
    /// <summary>How long before its settlement day money may have been taken.</summary>
    public const int DaysMax = 31;

    private const string TransactionId = "transaction_id";
    private const string RequestCode = "request_code";
    private const string AmountName = "amount";
    private const string Fee = "fee";
    private const string PaidAt = "paid_at";
    private const string Terminal = "terminal";
    private const int RequestCodeMax = 100;
    private const int TerminalMax = 40;
    private const string IdPattern = "[A-Za-z0-9._:/-]{1,64}";
    private const string AmountPattern = "[0-9]{1,12}";
    private const string MomentPattern =
        @"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})";

    private static readonly (string Name, bool IsNeeded, string Pattern, Text What)[] Schema =
    [
        (TransactionId, true, IdPattern, new("Mã giao dịch của đối tác, mỗi mã một lần mãi mãi",
            "The partner's own for the transaction, each once for ever")),
        (RequestCode, true, ".{0,100}", new("Mã yêu cầu thanh toán mà người nộp đã trả; để trống nếu không có",
            "The code of the request that was paid; empty when there is none")),
        (AmountName, true, AmountPattern, new("Số tiền người nộp đã trả, đồng, chưa trừ phí",
            "What the payer paid, in whole đồng, before any fee")),
        (Fee, true, AmountPattern, new("Phí đối tác giữ lại, đồng; 0 nếu không có",
            "What the partner keeps of it, in whole đồng; 0 when nothing")),
        (PaidAt, true, MomentPattern, new("Thời điểm người nộp trả, ISO 8601 kèm múi giờ",
            "When the payer paid, ISO 8601 with an offset")),
        (Terminal, false, ".{0,40}", new("Máy hoặc điểm thu", "The terminal or counter")),
    ];

    private readonly Dictionary<string, int> places;

    private PartnerCsv(Dictionary<string, int> places) => this.places = places;

    /// <summary>The published schema.</summary>
    public static IReadOnlyList<PartnerColumn> Columns =>
        [.. Schema.Select(one => new PartnerColumn(one.Name, one.IsNeeded, one.Pattern, one.What.ToString()))];

    /// <summary>The header of a file, as published.</summary>
    public static string Header => string.Join(',', Schema.Select(one => one.Name));

    /// <summary>Reads the header, or says what is wrong with it.</summary>
    public static PartnerCsv? Read(IReadOnlyList<string> header, FieldErrors errors)
    {
        var names = header.Select(name => name.Trim()).ToList();
        var missing = Schema.Where(one => one.IsNeeded).Select(one => one.Name).Except(names).ToList();
        var unknown = names.Except(Schema.Select(one => one.Name)).Any();
        if (missing.Count > 0 && names.Count > 1)
        {
            errors.Add("file", $"Dòng đầu thiếu cột: {string.Join(", ", missing)}.",
                $"The first line lacks the columns: {string.Join(", ", missing)}.");
            return null;
        }
        if (missing.Count > 0 || unknown || names.Count != names.Distinct(StringComparer.Ordinal).Count())
        {
            errors.Add("file", $"Dòng đầu phải là các cột: {Header}.",
                $"The first line must name the columns: {Header}.");
            return null;
        }
        return new(names.Select((name, at) => (name, at)).ToDictionary(one => one.name, one => one.at));
    }

    /// <summary>The amount of a line alone, or null when it cannot be read.</summary>
    public long? Amount(IReadOnlyList<string> fields) =>
        fields.Count == places.Count ? Number(Of(fields, AmountName)) : null;

    /// <summary>A line as an entry; what is wrong with it stands in <paramref name="errors"/> by column.</summary>
    /// <param name="fields">What stood between the commas.</param>
    /// <param name="day">The settlement day.</param>
    /// <param name="now">The present moment, behind which nothing was paid.</param>
    /// <param name="errors">Hears what is wrong.</param>
    public PartnerEntry? Read(IReadOnlyList<string> fields, DateOnly day, DateTimeOffset now, FieldErrors errors)
    {
        if (fields.Count != places.Count)
        {
            errors.Add("line", "Số ô không khớp với dòng đầu.", "There are not as many fields as columns.");
            return null;
        }
        var id = Of(fields, TransactionId);
        if (!Id().IsMatch(id))
        {
            errors.Add(TransactionId, "Mã giao dịch gồm 1 đến 64 chữ, số hoặc dấu . _ : / -",
                "A transaction's id has 1 to 64 letters, digits or signs . _ : / -");
        }
        var code = errors.Optional(RequestCode, Of(fields, RequestCode), RequestCodeMax);
        var amount = Whole(AmountName, Of(fields, AmountName), 1, Amounts.Max, errors);
        var fee = Whole(Fee, Of(fields, Fee), 0, Amounts.Max, errors);
        if (!errors.Any && fee > amount)
        {
            errors.Add(Fee, "Phí lớn hơn số tiền.", "The fee exceeds the amount.");
        }
        var paidAt = Moment(Of(fields, PaidAt), day, now, errors);
        var terminal = places.ContainsKey(Terminal)
            ? errors.Optional(Terminal, Of(fields, Terminal), TerminalMax) : null;
        return errors.Any ? null : new PartnerEntry(id, code ?? "", amount, fee, paidAt, terminal);
    }

    private static long Whole(string field, string typed, long min, long max, FieldErrors errors)
    {
        if (Number(typed) is { } number)
        {
            return errors.Range(field, number, min, max);
        }
        errors.Add(field, "Phải là số nguyên đồng, chỉ gồm chữ số, không dấu ngăn cách.",
            "It must be whole đồng, in digits alone, without separators.");
        return min;
    }

    private static DateTimeOffset Moment(string typed, DateOnly day, DateTimeOffset now, FieldErrors errors)
    {
        if (!IsoMoment().IsMatch(typed) || !DateTimeOffset.TryParse(typed, CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var at))
        {
            errors.Add(PaidAt, "Thời điểm theo ISO 8601 kèm múi giờ, ví dụ 2026-11-21T09:30:00+07:00.",
                "A moment is ISO 8601 with an offset, such as 2026-11-21T09:30:00+07:00.");
            return now;
        }
        if (at > now)
        {
            errors.Add(PaidAt, "Thời điểm nằm trong tương lai.", "The moment lies in the future.");
        }
        else if (VietnamTime.DayOf(at) > day)
        {
            errors.Add(PaidAt, "Trả sau ngày quyết toán của tệp.", "It was paid after the file's settlement day.");
        }
        else if (VietnamTime.DayOf(at) < day.AddDays(-DaysMax))
        {
            errors.Add(PaidAt, $"Trả trước ngày quyết toán hơn {DaysMax} ngày.",
                $"It was paid more than {DaysMax} days before the settlement day.");
        }
        return Amounts.ToMicroseconds(at);
    }

    private static long? Number(string typed) => Digits().IsMatch(typed)
        ? long.Parse(typed, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    private string Of(IReadOnlyList<string> fields, string column) => fields[places[column]].Trim();

    [GeneratedRegex($@"\A{IdPattern}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    [GeneratedRegex($@"\A{AmountPattern}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();

    [GeneratedRegex($@"\A{MomentPattern}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IsoMoment();
}
