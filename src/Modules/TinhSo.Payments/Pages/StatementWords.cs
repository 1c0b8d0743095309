using TinhSo.Design;
using TinhSo.Kernel;
using TinhSo.Payments.Closing;
using TinhSo.Payments.Statements;

namespace TinhSo.Payments.Pages;

/// <summary>What states and causes of statements and closings are called on pages.</summary>
internal static class StatementWords
{
    public static (Text Name, Tone Tone) Of(EntryState state) => state switch
    {
        EntryState.Pending => (new("Ngân hàng chưa ghi sổ", "Pending at the bank"), Tone.Quiet),
        EntryState.Open => (new("Chưa khớp", "Not matched"), Tone.Doubtful),
        EntryState.Matched => (new("Đã khớp", "Matched"), Tone.Good),
        EntryState.TakenIn => (new("Đã nhận như báo có", "Taken in"), Tone.Good),
        EntryState.Accepted => (new("Đã chấp nhận", "Accepted"), Tone.Good),
        _ => throw new InvalidOperationException($"No such state: {state}."),
    };

    public static Text Of(StatementKind kind) => kind switch
    {
        StatementKind.Statement => new("Sổ phụ (camt.053)", "Statement (camt.053)"),
        StatementKind.Notices => new("Báo nợ, báo có (camt.054)", "Notices (camt.054)"),
        StatementKind.Table => new("Bảng của ngân hàng (CSV)", "Bank's table (CSV)"),
        _ => throw new InvalidOperationException($"No such kind: {kind}."),
    };

    public static (Text Name, Tone Tone) Of(DayState state) => state switch
    {
        DayState.Differs => (new("Còn chênh lệch", "Differs"), Tone.Doubtful),
        DayState.Explained => (new("Có thể chốt", "Can be closed"), Tone.Info),
        DayState.Proposed => (new("Chờ duyệt", "Waits for approval"), Tone.Info),
        DayState.Closed => (new("Đã chốt", "Closed"), Tone.Good),
        _ => throw new InvalidOperationException($"No such state: {state}."),
    };

    public static (Text Name, Tone Tone) Of(DifferenceCause cause) => cause switch
    {
        DifferenceCause.Untold => (new("Có ở ngân hàng, chưa được báo", "In the bank, not told"), Tone.Doubtful),
        DifferenceCause.Ambiguous => (new("Có thể trùng, cần người xem", "Ambiguous"), Tone.Doubtful),
        DifferenceCause.AmountDiffers => (new("Số tiền khác báo có", "Another amount than told"), Tone.Bad),
        DifferenceCause.Unexplained => (new("Ghi nợ chưa rõ lý do", "Unexplained debit"), Tone.Bad),
        DifferenceCause.NotShown => (new("Đã báo, sổ phụ không có", "Told, not in the statement"), Tone.Bad),
        DifferenceCause.NotPaidOut => (new("Đã hoàn, ngân hàng chưa chi", "Refunded, not paid out"), Tone.Doubtful),
        DifferenceCause.Held => (new("Báo có đến muộn, đang giữ", "Late notice, held"), Tone.Doubtful),
        DifferenceCause.Undecided => (new("Báo có đang xử lý", "Notice being decided"), Tone.Info),
        DifferenceCause.Pending => (new("Ngân hàng chưa ghi sổ", "Pending at the bank"), Tone.Quiet),
        _ => throw new InvalidOperationException($"No such cause: {cause}."),
    };

    public static Text Of(AcceptanceWay way) => way switch
    {
        AcceptanceWay.Book => new("Ghi theo ngân hàng", "Book it as the bank has it"),
        AcceptanceWay.Later => new("Đang trên đường, sẽ thấy trong 7 ngày", "On its way, to be shown within 7 days"),
        _ => throw new InvalidOperationException($"No such way: {way}."),
    };
}
