using TinhSo.Kernel;
using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Verifying;

/// <summary>What can be wrong with a row, in words.</summary>
internal static class Faults
{
    public static LedgerFault NoLedger { get; } = new("ledger_owner", "1", new(
        "Kho dữ liệu này chưa có sổ cái.",
        "There is no ledger in this store."));

    public static LedgerFault Missing(string table, string row) => new(table, row, new(
        "Thiếu dòng này.",
        "This row is missing."));

    public static LedgerFault Unreadable(string table, string row) => new(table, row, new(
        "Dòng này chứa giá trị không đọc được, sổ cái không thể đã ghi như vậy.",
        "The row holds what cannot be read, and what the ledger cannot have written."));

    public static LedgerFault OutsideOfLog(string table, string row) => new(table, row, new(
        "Dòng này nằm ngoài phạm vi mà sổ cái đã ghi.",
        "The row lies outside of what the ledger has recorded."));

    public static LedgerFault OwnerBeyondBatches(long position, long last) => new("ledger_owner", "1", new(
        $"Dòng này ghi sổ cái dài đến vị trí {position}, nhưng lô cuối cùng kết thúc ở vị trí {last}.",
        $"The row says that the log goes to position {position}, but the last batch ends at {last}."));

    public static LedgerFault BatchOutOfPlace(StoredBatch batch, long last, long end) =>
        new("ledger_batch", $"{batch.Number}", new(
            $"Lô kết thúc ở vị trí {batch.Position}, không nằm trong khoảng từ {last} đến {end}.",
            $"The batch ends at position {batch.Position}, which is not between {last} and {end}."));

    public static LedgerFault WrongHash(StoredBatch batch, long first) => new("ledger_batch", $"{batch.Number}",
        first > batch.Position
            ? new("Mã băm không khớp: chính nó hoặc một tài khoản mở trong lô đã bị sửa, thêm hoặc xóa.",
                "The hash does not match: it, or an account opened in the batch, was changed, added or removed.")
            : new($"Mã băm không khớp: chính nó, một giao dịch từ vị trí {first} đến {batch.Position} hoặc một tài "
                + "khoản mở trong lô đã bị sửa, thêm hoặc xóa.",
                $"The hash does not match: it, a transfer from position {first} to {batch.Position}, or an account "
                + "opened in the batch was changed, added or removed."));

    public static LedgerFault OtherThanNoted(long batch, string noted, string hash) =>
        new("ledger_batch", $"{batch}", new(
            $"Mã băm đã ghi lại trước đây là {noted}, nay là {hash}: quá khứ đã bị sửa.",
            $"The hash that was noted before is {noted}, and now it is {hash}: the past was changed."));

    public static LedgerFault WrongAccounts(LedgerTransfer transfer) => Of(transfer, new(
        "Tài khoản nợ và có trùng nhau, hoặc một trong hai chưa được mở vào lúc đó.",
        "Debit and credit are the same account, or one of them was not open by then."));

    public static LedgerFault NoAmount(LedgerTransfer transfer) => Of(transfer, new(
        $"Số tiền {transfer.Amount} không lớn hơn 0.",
        $"The amount {transfer.Amount} is not more than 0."));

    public static LedgerFault TimeRunsBack(LedgerTransfer transfer, DateTimeOffset before) => Of(transfer, new(
        $"Thời điểm {transfer.PostedAt:O} sớm hơn giao dịch liền trước ({before:O}).",
        $"The time {transfer.PostedAt:O} is earlier than that of the transfer before ({before:O})."));

    public static LedgerFault WrongOriginal(LedgerTransfer transfer) => Of(transfer, transfer.Kind switch
    {
        TransferKind.Capture or TransferKind.Release => new(
            "Không có khoản giữ chỗ nào đang mở mà giao dịch này có thể xử lý: khoản gốc không tồn tại, đã được xử lý, "
            + "hoặc khác tài khoản hay số tiền.",
            "There is no open reservation that this can settle: its original does not exist, was settled before, or "
            + "has other accounts or another amount."),
        TransferKind.Reverse => new(
            "Không có giao dịch nào mà giao dịch này có thể hoàn lại: giao dịch gốc không tồn tại, đã được hoàn lại, "
            + "hoặc khác loại, tài khoản hay số tiền.",
            "There is no transfer that this can reverse: its original does not exist, was reversed before, or is of "
            + "another kind, between other accounts or of another amount."),
        _ => new(
            "Giao dịch loại này không được có giao dịch gốc.",
            "A transfer of this kind has no original."),
    });

    public static LedgerFault WrongSums(LedgerTransfer transfer, bool isCredit) => Of(transfer, isCredit
        ? new("Các số dư của tài khoản có sau giao dịch không khớp với số tiền của nó và số dư trước đó.",
            "What stands on the credited account after it does not follow from its amount and what stood before.")
        : new("Các số dư của tài khoản nợ sau giao dịch không khớp với số tiền của nó và số dư trước đó.",
            "What stands on the debited account after it does not follow from its amount and what stood before."));

    public static LedgerFault WrongRowBefore(LedgerTransfer transfer, long debit, long credit) => Of(transfer, new(
        $"Dòng liền trước của tài khoản nợ phải là {debit} và của tài khoản có phải là {credit}.",
        $"The row before it must be {debit} on the debited account and {credit} on the credited one."));

    public static LedgerFault Overdrawn(LedgerTransfer transfer) => Of(transfer, new(
        "Giao dịch làm một tài khoản vượt quá số dư được phép.",
        "It overdraws an account that must not be overdrawn."));

    public static LedgerFault Overflow(LedgerTransfer transfer) => Of(transfer, new(
        "Tổng số tiền của một tài khoản vượt quá giới hạn của sổ cái.",
        "A sum of an account exceeds what the ledger can hold."));

    public static LedgerFault UnequalTotals(long position, Int128 debits, Int128 credits) =>
        new("ledger_transfer", $"{position}", new(
            $"Sau giao dịch này, tổng nợ {debits} khác tổng có {credits}.",
            $"After it, all debits come to {debits} and all credits to {credits}."));

    public static LedgerFault WrongBalance(Account account) => new("ledger_balance", $"{account.Id}", new(
        $"Số dư ghi tại vị trí {account.State.Last} khác với số dư tính lại từ nhật ký.",
        $"What it says for position {account.State.Last} is not what the log comes to there."));

    public static LedgerFault OldBalance(Account account) => new("ledger_balance", $"{account.Id}", new(
        $"Số dư chưa tính giao dịch ở vị trí {account.State.Last}, dù lẽ ra đã phải tính.",
        $"It leaves out the transfer at position {account.State.Last}, which is said to have been taken in."));

    public static LedgerFault BalanceOfNoRow(Balance balance) => new("ledger_balance", $"{balance.Account}", new(
        $"Vị trí {balance.State.Last} không phải là một giao dịch của tài khoản này.",
        $"Position {balance.State.Last} is not a transfer of this account."));

    public static LedgerFault BehindBeyondEnd(long upTo, long end) => new("ledger_behind", "1", new(
        $"Vị trí {upTo} vượt quá cuối sổ cái ({end}).",
        $"Position {upTo} is beyond the log's end ({end})."));

    public static LedgerFault WrongMark(Mark mark) => new("ledger_mark", $"{mark.Account} {mark.Position}", new(
        "Vị trí đánh dấu không phải là một giao dịch của tài khoản này.",
        "The marked position is not a transfer of this account."));

    public static LedgerFault CursorBeyondEnd(string name, long position, long end) => new("kernel_cursor", name, new(
        $"Con trỏ ở vị trí {position}, vượt quá cuối sổ cái ({end}).",
        $"The cursor is at position {position}, beyond the log's end ({end})."));

    private static LedgerFault Of(LedgerTransfer transfer, Text what) =>
        new("ledger_transfer", $"{transfer.Position}", what);
}
