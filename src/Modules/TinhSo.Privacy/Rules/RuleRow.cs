using TinhSo.Kernel;
using TinhSo.Kernel.Audit;

namespace TinhSo.Privacy.Rules;

/// <summary>In what a period or an age is counted.</summary>
internal enum RuleMeasure
{
    Hours,
    Days,
    Years,
}

/// <summary>A period or an age that holds from a day on; replaced by a later row, never rewritten.</summary>
[Audited]
internal sealed class RuleRow
{
    public required string Code { get; init; }
    public required DateOnly ValidFrom { get; init; }

    /// <summary>Null is as long as the purpose lasts.</summary>
    public required int? Amount { get; init; }

    public required RuleMeasure Measure { get; init; }
    public required string LegalBasis { get; init; }
    public required string SetBy { get; init; }
    public required DateOnly SetOn { get; init; }

    /// <summary>The period in words, such as 90 ngày.</summary>
    public Text PeriodText => Amount is not { } amount
        ? new("Còn cần thì còn giữ", "As long as it is needed")
        : Measure switch
        {
            RuleMeasure.Hours => new($"{Words.Number(amount)} giờ", $"{Words.Number(amount)} hours"),
            RuleMeasure.Days => new($"{Words.Number(amount)} ngày", $"{Words.Number(amount)} days"),
            RuleMeasure.Years when Code == RuleCodes.ChildAge =>
                new($"{Words.Number(amount)} tuổi", $"{Words.Number(amount)} years of age"),
            _ => new($"{Words.Number(amount)} năm", $"{Words.Number(amount)} years"),
        };

    /// <summary>The instant that lies the period before another; null when there is no period.</summary>
    public DateTimeOffset? Before(DateTimeOffset instant) => Amount is not { } amount ? null : Measure switch
    {
        RuleMeasure.Hours => instant.AddHours(-amount),
        RuleMeasure.Days => instant.AddDays(-amount),
        _ => instant.AddYears(-amount),
    };

    /// <summary>The instant that lies the period after another; the other itself when there is no period.</summary>
    public DateTimeOffset After(DateTimeOffset instant) => Measure switch
    {
        RuleMeasure.Hours => instant.AddHours(Amount ?? 0),
        RuleMeasure.Days => instant.AddDays(Amount ?? 0),
        _ => instant.AddYears(Amount ?? 0),
    };
}

/// <summary>The rules there are: each has a row from the first day of the platform on.</summary>
internal static class RuleCodes
{
    public const string BreachNotice = "breach.notice";
    public const string ChildAge = "child.age";

    private const string RetentionPrefix = "retention.";

    private static readonly Dictionary<string, Text> Names = new(StringComparer.Ordinal)
    {
        [Retention("accounts")] = new("Giữ tài khoản và hồ sơ người dùng", "Keeping accounts and people's records"),
        [Retention("sessions")] = new("Giữ các phiên đăng nhập đã kết thúc", "Keeping sign-ins that ended"),
        [Retention("guesses")] = new("Giữ số lần gõ sai mật khẩu", "Keeping counts of wrong passwords"),
        [Retention("answers")] =
            new("Giữ câu trả lời cho yêu cầu gửi lại", "Keeping answers to requests that come twice"),
        [Retention("contracts")] = new("Giữ hồ sơ hộ kinh doanh và hợp đồng", "Keeping traders and tenancies"),
        [Retention("money")] =
            new("Giữ phiếu thu, khoản nộp và tài khoản nhận tiền", "Keeping bills, payments and payees"),
        [Retention("payers")] = new("Giữ tên và tài khoản người chuyển tiền", "Keeping payers' names and accounts"),
        [Retention("audit")] = new("Giữ nhật ký hệ thống", "Keeping the audit log"),
        [Retention("requests")] = new("Giữ yêu cầu về dữ liệu đã giải quyết", "Keeping requests that were decided"),
        [Retention("breaches")] = new("Giữ hồ sơ sự cố dữ liệu", "Keeping records of breaches"),
        [Due("correct")] = new("Hạn trả lời yêu cầu đính chính", "Answering a request to correct"),
        [Due("erase")] = new("Hạn trả lời yêu cầu xóa", "Answering a request to erase"),
        [Due("restrict")] = new("Hạn trả lời yêu cầu hạn chế", "Answering a request to restrict"),
        [BreachNotice] = new("Hạn thông báo sự cố dữ liệu", "Notifying of a breach"),
        [ChildAge] = new("Tuổi tự đồng ý được", "The age of consenting alone"),
    };

    /// <summary>Every code.</summary>
    public static IReadOnlyCollection<string> All => Names.Keys;

    /// <summary>The code of a rule of retention, by the name that modules give it.</summary>
    public static string Retention(string rule) => $"{RetentionPrefix}{rule}";

    /// <summary>The code of the time there is to answer one kind of request.</summary>
    public static string Due(string kind) => $"due.{kind}";

    /// <summary>What a rule is about.</summary>
    public static Text NameOf(string code) => Names.TryGetValue(code, out var name) ? name : new(code, code);
}
