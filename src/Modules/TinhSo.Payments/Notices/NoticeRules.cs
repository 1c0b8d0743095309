using TinhSo.Payments.Suspense;

namespace TinhSo.Payments.Notices;

/// <summary>What the memo of a notice was found to quote.</summary>
internal enum NoticeMatch
{
    NoCode,
    UnknownCode,
    SeveralCodes,
    Request,
    Point,
}

/// <summary>Everything that the rules look at.</summary>
/// <param name="Match">What the memo quotes.</param>
/// <param name="Amount">What came, in đồng.</param>
/// <param name="RightAccount">Whether it came into the payee's account; false when there is no payee.</param>
/// <param name="Asked">What the request asks for; 0 for anything else.</param>
/// <param name="State">The request's; null for anything else.</param>
/// <param name="Taken">Whether another payment has paid the request, or is about to.</param>
/// <param name="Late">Whether the request had fallen due before the bank took the money in.</param>
internal sealed record NoticeFacts(
    NoticeMatch Match, long Amount, bool RightAccount = false, long Asked = 0, PaymentState? State = null,
    bool Taken = false, bool Late = false);

/// <summary>Where the money of a notice goes; the two amounts are what came.</summary>
/// <param name="Pays">To the payee, in đồng.</param>
/// <param name="Waits">To suspense, in đồng.</param>
/// <param name="Reason">Why some waits; null when none does.</param>
/// <param name="Late">Whether the payment is marked late.</param>
internal sealed record NoticeDecision(long Pays, long Waits, SuspenseReason? Reason, bool Late);

/// <summary>Decides what a notice does. Nothing is turned away: what does not match waits for an officer.</summary>
internal static class NoticeRules
{
    public static NoticeDecision Decide(NoticeFacts notice) => notice switch
    {
        { Match: NoticeMatch.NoCode } => Wait(notice, SuspenseReason.NoCode),
        { Match: NoticeMatch.UnknownCode } => Wait(notice, SuspenseReason.UnknownCode),
        { Match: NoticeMatch.SeveralCodes } => Wait(notice, SuspenseReason.SeveralCodes),
        { RightAccount: false } => Wait(notice, SuspenseReason.WrongAccount),
        { Match: NoticeMatch.Point } => new(notice.Amount, 0, null, Late: false),
        { State: PaymentState.Cancelled } => Wait(notice, SuspenseReason.Cancelled),
        { Taken: true } => Wait(notice, SuspenseReason.Double),
        { State: not (PaymentState.Open or PaymentState.Expired) } => Wait(notice, SuspenseReason.Double),
        _ when notice.Amount < notice.Asked => Wait(notice, SuspenseReason.Short),
        _ when notice.Amount > notice.Asked =>
            new(notice.Asked, notice.Amount - notice.Asked, SuspenseReason.Over, notice.Late),
        _ => new(notice.Amount, 0, null, notice.Late),
    };

    private static NoticeDecision Wait(NoticeFacts notice, SuspenseReason reason) =>
        new(0, notice.Amount, reason, Late: false);
}
