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

    /// <summary>The file cannot be read.</summary>
    public static readonly Refusal UnreadableStatement = new("payments.unreadable-statement",
        new("Không đọc được tệp sổ phụ.", "The statement's file cannot be read."), StatusCodes.Status400BadRequest);

    /// <summary>The file is something else than a statement in a version that is read here.</summary>
    public static readonly Refusal NotAStatement = new("payments.not-a-statement",
        new("Tệp không phải sổ phụ camt.053 hay báo nợ, báo có camt.054 (phiên bản 02 hoặc 08).",
            "The file is no statement (camt.053) and no notices (camt.054) of version 02 or 08."),
        StatusCodes.Status400BadRequest);

    /// <summary>A report of the day that is not over proves nothing.</summary>
    public static readonly Refusal IntradayReport = new("payments.intraday-report",
        new("Báo cáo trong ngày (camt.052) không chứng minh được số dư. Hãy tải sổ phụ cuối ngày (camt.053).",
            "A report within the day (camt.052) proves no balance. Import the statement of the day, camt.053."),
        StatusCodes.Status400BadRequest);

    /// <summary>The file is larger than is taken in.</summary>
    public static readonly Refusal StatementTooLarge = new("payments.statement-too-large",
        new("Tệp sổ phụ quá lớn.", "The statement's file is too large."), StatusCodes.Status413PayloadTooLarge);

    /// <summary>Something in the statement cannot be taken in; each place is named with its line.</summary>
    public static readonly Refusal StatementRefused = new("payments.statement-refused",
        new("Sổ phụ có nội dung không nhận được.", "The statement holds what cannot be taken in."),
        StatusCodes.Status422UnprocessableEntity);

    /// <summary>No payee has the statement's account, or not one of this caller's.</summary>
    public static readonly Refusal NoSuchBankAccount = new("payments.no-such-bank-account",
        new("Không có bên nhận tiền nào dùng tài khoản ngân hàng này.", "No payee has this bank account."),
        StatusCodes.Status404NotFound);

    /// <summary>What stood at first, with all entries, is not what stands at last.</summary>
    public static readonly Refusal BalanceBroken = new("payments.balance-broken",
        new("Số dư đầu kỳ cộng ghi có trừ ghi nợ không bằng số dư cuối kỳ.",
            "The opening balance plus credits less debits is not the closing balance."),
        StatusCodes.Status422UnprocessableEntity);

    /// <summary>The same statement was imported with another content.</summary>
    public static readonly Refusal StatementDiffers = new("payments.statement-differs",
        new("Sổ phụ mang số này đã nhập với nội dung khác.",
            "A statement of this id was imported with other content."));

    /// <summary>The statement does not follow on the last one.</summary>
    public static readonly Refusal StatementOutOfOrder = new("payments.statement-out-of-order",
        new("Sổ phụ không nối tiếp sổ phụ trước.", "The statement does not follow on the one before."));

    /// <summary>The day is closed, and nothing of it changes any more.</summary>
    public static readonly Refusal DayClosed = new("payments.day-closed",
        new("Ngày này đã chốt sổ.", "This day is closed."));

    /// <summary>Nobody has yet agreed with which balance the ledger begins.</summary>
    public static readonly Refusal NoStart = new("payments.no-start",
        new("Chưa xác lập số dư đầu cho tài khoản này.", "No starting position of this account is agreed yet."));

    /// <summary>An earlier day, or nothing at all, is to be closed first.</summary>
    public static readonly Refusal DayOutOfOrder = new("payments.day-out-of-order",
        new("Chưa thể chốt ngày này.", "This day cannot be closed yet."));

    /// <summary>Somebody must first explain what differs.</summary>
    public static readonly Refusal DayHasDifferences = new("payments.day-has-differences",
        new("Ngày này còn chênh lệch chưa giải quyết.", "This day has differences that nobody has settled."));

    /// <summary>Bank and ledger do not agree.</summary>
    public static readonly Refusal DayDoesNotAddUp = new("payments.day-does-not-add-up",
        new("Số dư ngân hàng và sổ cái không khớp.", "The balances of bank and ledger do not agree."));

    /// <summary>There is no such difference any more.</summary>
    public static readonly Refusal NotADifference = new("payments.not-a-difference",
        new("Khoản này không còn là chênh lệch.", "This is no difference any more."));

    /// <summary>What the platform matched by itself, or nobody did, is nothing to take back.</summary>
    public static readonly Refusal NotMatchedByHand = new("payments.not-matched-by-hand",
        new("Bút toán này không do người ghép.", "No person has matched this entry."));

    /// <summary>Amount, direction or account are not the same.</summary>
    public static readonly Refusal NotTheSameMoney = new("payments.not-the-same-money",
        new("Hai khoản không thể là cùng một khoản tiền.", "These two cannot be the same money."));

    /// <summary>Somebody has decided on the file, and it stays decided.</summary>
    public static readonly Refusal PartnerFileDecided = new("payments.partner-file-decided",
        new("Tệp này đã được quyết định.", "This file has been decided on."));

    /// <summary>Lines are wrong: whoever books the others all the same says so.</summary>
    public static readonly Refusal PartnerFileHasFaults = new("payments.partner-file-has-faults",
        new("Tệp còn dòng sai.", "Lines of this file are wrong."));

    /// <summary>A notice may have told of it: whoever takes it in all the same gives a reason.</summary>
    public static readonly Refusal MayBeTold = new("payments.may-be-told",
        new("Có thể khoản này đã được báo. Hãy ghép, hoặc nêu lý do vẫn nhận.",
            "A notice may have told of this. Match it, or give the reason why it is other money."));

    /// <summary>Where cash is only taken in shifts, the collector must open one first.</summary>
    public static readonly Refusal ShiftNeeded = new("payments.shift-needed",
        new("Hãy mở ca trước khi thu tiền mặt.", "Open a shift before you take cash."));

    /// <summary>The collector has a shift that is not over.</summary>
    public static readonly Refusal ShiftRuns = new("payments.shift-runs",
        new("Bạn đang có một ca chưa kết thúc.", "You have a shift that is not over."));

    /// <summary>The shift has not come so far, or is past it.</summary>
    public static readonly Refusal ShiftState = new("payments.shift-state",
        new("Ca thu không ở bước này.", "The shift is not at this step."));

    /// <summary>The collector's shift is at another unit.</summary>
    public static readonly Refusal ShiftElsewhere = new("payments.shift-elsewhere",
        new("Ca đang mở thuộc đơn vị khác.", "The open shift is at another unit."));

    /// <summary>The ledger has yet to post something that touches the till.</summary>
    public static readonly Refusal TillPosting = new("payments.till-posting",
        new("Sổ cái đang ghi giao dịch của két này. Hãy thử lại sau ít giây.",
            "The ledger is still posting for this till. Try again in a few seconds."));

    /// <summary>A difference is only accepted with its reason.</summary>
    public static readonly Refusal CountUnexplained = new("payments.count-unexplained",
        new("Người thu chưa nêu lý do thừa, thiếu.", "The collector has not yet explained the difference."));

    /// <summary>What the till should hold is no longer what it was when it was counted.</summary>
    public static readonly Refusal CountOutdated = new("payments.count-outdated",
        new("Số tiền trong két đã thay đổi sau khi kiểm đếm. Hãy yêu cầu đếm lại.",
            "The till has changed since it was counted. Have it counted again."));
}
