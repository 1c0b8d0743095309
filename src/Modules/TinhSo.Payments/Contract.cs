using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Http;

namespace TinhSo.Payments;

/// <summary>Takes money for whoever is owed it, over every rail, and proves it with a receipt.</summary>
/// <remarks>
/// Every identifier is the caller's, and repeating an order repeats its first answer. Money that has come in is told
/// as the fact <see cref="PaymentReceived"/>; what a request is for stays the caller's own knowledge.
/// </remarks>
public interface IPayments
{
    /// <summary>Registers who is paid and into which bank account; the same order again changes nothing.</summary>
    Task<Outcome<Payee>> RegisterPayee(PayeeOrder order, CancellationToken stop);

    /// <summary>What an order for a payee comes to in its stored form, or what is wrong with it; nothing changes.
    /// </summary>
    Outcome<PayeeOrder> CheckPayee(PayeeOrder order);

    /// <summary>A payee, or null.</summary>
    Task<Payee?> FindPayee(Guid payeeId, CancellationToken stop);

    /// <summary>Asks for money: opens a request with a short code that a payer can pay by.</summary>
    Task<Outcome<PaymentRequest>> Open(PaymentOrder order, CancellationToken stop);

    /// <summary>Opens many requests at once, or, when any is refused, none; at most 500.</summary>
    Task<Outcome<IReadOnlyList<PaymentRequest>>> OpenAll(IReadOnlyList<PaymentOrder> orders, CancellationToken stop);

    /// <summary>Withdraws a request that is not yet paid; money that still comes waits in suspense.</summary>
    /// <remarks>Refused while a transfer for it is on its way. Withdrawn again, it answers as the first time.</remarks>
    Task<Outcome<PaymentRequest>> Cancel(Guid requestId, string reason, CancellationToken stop);

    /// <summary>A request, or null.</summary>
    Task<PaymentRequest?> Find(Guid requestId, CancellationToken stop);

    /// <summary>Records coins and notes that the present caller took for a request, and gives the receipt.</summary>
    /// <remarks>Needs <c>payments.cash</c> at the unit of the payee; the amount must be the request's.</remarks>
    Task<Outcome<Receipt>> TakeCash(Guid paymentId, Guid requestId, long amount, CancellationToken stop);

    /// <summary>Records coins and notes that the payee itself took at its standing code, as for a sale.</summary>
    /// <remarks>Needs the permission <c>payments.own-cash</c> at the unit of the payee.</remarks>
    Task<Outcome<Receipt>> TakeCashAtPoint(Guid paymentId, Guid pointId, long amount, CancellationToken stop);

    /// <summary>Opens a standing code that takes any amount any number of times, such as the sign on a stall.</summary>
    Task<Outcome<PaymentPoint>> OpenPoint(PointOrder order, CancellationToken stop);

    /// <summary>A standing code, or null.</summary>
    Task<PaymentPoint?> FindPoint(Guid pointId, CancellationToken stop);

    /// <summary>The VietQR payload of a standing code, for a sign: static, without an amount.</summary>
    Task<string?> PointPayload(Guid pointId, CancellationToken stop);

    /// <summary>The receipt of a payment, or null.</summary>
    Task<Receipt?> FindReceipt(Guid paymentId, CancellationToken stop);

    /// <summary>A payee's payments since a moment, newest first.</summary>
    /// <param name="payeeId">Whose.</param>
    /// <param name="since">The oldest moment wanted.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="stop">Ends the wait.</param>
    Task<IReadOnlyList<Receipt>> MoneyIn(Guid payeeId, DateTimeOffset since, int limit, CancellationToken stop);
}

/// <summary>Asks for a payee.</summary>
/// <param name="Id">Chosen by the caller.</param>
/// <param name="Unit">At which roles for it are held, such as <c>market:0197…</c>.</param>
/// <param name="Name">As payers see it, such as Ban quản lý chợ Hạ Long I.</param>
/// <param name="BankBin">The bank's six digits in the list of NAPAS.</param>
/// <param name="AccountNumber">Letters and digits, at most 19.</param>
/// <param name="AccountName">The holder's name as the bank shows it: ASCII capitals.</param>
public sealed record PayeeOrder(
    Guid Id, string Unit, string Name, string BankBin, string AccountNumber, string AccountName);

/// <summary>Who is paid.</summary>
public sealed record Payee(
    Guid Id, string Unit, string Name, string BankBin, string BankName, string AccountNumber, string AccountName);

/// <summary>Asks for a payment request.</summary>
/// <param name="Id">Chosen by the caller.</param>
/// <param name="PayeeId">Who is to be paid.</param>
/// <param name="Amount">In đồng, 1 to 999,999,999,999.</param>
/// <param name="ServiceCode">What it is for, as indicators count it, such as <c>market.fees</c>.</param>
/// <param name="Place">The commune's code, or null.</param>
/// <param name="Reference">The caller's own, such as a bill's id; comes back in the fact.</param>
/// <param name="Description">What the payer is told it is for, both on the page and on the receipt.</param>
/// <param name="DueAt">Until when it can be paid as open; then it is expired, and money that a bank
/// takes in later, or a collector, still pays it but is marked late. May lie in the past.</param>
public sealed record PaymentOrder(
    Guid Id, Guid PayeeId, long Amount, string ServiceCode, string? Place, string Reference, string Description,
    DateTimeOffset DueAt);

/// <summary>The states of a request. Nothing is ever deleted.</summary>
public enum PaymentState
{
    /// <summary>Waits for money.</summary>
    Open,

    /// <summary>Paid in full, in time or late.</summary>
    Paid,

    /// <summary>Not paid when it fell due.</summary>
    Expired,

    /// <summary>Withdrawn by whoever asked for it.</summary>
    Cancelled,

    /// <summary>Paid, and a part was given back.</summary>
    PartlyRefunded,

    /// <summary>Paid, and all of it was given back.</summary>
    Refunded,
}

/// <summary>A request for money.</summary>
/// <param name="Code">The short code of its page, <c>/pay/{code}</c>, and of the bank's memo.</param>
/// <param name="ReceiptCode">The receipt's code once it is paid, otherwise null.</param>
public sealed record PaymentRequest(
    Guid Id, Guid PayeeId, string Code, long Amount, string ServiceCode, string? Place, string Reference,
    string Description, DateTimeOffset DueAt, PaymentState State, DateTimeOffset? PaidAt, string? ReceiptCode);

/// <summary>Asks for a standing code.</summary>
/// <param name="Id">Chosen by the caller.</param>
/// <param name="PayeeId">Who is paid.</param>
/// <param name="ServiceCode">Such as <c>market.sale</c>.</param>
/// <param name="Place">The commune's code, or null.</param>
/// <param name="Reference">The caller's own, such as a stall's id; comes back in the fact.</param>
/// <param name="Description">What the payer is told it is for.</param>
public sealed record PointOrder(
    Guid Id, Guid PayeeId, string ServiceCode, string? Place, string Reference, string Description);

/// <summary>A standing code.</summary>
public sealed record PaymentPoint(
    Guid Id, Guid PayeeId, string Code, string ServiceCode, string? Place, string Reference, string Description);

/// <summary>Proof that money came.</summary>
/// <param name="Code">The code by which anyone can check it at <c>/verify/{code}</c>.</param>
/// <param name="Channel">One of the ledger's channels.</param>
public sealed record Receipt(
    Guid PaymentId, string Code, Guid? RequestId, Guid? PointId, Guid PayeeId, long Amount, string ServiceCode,
    string Channel, string? Place, string Reference, string Description, DateTimeOffset ReceivedAt, Guid TransferId);

/// <summary>Money has come in for a request or a standing code, and stands in the ledger.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="RequestId">The request that it paid, or null.</param>
/// <param name="PointId">The standing code that it quoted, or null.</param>
/// <param name="PayeeId">Who was paid.</param>
/// <param name="Amount">In đồng.</param>
/// <param name="ServiceCode">What for.</param>
/// <param name="Channel">One of the ledger's channels.</param>
/// <param name="Place">The commune's code, or null.</param>
/// <param name="Reference">That of the request or standing code.</param>
/// <param name="ReceiptCode">The receipt's.</param>
/// <param name="TransferId">The ledger's transfer.</param>
/// <param name="ReceivedAt">When the ledger accepted it, UTC.</param>
/// <param name="Late">Whether the request had expired.</param>
public sealed record PaymentReceived(
    Guid PaymentId, Guid? RequestId, Guid? PointId, Guid PayeeId, long Amount, string ServiceCode, string Channel,
    string? Place, string Reference, string ReceiptCode, Guid TransferId, DateTimeOffset ReceivedAt, bool Late) : IFact
{
    /// <inheritdoc/>
    public static string Name => "payments.payment-received.v1";
}

/// <summary>Money was given back for a payment.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="RequestId">The request that it had paid, or null.</param>
/// <param name="Amount">Given back now, in đồng.</param>
/// <param name="RefundedInAll">Given back so far, this time included, in đồng.</param>
/// <param name="ServiceCode">That of the payment.</param>
/// <param name="Channel">That of the payment.</param>
/// <param name="Place">That of the payment.</param>
/// <param name="Reference">That of the request or standing code.</param>
/// <param name="TransferId">The ledger's transfer.</param>
/// <param name="RefundedAt">When the ledger accepted it, UTC.</param>
public sealed record PaymentRefunded(
    Guid PaymentId, Guid? RequestId, long Amount, long RefundedInAll, string ServiceCode, string Channel,
    string? Place, string Reference, Guid TransferId, DateTimeOffset RefundedAt) : IFact
{
    /// <inheritdoc/>
    public static string Name => "payments.payment-refunded.v1";
}

/// <summary>A collector has handed the cash of a shift over, and the till is empty.</summary>
/// <param name="ShiftId">The shift.</param>
/// <param name="Unit">Whose vault received it.</param>
/// <param name="OpeningFloat">What the vault had handed out at the beginning, in đồng.</param>
/// <param name="Expected">What the till held by the ledger when it was counted, in đồng.</param>
/// <param name="Counted">What was counted, and now lies in the vault, in đồng.</param>
/// <param name="Difference">Counted less expected, in đồng.</param>
/// <param name="OpenedAt">When the collector opened it, UTC.</param>
/// <param name="ClosedAt">When the ledger accepted the hand-over, UTC.</param>
public sealed record ShiftClosed(
    Guid ShiftId, string Unit, long OpeningFloat, long Expected, long Counted, long Difference,
    DateTimeOffset OpenedAt, DateTimeOffset ClosedAt) : IFact
{
    /// <inheritdoc/>
    public static string Name => "payments.shift-closed.v1";
}
