using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Privacy;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Payees;

/// <summary>Payments' part of the register of personal data: who is paid, and who paid.</summary>
internal sealed class HoldPayers(PaymentsDb db) : IHoldPersonalData
{
    private const string Money = "money";
    private const string Payers = "payers";
    private const int RowsMax = 500;

    private static readonly string[] Treasury = ["treasurer"];
    private static readonly Text BeingPaid = new("Nhận tiền vào đúng tài khoản", "To be paid into the right account");
    private static readonly Text Matching =
        new("Gán khoản tiền đúng phiếu, hoàn lại khi chuyển nhầm",
            "To match money to bills, and to give back what came by mistake");

    public IReadOnlyList<HeldField> Register { get; } =
    [
        OfPayee("name", new("Tên bên nhận tiền", "Payee's name")),
        OfPayee("account_number", new("Số tài khoản nhận tiền", "Payee's account")),
        OfPayee("account_name", new("Chủ tài khoản nhận tiền", "Holder of the payee's account")),
        OfPayer("payments_notice", "payer_name",
            new("Tên người chuyển, do ngân hàng báo", "Payer's name, as the bank tells it")),
        OfPayer("payments_notice", "payer_account", new("Tài khoản người chuyển", "Payer's account")),
        OfPayer("payments_notice", "payer_bank", new("Ngân hàng người chuyển", "Payer's bank")),
        OfPayer("payments_notice", "account_number", new("Tài khoản nhận tiền", "Account that was paid")),
        OfPayer("payments_notice", "memo", new("Nội dung chuyển khoản", "What the payer wrote")),
        OfPayer("payments_suspense", "account_number",
            new("Tài khoản nhận tiền của khoản chờ", "Account of money that waits")),
        OfPayer("payments_entry", "payer_name",
            new("Tên người chuyển, theo sổ phụ", "Payer's name, as the statement has it")),
        OfPayer("payments_entry", "payer_account",
            new("Tài khoản người chuyển, theo sổ phụ", "Payer's account, as the statement has it")),
        OfPayer("payments_entry", "payer_bank",
            new("Ngân hàng người chuyển, theo sổ phụ", "Payer's bank, as the statement has it")),
        OfPayer("payments_entry", "memo",
            new("Nội dung bút toán trong sổ phụ", "What the payer wrote, as the statement has it")),
        OfPayer("payments_book", "account_number",
            new("Tài khoản có sổ phụ", "Account whose statements are read")),
    ];

    public IReadOnlyList<string> Retires { get; } = [Payers];

    public async Task<IReadOnlyList<HeldValue>> Collect(DataSubject subject, CancellationToken stop)
    {
        var payees = await Payees(subject).AsNoTracking().OrderByDescending(payee => payee.RegisteredAt).Take(RowsMax)
            .ToListAsync(stop);
        return [.. payees.SelectMany(payee => (HeldValue[])
        [
            new("payments_payee", "name", Words.Date(payee.RegisteredAt), payee.Name),
            new("payments_payee", "account_number", Words.Date(payee.RegisteredAt),
                $"{Banks.NameOf(payee.BankBin)} {payee.AccountNumber}"),
            new("payments_payee", "account_name", Words.Date(payee.RegisteredAt), payee.AccountName),
        ])];
    }

    public async Task<IReadOnlyList<ErasedOrKept>> Erase(DataSubject subject, CancellationToken stop)
    {
        var payees = await Payees(subject).CountAsync(stop);
        return payees == 0 ? [] :
        [
            new(new("Tài khoản nhận tiền và các khoản đã nhận", "Account that was paid, and what came in"), payees,
                Money),
        ];
    }

    public Task<long> Retire(string rule, DateTimeOffset before, CancellationToken stop) => rule != Payers
        ? throw new ArgumentException($"Payments retires nothing by {rule}.", nameof(rule))
        : db.InTransaction<long>(async () => await RetireNotices(before, stop) + await RetireEntries(before, stop),
            stop);

    private Task<int> RetireNotices(DateTimeOffset before, CancellationToken stop) => db.Notices
        .Where(notice => notice.ReceivedAt < before && (notice.PayerName != null || notice.PayerAccount != null))
        .ExecuteUpdateAsync(set => set.SetProperty(notice => notice.PayerName, (string?)null)
            .SetProperty(notice => notice.PayerAccount, (string?)null), stop);

    private Task<int> RetireEntries(DateTimeOffset before, CancellationToken stop)
    {
        var day = VietnamTime.DayOf(before);
        return db.Entries
            .Where(entry => entry.BookedOn < day && (entry.PayerName != null || entry.PayerAccount != null))
            .ExecuteUpdateAsync(set => set.SetProperty(entry => entry.PayerName, (string?)null)
                .SetProperty(entry => entry.PayerAccount, (string?)null), stop);
    }

    private IQueryable<StoredPayee> Payees(DataSubject subject) =>
        db.Payees.Where(payee => subject.Units.Contains(payee.Unit));

    private static HeldField OfPayee(string column, Text what) => new("payments_payee", column, what, BeingPaid,
        HeldBecause.OfContract, Money, ["market-manager", "treasurer"]);

    private static HeldField OfPayer(string table, string column, Text what) =>
        new(table, column, what, Matching, HeldBecause.OfPublicTask, Payers, Treasury);
}
