using TinhSo.Design;
using TinhSo.Kernel;
using TinhSo.Payments.Settlements;

namespace TinhSo.Payments.Pages;

/// <summary>What kinds of partners, states of files and of lines are called on pages.</summary>
internal static class SettlementWords
{
    public static Text Of(PartnerKind kind) => kind switch
    {
        PartnerKind.Card => new("Thẻ, máy POS", "Cards at terminals"),
        PartnerKind.Wallet => new("Ví điện tử", "Electronic wallet"),
        PartnerKind.Counter => new("Quầy thu hộ", "Counters"),
        _ => throw new InvalidOperationException($"No such kind: {kind}."),
    };

    public static (Text Name, Tone Tone) Of(PartnerFileState state) => state switch
    {
        PartnerFileState.Uploading => (new("Đang nhận", "Coming in"), Tone.Info),
        PartnerFileState.Checked => (new("Chờ xác nhận", "Waits to be confirmed"), Tone.Doubtful),
        PartnerFileState.Running => (new("Đang ghi nhận", "Being booked"), Tone.Info),
        PartnerFileState.Finished => (new("Đã xong", "Finished"), Tone.Good),
        PartnerFileState.Discarded => (new("Đã bỏ", "Given up"), Tone.Quiet),
        _ => throw new InvalidOperationException($"No such state: {state}."),
    };

    /// <summary>What has come of a line, its money included.</summary>
    public static (Text Name, Tone Tone) Of(PartnerLineView line) => line switch
    {
        { State: PartnerLineState.Checked } => (new("Đúng, chưa ghi nhận", "Right, not booked yet"), Tone.Info),
        { State: PartnerLineState.Before } => (new("Đã có từ tệp trước", "In an earlier file"), Tone.Quiet),
        { State: PartnerLineState.LeftOut } =>
            (new("Khác tệp trước, không ghi", "Differs from an earlier file"), Tone.Bad),
        { Reason: { } reason, Paid: > 0 } =>
            (new($"Đã trả, {PaymentWords.Of(reason).Vi.ToLowerInvariant()} chờ xử lý",
                $"Paid; {PaymentWords.Of(reason).En.ToLowerInvariant()}: the rest waits"), Tone.Doubtful),
        { Reason: { } reason } => (PaymentWords.Of(reason), Tone.Doubtful),
        { Paid: > 0 } => (new("Đã trả", "Paid"), Tone.Good),
        _ => (new("Đang xử lý", "Under way"), Tone.Info),
    };
}
