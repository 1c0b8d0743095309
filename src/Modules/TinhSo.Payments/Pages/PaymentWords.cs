using TinhSo.Design;
using TinhSo.Kernel;
using TinhSo.Ledger;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Notices.Providers;
using TinhSo.Payments.Settlements;
using TinhSo.Payments.Simulator;
using TinhSo.Payments.Storage;
using TinhSo.Payments.Suspense;

namespace TinhSo.Payments.Pages;

/// <summary>What states, reasons and channels are called on pages.</summary>
internal static class PaymentWords
{
    public static (Text Name, Tone Tone) Of(PaymentState state) => state switch
    {
        PaymentState.Open => (new("Chờ thanh toán", "Waiting for payment"), Tone.Info),
        PaymentState.Paid => (new("Đã thanh toán", "Paid"), Tone.Good),
        PaymentState.Expired => (new("Đã quá hạn", "Overdue"), Tone.Doubtful),
        PaymentState.Cancelled => (new("Đã hủy", "Cancelled"), Tone.Quiet),
        PaymentState.PartlyRefunded => (new("Đã hoàn một phần", "Partly refunded"), Tone.Doubtful),
        PaymentState.Refunded => (new("Đã hoàn tiền", "Refunded"), Tone.Doubtful),
        _ => throw new InvalidOperationException($"No such state: {state}."),
    };

    public static (Text Name, Tone Tone) Of(SuspenseState state) => state switch
    {
        SuspenseState.Open => (new("Chờ xử lý", "Waiting"), Tone.Doubtful),
        SuspenseState.Closed => (new("Đã xử lý", "Settled"), Tone.Good),
        _ => throw new InvalidOperationException($"No such state: {state}."),
    };

    public static (Text Name, Tone Tone) Of(StepState state) => state switch
    {
        StepState.Proposed => (new("Chờ duyệt", "Waits for approval"), Tone.Doubtful),
        StepState.Ordered => (new("Đang thực hiện", "Under way"), Tone.Info),
        StepState.Done => (new("Đã xong", "Done"), Tone.Good),
        StepState.Rejected => (new("Không duyệt", "Rejected"), Tone.Quiet),
        StepState.Failed => (new("Không thực hiện được", "Failed"), Tone.Bad),
        _ => throw new InvalidOperationException($"No such state: {state}."),
    };

    public static Text Of(SuspenseReason reason) => reason switch
    {
        SuspenseReason.NoCode => new("Nội dung không có mã", "No code in the memo"),
        SuspenseReason.UnknownCode => new("Mã không tồn tại", "Unknown code"),
        SuspenseReason.SeveralCodes => new("Nội dung có nhiều mã", "Several codes in the memo"),
        SuspenseReason.WrongAccount => new("Chuyển sai tài khoản", "Wrong account"),
        SuspenseReason.Cancelled => new("Yêu cầu đã hủy", "The request was cancelled"),
        SuspenseReason.Double => new("Thanh toán trùng", "Paid twice"),
        SuspenseReason.Short => new("Chuyển thiếu", "Too little"),
        SuspenseReason.Over => new("Phần chuyển thừa", "Too much"),
        _ => throw new InvalidOperationException($"No such reason: {reason}."),
    };

    public static Text Of(SuspenseActionKind kind) => kind switch
    {
        SuspenseActionKind.Assign => new("Gán cho yêu cầu", "Assigned to a request"),
        SuspenseActionKind.Return => new("Chuyển trả người gửi", "Returned to the sender"),
        _ => throw new InvalidOperationException($"No such action: {kind}."),
    };

    public static Text Of(ChangeKind change) => change switch
    {
        ChangeKind.Opened => new("Tạo yêu cầu", "Opened"),
        ChangeKind.Ordered => new("Ghi nhận thu tiền mặt", "Cash recorded"),
        ChangeKind.Paid => new("Đã thanh toán", "Paid"),
        ChangeKind.PaidLate => new("Đã thanh toán, quá hạn", "Paid late"),
        ChangeKind.Expired => new("Quá hạn", "Fell due unpaid"),
        ChangeKind.Cancelled => new("Hủy yêu cầu", "Cancelled"),
        ChangeKind.RefundProposed => new("Đề nghị hoàn tiền", "Refund proposed"),
        ChangeKind.RefundApproved => new("Duyệt hoàn tiền", "Refund approved"),
        ChangeKind.RefundRejected => new("Không duyệt hoàn tiền", "Refund rejected"),
        ChangeKind.Refunded => new("Đã hoàn tiền", "Refunded"),
        ChangeKind.Failed => new("Sổ cái từ chối", "Refused by the ledger"),
        ChangeKind.Arrived => new("Tiền đến, chờ xử lý", "Arrived in suspense"),
        ChangeKind.AssignAsked => new("Yêu cầu gán", "Assignment ordered"),
        ChangeKind.Assigned => new("Đã gán cho yêu cầu", "Assigned"),
        ChangeKind.ReturnProposed => new("Đề nghị chuyển trả", "Return proposed"),
        ChangeKind.ReturnApproved => new("Duyệt chuyển trả", "Return approved"),
        ChangeKind.ReturnRejected => new("Không duyệt chuyển trả", "Return rejected"),
        ChangeKind.Returned => new("Đã chuyển trả", "Returned"),
        ChangeKind.RepeatedDifferently => new("Báo lại với nội dung khác", "Told again with another content"),
        ChangeKind.EntryTakenIn => new("Nhận từ sổ phụ", "Taken in from a statement"),
        ChangeKind.EntryMatched => new("Ghép với sổ phụ", "Matched with a statement"),
        ChangeKind.EntryUnmatched => new("Bỏ ghép với sổ phụ", "Matching taken back"),
        ChangeKind.DifferenceProposed => new("Đề nghị chấp nhận chênh lệch", "Acceptance proposed"),
        ChangeKind.DifferenceAccepted => new("Chấp nhận chênh lệch", "Difference accepted"),
        ChangeKind.DifferenceRejected => new("Không chấp nhận chênh lệch", "Difference not accepted"),
        ChangeKind.StartProposed => new("Đề nghị số dư đầu", "Starting position proposed"),
        ChangeKind.StartApproved => new("Duyệt số dư đầu", "Starting position approved"),
        ChangeKind.StartRejected => new("Không duyệt số dư đầu", "Starting position rejected"),
        ChangeKind.ClosingProposed => new("Đề nghị chốt ngày", "Closing proposed"),
        ChangeKind.DayClosed => new("Chốt ngày", "Day closed"),
        ChangeKind.ClosingRejected => new("Không duyệt chốt ngày", "Closing rejected"),
        ChangeKind.ShiftOpened => new("Mở ca", "Shift opened"),
        ChangeKind.FloatSigned => new("Ký giao tiền lẻ đầu ca", "Float signed for"),
        ChangeKind.FloatRejected => new("Không giao tiền lẻ đầu ca", "Float rejected"),
        ChangeKind.ShiftCancelled => new("Hủy ca", "Shift cancelled"),
        ChangeKind.ShiftCounted => new("Kiểm đếm tiền", "Cash counted"),
        ChangeKind.DifferenceExplained => new("Nêu lý do thừa, thiếu", "Difference explained"),
        ChangeKind.CountRejected => new("Yêu cầu kiểm đếm lại", "Count rejected"),
        ChangeKind.CountAccepted => new("Chấp nhận kiểm đếm", "Count accepted"),
        ChangeKind.ShiftHandedOver => new("Đã bàn giao tiền", "Cash handed over"),
        _ => throw new InvalidOperationException($"No such change: {change}."),
    };

    public static Text Channel(string channel) => channel switch
    {
        Channels.Cash => new("Tiền mặt", "Cash"),
        Channels.VietQr => new("Chuyển khoản VietQR", "VietQR transfer"),
        Channels.BankTransfer => new("Chuyển khoản ngân hàng", "Bank transfer"),
        Channels.Card => new("Thẻ tại máy POS", "Card at a terminal"),
        Channels.Wallet => new("Ví điện tử", "Electronic wallet"),
        Channels.Counter => new("Quầy của đối tác", "Partner's counter"),
        _ => new(channel, channel),
    };

    public static Text Of(PayerTwist twist) => twist switch
    {
        PayerTwist.AsAsked => new("Trả đúng như mã", "Pay what the code says"),
        PayerTwist.OtherAmount => new("Trả số tiền khác", "Pay another amount"),
        PayerTwist.WithoutCode => new("Xóa nội dung, không có mã", "Delete the memo"),
        PayerTwist.ToldTwice => new("Ngân hàng báo hai lần", "The bank tells twice"),
        _ => throw new InvalidOperationException($"No such twist: {twist}."),
    };

    public static Text Of(VietQrFault fault) => fault switch
    {
        VietQrFault.None => new("Mã hợp lệ.", "The code is valid."),
        VietQrFault.Empty => new("Chưa có nội dung mã.", "There is no text."),
        VietQrFault.TooLong => new("Mã quá dài.", "The text is too long."),
        VietQrFault.WrongChecksum or VietQrFault.ChecksumMissing or VietQrFault.ChecksumCut
            or VietQrFault.DataAfterChecksum =>
            new("Mã kiểm tra (CRC) không đúng, mã có thể đã bị sửa.",
                "The checksum is wrong: the code may be altered."),
        VietQrFault.NotVietQr => new("Đây là mã QR khác, không phải VietQR.", "This is another scheme's code."),
        _ => new($"Mã sai cấu trúc ({fault}).", $"The code is malformed ({fault})."),
    };

    /// <summary>Who did it, as records sign it, in words.</summary>
    public static string Signature(string by) => by switch
    {
        "system" => Language.Say("Hệ thống", "The platform"),
        _ when by.StartsWith("bank:", StringComparison.Ordinal) => Language.Say("Ngân hàng báo có", "Bank notice"),
        _ when PartnerAccount.CodeIn(by) is { } partner =>
            $"{Language.Say("Tệp của đối tác", "Partner's file")} {partner}",
        _ when by.StartsWith("person:", StringComparison.Ordinal) =>
            $"{Language.Say("Cán bộ", "Officer")} …{by[^6..]}",
        _ when by.StartsWith("client:", StringComparison.Ordinal) =>
            $"{Language.Say("Hệ thống kết nối", "Service client")} …{by[^6..]}",
        _ => by,
    };

    /// <summary>A code in groups of letters, to be read aloud.</summary>
    public static string Grouped(string code, int group) =>
        string.Join('-', code.Chunk(group).Select(letters => new string(letters)));

    /// <summary>When something falls due: a moment, or the day that ends then.</summary>
    public static string Due(DateTimeOffset due) => VietnamTime.Of(due).TimeOfDay == TimeSpan.Zero
        ? Language.Say($"hết ngày {Words.Date(due.AddMinutes(-1))}", $"end of {Words.Date(due.AddMinutes(-1))}")
        : Words.Moment(due);

    /// <summary>How a provider is called.</summary>
    public static string Provider(string name) => name switch
    {
        "sepay" => nameof(SePay),
        "casso" => nameof(Casso),
        "payos" => "payOS",
        "statement" => Language.Say("Sổ phụ ngân hàng", "Bank statement"),
        _ when PartnerAccount.CodeIn(name) is { } partner =>
            $"{Language.Say("Tệp của đối tác", "Partner's file")} {partner}",
        _ => name,
    };
}
