using TinhSo.Kernel;
using TinhSo.Kernel.Privacy;

namespace TinhSo.Billing.Bills;

/// <summary>Billing's part of the register of personal data: the names on bills.</summary>
/// <remarks>
/// Bills know a customer by a code of the module that asked for them, which is the one that knows whose it was, and
/// therefore collects them and says why they stay.
/// </remarks>
internal sealed class HoldBills : IHoldPersonalData
{
    private const string Money = "money";

    private static readonly Text Owing =
        new("Đòi và ghi nhận khoản phải nộp", "To ask for what is owed, and to record it");

    public IReadOnlyList<HeldField> Register { get; } =
    [
        Of("customer", new("Mã khách hàng trên phiếu thu", "Customer's code on bills")),
        Of("customer_name", new("Tên trên phiếu thu", "Name on bills")),
        Of("customer_folded", new("Tên không dấu, để tìm", "Name without marks, to search by")) with
        {
            IsSecret = true,
        },
    ];

    public IReadOnlyList<string> Retires => [];

    public Task<IReadOnlyList<HeldValue>> Collect(DataSubject subject, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<HeldValue>>([]);

    public Task<IReadOnlyList<ErasedOrKept>> Erase(DataSubject subject, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<ErasedOrKept>>([]);

    public Task<long> Retire(string rule, DateTimeOffset before, CancellationToken stop) =>
        throw new ArgumentException($"Billing retires nothing by {rule}.", nameof(rule));

    private static HeldField Of(string column, Text what) => new("billing_bill", column, what, Owing,
        HeldBecause.OfPublicTask, Money, ["market-manager", "collector", "treasurer"]);
}
