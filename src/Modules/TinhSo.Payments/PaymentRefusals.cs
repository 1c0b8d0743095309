using Microsoft.AspNetCore.Http;
using TinhSo.Kernel.Http;

namespace TinhSo.Payments;

/// <summary>Why payments refuses, beyond what any module may answer.</summary>
public static class PaymentRefusals
{
    /// <summary>The identifier already belongs to an order with another content.</summary>
    public static readonly Refusal IdUsedDifferently = new("payments.id-used-differently",
        new("Mã này đã dùng cho một nội dung khác.", "This id was used for something else."));

    /// <summary>The payee is not registered.</summary>
    public static readonly Refusal NoSuchPayee = new("payments.no-such-payee",
        new("Chưa có đơn vị thụ hưởng này.", "There is no such payee."), StatusCodes.Status404NotFound);

    /// <summary>Money for the request has come, or is on its way.</summary>
    public static readonly Refusal AlreadyPaid = new("payments.already-paid",
        new("Yêu cầu này đã được thanh toán.", "This request has been paid."));

    /// <summary>The request was withdrawn.</summary>
    public static readonly Refusal AlreadyCancelled = new("payments.already-cancelled",
        new("Yêu cầu này đã bị hủy.", "This request was cancelled."));

    /// <summary>What is paid must be what is asked for.</summary>
    public static readonly Refusal AmountDiffers = new("payments.amount-differs",
        new("Số tiền phải đúng bằng số phải trả.", "The amount must be exactly what is asked for."));

    /// <summary>More would be given back than came in.</summary>
    public static readonly Refusal ExceedsPayment = new("payments.exceeds-payment",
        new("Số tiền hoàn vượt quá số đã nhận.", "More would be refunded than was received."));

    /// <summary>More would be used than still waits in suspense.</summary>
    public static readonly Refusal ExceedsSuspense = new("payments.exceeds-suspense",
        new("Số tiền lớn hơn khoản còn chờ xử lý.", "The amount exceeds what still waits."));

    /// <summary>Whoever proposes money to leave may not be the one who approves it.</summary>
    public static readonly Refusal SamePerson = new("payments.same-person",
        new("Người duyệt phải khác người đề nghị.", "Another person than the proposer must approve."),
        StatusCodes.Status403Forbidden);

    /// <summary>Nothing waits for an approval here.</summary>
    public static readonly Refusal NotProposed = new("payments.not-proposed",
        new("Đề nghị này không còn chờ duyệt.", "This proposal no longer waits for approval."));

    /// <summary>The ledger will not move the money.</summary>
    public static readonly Refusal LedgerRefused = new("payments.ledger-refused",
        new("Sổ cái từ chối giao dịch.", "The ledger refused the transfer."));

    /// <summary>No such provider of bank notices is set up.</summary>
    public static readonly Refusal NoSuchProvider = new("payments.no-such-provider",
        new("Chưa cấu hình kênh báo có này.", "No such provider is set up."), StatusCodes.Status404NotFound);

    /// <summary>The notice is not signed by who it says it comes from.</summary>
    public static readonly Refusal WrongSignature = new("payments.wrong-signature",
        new("Chữ ký của thông báo không đúng.", "The notice's signature is wrong."), StatusCodes.Status401Unauthorized);

    /// <summary>The notice was signed too long ago, or in the future.</summary>
    public static readonly Refusal StaleNotice = new("payments.stale-notice",
        new("Thời điểm ký của thông báo quá xa hiện tại.", "The notice was not signed just now."),
        StatusCodes.Status401Unauthorized);

    /// <summary>The notice cannot be read.</summary>
    public static readonly Refusal MalformedNotice = new("payments.malformed-notice",
        new("Không đọc được thông báo.", "The notice cannot be read."), StatusCodes.Status400BadRequest);

    /// <summary>The notice is larger than any bank's.</summary>
    public static readonly Refusal NoticeTooLarge = new("payments.notice-too-large",
        new("Thông báo quá lớn.", "The notice is too large."), StatusCodes.Status413PayloadTooLarge);
}
