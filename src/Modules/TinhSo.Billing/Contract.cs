using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Http;
using TinhSo.Payments;

namespace TinhSo.Billing;

/// <summary>Bills what is owed regularly, by tariffs with dates, and knows what of it is paid.</summary>
public interface IBilling
{
    /// <summary>Registers or renames who bills; the prefix of its numbers never changes.</summary>
    Task<Outcome<Biller>> RegisterBiller(Biller biller, CancellationToken stop);

    /// <summary>Who bills at a unit, or null.</summary>
    Task<Biller?> FindBiller(string unit, CancellationToken stop);

    /// <summary>Loads the catalogue of services from a folder of reference data.</summary>
    Task<LoadReport> LoadServices(string folder, CancellationToken stop);

    /// <summary>Makes a demonstration's billers with bills to look up, and returns the units of their people.</summary>
    Task<IReadOnlyList<string>> LoadDemo(CancellationToken stop);

    /// <summary>Names a fee; the same order again changes nothing.</summary>
    Task<Outcome<FeeItem>> DefineItem(FeeItem item, CancellationToken stop);

    /// <summary>
    /// Sets a rate from a day on; the rate before it ends the day before. The past is never rewritten.
    /// </summary>
    /// <remarks>For the platform itself, as when it loads data: people propose rates.</remarks>
    Task<Outcome<TariffRate>> SetRate(TariffRate rate, CancellationToken stop);

    /// <summary>Proposes a rate, which another person approves; the same rules as for setting it.</summary>
    /// <remarks>
    /// Needs the permission <c>billing.tariffs</c> at <paramref name="rate"/>'s unit. Whoever holds
    /// <c>billing.tariffs-approve</c> there approves it.
    /// </remarks>
    Task<Outcome<Proposal>> ProposeRate(TariffRate rate, string? reason, CancellationToken stop);

    /// <summary>All rates of a unit, by fee and then newest first.</summary>
    Task<IReadOnlyList<TariffRate>> Rates(string unit, CancellationToken stop);

    /// <summary>The rates of a unit in force on a day, by fee.</summary>
    Task<IReadOnlyDictionary<string, TariffRate>> RatesOn(string unit, DateOnly day, CancellationToken stop);

    /// <summary>The fees there are.</summary>
    Task<IReadOnlyList<FeeItem>> Items(CancellationToken stop);

    /// <summary>
    /// Issues bills and opens a payment request for each; a bill that was issued before is left as it is.
    /// </summary>
    /// <param name="orders">At most 500.</param>
    /// <param name="stop">Ends the wait.</param>
    Task<Outcome<IssuedBills>> Issue(IReadOnlyList<BillOrder> orders, CancellationToken stop);

    /// <summary>A bill, or null.</summary>
    Task<Bill?> Find(Guid billId, CancellationToken stop);

    /// <summary>Bills that fit, newest number first.</summary>
    Task<Page<Bill>> List(BillFilter filter, CancellationToken stop);

    /// <summary>How many bills of a unit and period there are in each state, and for how much.</summary>
    Task<IReadOnlyList<BillTotal>> Totals(string unit, string? period, CancellationToken stop);

    /// <summary>Takes cash for a bill; see <see cref="IPayments.TakeCash"/>.</summary>
    Task<Outcome<Receipt>> TakeCash(Guid paymentId, Guid billId, CancellationToken stop);

    /// <summary>Withdraws a bill that is not yet paid.</summary>
    /// <remarks>Needs the permission <c>billing.cancel</c> at the bill's unit.</remarks>
    Task<Outcome<Bill>> Cancel(Guid billId, string reason, CancellationToken stop);
}

/// <summary>Who bills, and who is then paid.</summary>
/// <param name="Unit">Such as <c>market:0197…</c>.</param>
/// <param name="Name">As it stands on bills, such as Ban quản lý chợ Hạ Long I.</param>
/// <param name="Prefix">How the numbers of its bills begin, such as <c>HL1</c>: 2 to 8 capitals or digits.</param>
/// <param name="PayeeId">Who is paid.</param>
public sealed record Biller(string Unit, string Name, string Prefix, Guid PayeeId);

/// <summary>A fee that can be billed.</summary>
/// <param name="Code">Such as <c>market.rent</c>; for ever.</param>
/// <param name="Name">As it stands on bills.</param>
/// <param name="Measure">What one unit of its quantity is, such as m² or kWh.</param>
public sealed record FeeItem(string Code, Text Name, Text Measure);

/// <summary>What a fee costs at a unit between two days.</summary>
/// <param name="Unit">Such as <c>market:0197…</c>.</param>
/// <param name="Item">The fee's code.</param>
/// <param name="Class">The kind of customer it is for, such as a stall's zone; empty for all.</param>
/// <param name="PricePerMeasure">In đồng for one unit of quantity.</param>
/// <param name="ValidFrom">The first day.</param>
/// <param name="ValidTo">The last day, or null while it is in force.</param>
/// <param name="LegalBasis">The decision that sets it.</param>
public sealed record TariffRate(
    string Unit, string Item, string Class, long PricePerMeasure, DateOnly ValidFrom, DateOnly? ValidTo,
    string LegalBasis);

/// <summary>Asks for a bill.</summary>
/// <param name="Id">Chosen by the caller so that the same customer and period always give the same.</param>
/// <param name="Unit">Who bills, such as <c>market:0197…</c>.</param>
/// <param name="Customer">Whose bill, such as <c>stall:0197…</c>.</param>
/// <param name="CustomerName">As it stands on the bill.</param>
/// <param name="Period">The month billed, such as <c>2026-11</c>.</param>
/// <param name="ServiceCode">What indicators count it as, such as <c>market.fees</c>.</param>
/// <param name="Place">The commune's code, or null.</param>
/// <param name="Lines">At least one; their sum is the bill's amount.</param>
/// <param name="DueOn">The last day to pay it.</param>
public sealed record BillOrder(
    Guid Id, string Unit, string Customer, string CustomerName, string Period, string ServiceCode, string? Place,
    IReadOnlyList<BillLine> Lines, DateOnly DueOn);

/// <summary>One line of a bill, with the rate that was in force, kept as it was.</summary>
/// <param name="Item">The fee's code.</param>
/// <param name="Description">As it stands on the bill.</param>
/// <param name="Quantity">In the fee's measure; hundredths are kept.</param>
/// <param name="PricePerMeasure">In đồng.</param>
/// <param name="Amount">In đồng: quantity times price, rounded half up to a whole đồng.</param>
/// <param name="Note">Such as the two readings of a meter, or null.</param>
public sealed record BillLine(
    string Item, string Description, decimal Quantity, long PricePerMeasure, long Amount, string? Note)
{
    /// <summary>The line of a quantity at a price.</summary>
    public static BillLine Of(string item, string description, decimal quantity, long pricePerMeasure, string? note) =>
        new(item, description, quantity, pricePerMeasure, AmountOf(quantity, pricePerMeasure), note);

    /// <summary>Quantity times price, rounded half up to a whole đồng.</summary>
    public static long AmountOf(decimal quantity, long pricePerMeasure) =>
        (long)decimal.Round(quantity * pricePerMeasure, MidpointRounding.AwayFromZero);
}

/// <summary>What came of asking for bills.</summary>
/// <param name="New">How many were issued now.</param>
/// <param name="Before">How many had been issued before.</param>
public sealed record IssuedBills(int New, int Before);

/// <summary>The states of a bill.</summary>
public enum BillState
{
    /// <summary>Owed; overdue when its last day has passed.</summary>
    Issued,

    /// <summary>Paid in full.</summary>
    Paid,

    /// <summary>Withdrawn.</summary>
    Cancelled,

    /// <summary>Paid, and given back in whole or in part.</summary>
    Refunded,

    /// <summary>Paid at the biller's own counter, as the biller reports: none of that money passed through here.
    /// </summary>
    PaidElsewhere,
}

/// <summary>A bill.</summary>
/// <param name="Number">For people: consecutive within unit and year, such as <c>HL1-2026-000123</c>.</param>
/// <param name="PayCode">The code of its page, <c>/pay/{code}</c>.</param>
/// <param name="Channel">How it was paid, or null.</param>
public sealed record Bill(
    Guid Id, string Number, string Unit, string Customer, string CustomerName, string Period,
    string ServiceCode, string? Place, IReadOnlyList<BillLine> Lines, long Amount, DateOnly DueOn, BillState State,
    DateTimeOffset IssuedAt, DateTimeOffset? PaidAt, string? Channel, string? ReceiptCode, string PayCode);

/// <summary>Which bills are wanted; what is null does not matter.</summary>
/// <param name="Search">Words of the customer's name, or a number, with or without marks.</param>
/// <param name="Cursor">The <see cref="Page{T}.Next"/> of the page before.</param>
/// <param name="Limit">1 to 200.</param>
public sealed record BillFilter(
    string? Unit = null, string? Customer = null, string? Period = null, BillState? State = null,
    string? Search = null, string? Cursor = null, int Limit = 50);

/// <summary>The bills of one period in one state.</summary>
public sealed record BillTotal(string Period, BillState State, long Count, long Amount);

/// <summary>A bill was issued.</summary>
/// <param name="BillId">The bill.</param>
/// <param name="Unit">Who bills.</param>
/// <param name="Customer">Whose bill.</param>
/// <param name="Period">The month billed.</param>
/// <param name="ServiceCode">What indicators count it as.</param>
/// <param name="Place">The commune's code, or null.</param>
/// <param name="Amount">In đồng.</param>
/// <param name="DueOn">The last day to pay it.</param>
/// <param name="Items">Amounts by fee.</param>
/// <param name="IssuedAt">UTC.</param>
public sealed record BillIssued(
    Guid BillId, string Unit, string Customer, string Period, string ServiceCode, string? Place, long Amount,
    DateOnly DueOn, IReadOnlyList<BilledItem> Items, DateTimeOffset IssuedAt) : IFact
{
    /// <inheritdoc/>
    public static string Name => "billing.bill-issued.v1";
}

/// <summary>A bill was paid in full.</summary>
/// <param name="BillId">The bill.</param>
/// <param name="Unit">Who billed.</param>
/// <param name="Customer">Whose bill.</param>
/// <param name="Period">The month billed.</param>
/// <param name="ServiceCode">What indicators count it as.</param>
/// <param name="Place">The commune's code, or null.</param>
/// <param name="Amount">In đồng.</param>
/// <param name="Items">Amounts by fee.</param>
/// <param name="Channel">One of the ledger's channels.</param>
/// <param name="ReceiptCode">The receipt's.</param>
/// <param name="TransferId">The ledger's transfer.</param>
/// <param name="OnTime">Whether it was paid on or before its last day.</param>
/// <param name="PaidAt">UTC.</param>
public sealed record BillPaid(
    Guid BillId, string Unit, string Customer, string Period, string ServiceCode, string? Place, long Amount,
    IReadOnlyList<BilledItem> Items, string Channel, string ReceiptCode, Guid TransferId, bool OnTime,
    DateTimeOffset PaidAt) : IFact
{
    /// <inheritdoc/>
    public static string Name => "billing.bill-paid.v1";
}

/// <summary>A bill was withdrawn.</summary>
/// <param name="BillId">The bill.</param>
/// <param name="Unit">Who billed.</param>
/// <param name="Amount">In đồng.</param>
/// <param name="CancelledAt">UTC.</param>
public sealed record BillCancelled(Guid BillId, string Unit, long Amount, DateTimeOffset CancelledAt) : IFact
{
    /// <inheritdoc/>
    public static string Name => "billing.bill-cancelled.v1";
}

/// <summary>Money came for a bill of a provider: all of what was owed, or a part.</summary>
/// <param name="PartId">The part; also its payment request.</param>
/// <param name="BillId">The bill.</param>
/// <param name="Unit">Who billed.</param>
/// <param name="Period">The month billed.</param>
/// <param name="ServiceCode">What indicators count it as.</param>
/// <param name="Place">The commune's code, or null.</param>
/// <param name="PlaceKind"><c>ward</c>, <c>commune</c>, <c>special-zone</c>, or null.</param>
/// <param name="Amount">In đồng.</param>
/// <param name="Channel">One of the ledger's channels.</param>
/// <param name="ReceiptCode">The receipt's.</param>
/// <param name="TransferId">The ledger's transfer.</param>
/// <param name="PaidAt">UTC.</param>
public sealed record BillPartPaid(
    Guid PartId, Guid BillId, string Unit, string Period, string ServiceCode, string? Place, string? PlaceKind,
    long Amount, string Channel, string ReceiptCode, Guid TransferId, DateTimeOffset PaidAt) : IFact
{
    /// <inheritdoc/>
    public static string Name => "billing.bill-part-paid.v1";
}

/// <summary>Money for a bill of a provider was given back.</summary>
/// <param name="PartId">The part.</param>
/// <param name="BillId">The bill.</param>
/// <param name="Unit">Who billed.</param>
/// <param name="ServiceCode">What indicators count it as.</param>
/// <param name="Place">The commune's code, or null.</param>
/// <param name="PlaceKind"><c>ward</c>, <c>commune</c>, <c>special-zone</c>, or null.</param>
/// <param name="Amount">Given back now, in đồng.</param>
/// <param name="Channel">That of the payment.</param>
/// <param name="TransferId">The ledger's transfer.</param>
/// <param name="RefundedAt">UTC.</param>
public sealed record BillPartRefunded(
    Guid PartId, Guid BillId, string Unit, string ServiceCode, string? Place, string? PlaceKind, long Amount,
    string Channel, Guid TransferId, DateTimeOffset RefundedAt) : IFact
{
    /// <inheritdoc/>
    public static string Name => "billing.bill-part-refunded.v1";
}

/// <summary>A provider reported that a bill was paid at its own counter; no money moved here.</summary>
/// <param name="ReportId">The report.</param>
/// <param name="BillId">The bill.</param>
/// <param name="Unit">Who billed.</param>
/// <param name="ServiceCode">What indicators count it as.</param>
/// <param name="Place">The commune's code, or null.</param>
/// <param name="Amount">In đồng.</param>
/// <param name="PaidOn">When, as the provider says.</param>
/// <param name="ReportedAt">UTC.</param>
public sealed record BillPaidElsewhere(
    Guid ReportId, Guid BillId, string Unit, string ServiceCode, string? Place, long Amount, DateOnly PaidOn,
    DateTimeOffset ReportedAt) : IFact
{
    /// <inheritdoc/>
    public static string Name => "billing.bill-paid-elsewhere.v1";
}

/// <summary>A provider took back its report that a bill was paid at its own counter.</summary>
/// <param name="ReportId">The report.</param>
/// <param name="BillId">The bill.</param>
/// <param name="Unit">Who billed.</param>
/// <param name="Amount">In đồng.</param>
/// <param name="ReversedAt">UTC.</param>
public sealed record BillPaidElsewhereReversed(
    Guid ReportId, Guid BillId, string Unit, long Amount, DateTimeOffset ReversedAt) : IFact
{
    /// <inheritdoc/>
    public static string Name => "billing.bill-paid-elsewhere-reversed.v1";
}

/// <summary>What a bill asks for one fee.</summary>
/// <param name="Item">The fee's code.</param>
/// <param name="Amount">In đồng.</param>
public sealed record BilledItem(string Item, long Amount);

/// <summary>Why Billing refuses.</summary>
public static class BillingRefusals
{
    /// <summary>Nobody bills at this unit.</summary>
    public static readonly Refusal NoSuchBiller = new("billing.no-such-biller",
        new("Đơn vị này chưa đăng ký thu.", "Nobody bills at this unit."), 404);

    /// <summary>The prefix belongs to another biller, or this biller has another.</summary>
    public static readonly Refusal PrefixTaken = new("billing.prefix-taken",
        new("Tiền tố số phiếu đã được dùng.", "The prefix of numbers is taken."));

    /// <summary>A rate from this day or later is already set.</summary>
    public static readonly Refusal RateNotLatest = new("billing.rate-not-latest",
        new("Đã có mức thu từ ngày này hoặc muộn hơn.", "A rate from this day or later is already set."));

    /// <summary>A receiver of messages with this id is registered; its secret cannot be shown again.</summary>
    public static readonly Refusal WebhookIdUsed = new("billing.webhook-id-used",
        new("Mã nơi nhận này đã được dùng.", "This receiver's id is used already."));

    /// <summary>The unit has as many receivers of messages as it may have.</summary>
    public static readonly Refusal TooManyWebhooks = new("billing.too-many-webhooks",
        new("Đơn vị đã có đủ số nơi nhận tối đa.", "The unit has as many receivers as it may have."));

    /// <summary>The receiver of messages was ended.</summary>
    public static readonly Refusal WebhookEnded = new("billing.webhook-ended",
        new("Nơi nhận này đã kết thúc.", "This receiver has ended."));

    /// <summary>The bill is not waiting for money any more.</summary>
    public static readonly Refusal NotOwed = new("billing.not-owed",
        new("Phiếu thu không còn ở trạng thái chờ nộp.", "The bill is no longer owed."));

    /// <summary>The reference belongs to a bill with another content.</summary>
    public static readonly Refusal ReferenceUsedDifferently = new("billing.reference-used-differently",
        new("Mã tham chiếu này đã dùng cho một phiếu thu khác.", "This reference was used for another bill."));

    /// <summary>Nobody can pay this biller yet.</summary>
    public static readonly Refusal ProviderHasNoAccount = new("billing.provider-has-no-account",
        new("Đơn vị thu chưa có tài khoản nhận tiền được duyệt.", "The biller has no approved account yet."));

    /// <summary>The biller takes what is owed only as a whole.</summary>
    public static readonly Refusal NoParts = new("billing.no-parts",
        new("Đơn vị thu không nhận nộp từng phần.", "The biller takes no payment in parts."));

    /// <summary>The bill is divided into dated parts, and is paid by those.</summary>
    public static readonly Refusal InInstalments = new("billing.in-instalments",
        new("Phiếu này được nộp theo đợt đã lập.", "This bill is paid by its instalments."));

    /// <summary>Another report that the bill was paid at the biller's counter stands.</summary>
    public static readonly Refusal ReportedElsewhere = new("billing.reported-elsewhere",
        new("Phiếu này đã được báo nộp tại quầy với chứng từ khác.",
            "This bill was reported as paid at the counter under another receipt."));

    /// <summary>The import is past the point at which this could be done.</summary>
    public static readonly Refusal ImportDecided = new("billing.import-decided",
        new("Tệp này đã được quyết định.", "This file was decided upon already."));

    /// <summary>Some rows of the file are wrong, and nobody said that the others shall be issued.</summary>
    public static readonly Refusal ImportHasFaults = new("billing.import-has-faults",
        new("Tệp còn dòng sai. Hãy sửa tệp, hoặc chọn chỉ lập phiếu cho các dòng đúng.",
            "Some rows are wrong. Mend the file, or choose to issue the right rows alone."));
}
