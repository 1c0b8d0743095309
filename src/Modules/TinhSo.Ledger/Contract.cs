using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Ledger;

/// <summary>The record of money: accounts, and transfers that each debit one and credit another.</summary>
/// <remarks>
/// A transfer is durable before it is answered, and never changes afterwards: a correction is a new transfer. The
/// caller chooses every identifier, so that repeating an order repeats its first answer and has no second effect.
/// Whoever stops waiting, or is answered <see cref="LedgerRefusals.Busy"/>, learns by repeating what became of it.
/// </remarks>
public interface ILedger
{
    /// <summary>Opens an account, or answers with the one that the same order opened before.</summary>
    /// <remarks>Refused with <see cref="LedgerRefusals.IdUsedDifferently"/> when the id is another account's.</remarks>
    Task<Outcome<LedgerAccount>> Open(AccountOrder order, CancellationToken stop);

    /// <summary>Posts one transfer, or answers with the one that the same order posted before.</summary>
    Task<Outcome<LedgerTransfer>> Post(TransferOrder order, CancellationToken stop);

    /// <summary>Posts all of these transfers in this order, or, when any of them is refused, none.</summary>
    /// <remarks>
    /// 1 to 1,000, each of which may build on those before it. They are one order: repeated with the same orders it
    /// repeats its answer, and with some of them among others it is refused as an id used differently.
    /// </remarks>
    Task<Outcome<IReadOnlyList<LedgerTransfer>>> PostLinked(
        IReadOnlyList<TransferOrder> orders, CancellationToken stop);

    /// <summary>Posts each of up to 8,190 transfers by itself, and answers each in its place.</summary>
    Task<IReadOnlyList<Outcome<LedgerTransfer>>> PostEach(IReadOnlyList<TransferOrder> orders, CancellationToken stop);

    /// <summary>One account with its balance as it stands, or null when there is none.</summary>
    Task<LedgerAccount?> Find(Guid accountId, CancellationToken stop);

    /// <summary>What stood on the account right after every transfer up to <paramref name="moment"/>.</summary>
    /// <remarks>Nothing, before its first transfer; null only when there is no such account.</remarks>
    Task<LedgerBalance?> BalanceAt(Guid accountId, DateTimeOffset moment, CancellationToken stop);

    /// <summary>The account's transfers, newest first, each with the balance that stood after it.</summary>
    /// <param name="accountId">Whose.</param>
    /// <param name="cursor">The <see cref="Page{T}.Next"/> of the page before, or null for the first.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="stop">Ends the wait.</param>
    Task<Page<StatementLine>> Statement(Guid accountId, string? cursor, int limit, CancellationToken stop);

    /// <summary>The sums of all debits and of all credits, which are equal, by kind of account.</summary>
    Task<TrialBalance> TrialBalance(CancellationToken stop);

    /// <summary>The transfers behind a position of the log, in order and without gaps.</summary>
    /// <param name="after">The last position already read; 0 begins.</param>
    /// <param name="max">At most this many, 1 to 10,000.</param>
    /// <param name="stop">Ends the wait.</param>
    Task<IReadOnlyList<LedgerTransfer>> ReadLog(long after, int max, CancellationToken stop);

    /// <summary>One transfer by its identifier, or null.</summary>
    Task<LedgerTransfer?> FindTransfer(Guid transferId, CancellationToken stop);

    /// <summary>The hash over everything up to the end of a day in Vietnam, to be noted elsewhere.</summary>
    /// <remarks>
    /// Null while the day is not over, for ten minutes more, since a batch may be stored a little after the time it
    /// bears, and where nothing had been recorded by then.
    /// </remarks>
    Task<LedgerRoot?> RootOf(DateOnly day, CancellationToken stop);
}

/// <summary>Takes in the ledger's log, in order, for a module that acts on money that has moved.</summary>
/// <remarks>
/// Registered with <c>AddLedgerFollower</c>. <see cref="Follow"/> only changes tracked entities of the module's
/// database: they are saved in the transaction that moves the module's cursor, so each transfer has its effect once.
/// </remarks>
public interface IFollowLedger
{
    /// <summary>Applies transfers, oldest first.</summary>
    Task Follow(IReadOnlyList<LedgerTransfer> transfers, CancellationToken stop);
}

/// <summary>What an account may do.</summary>
[Flags]
public enum AccountRules
{
    /// <summary>Anything.</summary>
    None = 0,

    /// <summary>Its debits, reservations included, never exceed its credits: what a purse is.</summary>
    DebitsMustNotExceedCredits = 1,

    /// <summary>Its credits, reservations included, never exceed its debits: what a till is.</summary>
    CreditsMustNotExceedDebits = 2,
}

/// <summary>Asks for an account.</summary>
/// <param name="Id">Chosen by the caller.</param>
/// <param name="Owner">Whose it is, as a stable name such as <c>payee:0197…</c>; at most 100 characters.</param>
/// <param name="Kind">What it is for, such as <c>bank</c>, <c>payee</c>, <c>cash</c> or <c>suspense</c>; at most 60
/// characters.</param>
/// <param name="Rules">What it may do.</param>
public sealed record AccountOrder(Guid Id, string Owner, string Kind, AccountRules Rules = AccountRules.None);

/// <summary>An account and what stands on it, in đồng.</summary>
public sealed record LedgerAccount(
    Guid Id, string Owner, string Kind, AccountRules Rules, LedgerBalance Balance, DateTimeOffset OpenedAt);

/// <summary>What stands on an account, in đồng; all four only ever describe, and the transfers decide.</summary>
/// <param name="Debits">The sum of posted debits.</param>
/// <param name="Credits">The sum of posted credits.</param>
/// <param name="ReservedDebits">Debits reserved and neither captured, released nor expired.</param>
/// <param name="ReservedCredits">Credits reserved and neither captured, released nor expired.</param>
public sealed record LedgerBalance(long Debits, long Credits, long ReservedDebits, long ReservedCredits)
{
    /// <summary>Credits less debits: what a purse holds.</summary>
    public long CreditBalance => Credits - Debits;

    /// <summary>Debits less credits: what a till holds.</summary>
    public long DebitBalance => Debits - Credits;
}

/// <summary>What a transfer does.</summary>
public enum TransferKind
{
    /// <summary>Moves money.</summary>
    Post,

    /// <summary>Sets money aside for a later <see cref="Capture"/> or <see cref="Release"/>.</summary>
    Reserve,

    /// <summary>Moves money that was set aside: all of it or less, and frees the rest.</summary>
    Capture,

    /// <summary>Frees money that was set aside.</summary>
    Release,

    /// <summary>Moves back the whole of a posted or captured transfer, once.</summary>
    Reverse,
}

/// <summary>Asks for a transfer.</summary>
/// <param name="Id">Chosen by the caller; a UUIDv7, whose time order keeps the ledger fast, or one derived by
/// <see cref="Ids.From"/> from the message that asks for it.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Debit">The account debited. For capture, release and reverse: the original's accounts are taken,
/// exchanged for reverse, and both may be <see cref="Guid.Empty"/>.</param>
/// <param name="Credit">The account credited.</param>
/// <param name="Amount">In đồng, more than 0. For release and reverse: 0 takes the original's.</param>
/// <param name="Code">What it was for, such as <c>market.rent</c>; what indicators count by. At most 60 characters.
/// </param>
/// <param name="Channel">One of <see cref="Channels"/>.</param>
/// <param name="Place">The commune's code, at most 20 characters, or null when it has no place.</param>
/// <param name="Reference">The caller's own reference, such as a payment's id; at most 100 characters.</param>
/// <param name="Original">The transfer that is captured, released or reversed; null otherwise.</param>
/// <param name="ExpiresAt">When a reservation frees itself, by a release that the ledger posts with the code
/// <c>ledger.expired</c>; null never. Only for <see cref="TransferKind.Reserve"/>.</param>
public sealed record TransferOrder(
    Guid Id, TransferKind Kind, Guid Debit, Guid Credit, long Amount, string Code, string Channel,
    string? Place = null, string? Reference = null, Guid? Original = null, DateTimeOffset? ExpiresAt = null);

/// <summary>A transfer as it stands in the log.</summary>
/// <param name="Position">Its place in the log: 1, 2, 3 and so on, without gaps.</param>
/// <param name="PostedAt">When it was accepted, UTC, in microseconds; never earlier than the one before it.</param>
/// <remarks>
/// The other fields are the order's, with accounts and amount filled in from the original where it left them out.
/// </remarks>
public sealed record LedgerTransfer(
    long Position, Guid Id, TransferKind Kind, Guid Debit, Guid Credit, long Amount, string Code, string Channel,
    string? Place, string? Reference, Guid? Original, DateTimeOffset? ExpiresAt, DateTimeOffset PostedAt);

/// <summary>One line of an account's statement.</summary>
/// <param name="Transfer">What moved.</param>
/// <param name="Change">In đồng: positive when credited, negative when debited, 0 for a reservation.</param>
/// <param name="CreditBalance">Credits less debits right after it.</param>
public sealed record StatementLine(LedgerTransfer Transfer, long Change, long CreditBalance);

/// <summary>Proof that nothing was lost: over all accounts, debits equal credits.</summary>
/// <param name="Position">The last transfer counted.</param>
/// <param name="Debits">All posted debits, in đồng.</param>
/// <param name="Credits">All posted credits, in đồng.</param>
/// <param name="Kinds">The same, by kind of account.</param>
public sealed record TrialBalance(
    long Position, Int128 Debits, Int128 Credits, IReadOnlyList<TrialBalanceLine> Kinds);

/// <summary>What binds the past: nothing up to it can be changed without changing every later root.</summary>
/// <param name="Day">In Vietnam; the root is the last batch's that has a transfer of the day or before.</param>
/// <param name="Batch">Its number.</param>
/// <param name="Position">Of its last transfer.</param>
/// <param name="Hash">In 64 hexadecimal digits.</param>
public sealed record LedgerRoot(DateOnly Day, long Batch, long Position, string Hash);

/// <summary>The sums of one kind of account, in đồng.</summary>
public sealed record TrialBalanceLine(string Kind, long Accounts, Int128 Debits, Int128 Credits);

/// <summary>The ways by which money comes, as transfers and facts name them.</summary>
public static class Channels
{
    /// <summary>Coins and notes, taken by a collector.</summary>
    public const string Cash = "cash";

    /// <summary>A bank transfer that quoted a code, as a scanned VietQR makes it.</summary>
    public const string VietQr = "vietqr";

    /// <summary>A bank transfer that an officer had to assign by hand.</summary>
    public const string BankTransfer = "bank-transfer";

    /// <summary>A bank card at an acquirer's terminal.</summary>
    public const string Card = "card";

    /// <summary>An electronic wallet.</summary>
    public const string Wallet = "wallet";

    /// <summary>The counter of a partner that collects for others, such as a post office.</summary>
    public const string Counter = "counter";

    /// <summary>Between accounts of the ledger, with no money coming in or going out.</summary>
    public const string Internal = "internal";
}

/// <summary>Why the ledger refuses, in the order in which it checks.</summary>
public static class LedgerRefusals
{
    /// <summary>The identifier already belongs to an account or transfer with another content.</summary>
    public static readonly Refusal IdUsedDifferently = new("ledger.id-used-differently",
        new("Mã này đã dùng cho một nội dung khác.", "This id was used for something else."));

    /// <summary>A field is out of its bounds.</summary>
    public static readonly Refusal Malformed = new("ledger.malformed",
        new("Lệnh chuyển có trường không hợp lệ.", "A field of the order is out of its bounds."), 400);

    /// <summary>One of the accounts does not exist.</summary>
    public static readonly Refusal NoSuchAccount = new("ledger.no-such-account",
        new("Không có tài khoản này.", "There is no such account."), 404);

    /// <summary>Debit and credit are the same account.</summary>
    public static readonly Refusal SameAccount = new("ledger.same-account",
        new("Tài khoản nợ và có phải khác nhau.", "Debit and credit must differ."), 400);

    /// <summary>The transfer to capture, release or reverse does not exist, or is not of the kind, between the accounts
    /// or of the amount that the order says.</summary>
    public static readonly Refusal NoSuchOriginal = new("ledger.no-such-original",
        new("Không có giao dịch gốc phù hợp.", "There is no such original transfer."), 404);

    /// <summary>The reservation was already captured or released, or the transfer already reversed.</summary>
    public static readonly Refusal AlreadySettled = new("ledger.already-settled",
        new("Giao dịch gốc đã được xử lý.", "The original transfer was already settled."));

    /// <summary>The reservation has expired.</summary>
    public static readonly Refusal Expired = new("ledger.reservation-expired",
        new("Khoản giữ chỗ đã hết hạn.", "The reservation has expired."));

    /// <summary>A capture asks for more than was reserved.</summary>
    public static readonly Refusal ExceedsReservation = new("ledger.exceeds-reservation",
        new("Số tiền lớn hơn khoản đã giữ.", "The amount exceeds what was reserved."));

    /// <summary>An account that must not be overdrawn does not hold enough.</summary>
    public static readonly Refusal InsufficientFunds = new("ledger.insufficient-funds",
        new("Tài khoản không đủ số dư.", "The account does not hold enough."));

    /// <summary>A sum would no longer fit in 64 bits.</summary>
    public static readonly Refusal Overflow = new("ledger.overflow",
        new("Tổng số tiền vượt quá giới hạn.", "A sum would exceed what the ledger can hold."));

    /// <summary>The ledger has more to do than it may queue, or could not store the order just now.</summary>
    /// <remarks>In the second case it may have been stored all the same: only the same id may be tried again.</remarks>
    public static readonly Refusal Busy = new("ledger.busy",
        new("Hệ thống đang bận, hãy thử lại sau ít giây.", "The ledger is busy; try again in a few seconds."), 503);

    /// <summary>The day is not over, or nothing was recorded by then.</summary>
    public static readonly Refusal NoRootYet = new("ledger.no-root-yet",
        new("Ngày này chưa có dấu niêm.", "There is no root of this day yet."), 404);
}
