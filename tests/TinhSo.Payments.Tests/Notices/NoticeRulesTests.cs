using TinhSo.Payments.Notices;
using TinhSo.Payments.Suspense;

namespace TinhSo.Payments.Tests.Notices;

public sealed class NoticeRulesTests
{
    private static readonly NoticeFacts Exact = new(
        NoticeMatch.Request, 100, RightAccount: true, Asked: 100, PaymentState.Open);

    private static readonly (string Case, NoticeFacts Notice, NoticeDecision Decision)[] Table =
    [
        ("exact, open", Exact, new(100, 0, null, false)),
        ("exact, expired", Exact with { State = PaymentState.Expired, Late = true }, new(100, 0, null, true)),
        ("exact, due but not yet marked", Exact with { Late = true }, new(100, 0, null, true)),
        ("exact, marked expired, banked in time", Exact with { State = PaymentState.Expired }, new(100, 0, null, false)),
        ("cancelled", Exact with { State = PaymentState.Cancelled }, new(0, 100, SuspenseReason.Cancelled, false)),
        ("paid", Exact with { State = PaymentState.Paid, Taken = true }, new(0, 100, SuspenseReason.Double, false)),
        ("being paid", Exact with { Taken = true }, new(0, 100, SuspenseReason.Double, false)),
        ("refunded", Exact with { State = PaymentState.Refunded }, new(0, 100, SuspenseReason.Double, false)),
        ("partly refunded", Exact with { State = PaymentState.PartlyRefunded }, new(0, 100, SuspenseReason.Double, false)),
        ("under", Exact with { Amount = 99 }, new(0, 99, SuspenseReason.Short, false)),
        ("over", Exact with { Amount = 101 }, new(100, 1, SuspenseReason.Over, false)),
        ("over and late", Exact with { Amount = 150, Late = true }, new(100, 50, SuspenseReason.Over, true)),
        ("wrong account", Exact with { RightAccount = false }, new(0, 100, SuspenseReason.WrongAccount, false)),
        ("wrong account, cancelled", Exact with { RightAccount = false, State = PaymentState.Cancelled },
            new(0, 100, SuspenseReason.WrongAccount, false)),
        ("no code", new(NoticeMatch.NoCode, 7), new(0, 7, SuspenseReason.NoCode, false)),
        ("unknown code", new(NoticeMatch.UnknownCode, 7), new(0, 7, SuspenseReason.UnknownCode, false)),
        ("several codes", new(NoticeMatch.SeveralCodes, 7), new(0, 7, SuspenseReason.SeveralCodes, false)),
        ("standing code, any amount", new(NoticeMatch.Point, 1, RightAccount: true), new(1, 0, null, false)),
        ("standing code, wrong account", new(NoticeMatch.Point, 1), new(0, 1, SuspenseReason.WrongAccount, false)),
    ];

    public static TheoryData<string> Cases => [.. Table.Select(row => row.Case)];

    [Theory, MemberData(nameof(Cases))]
    public void A_notice_is_decided_as_the_table_says(string name)
    {
        var (_, notice, decision) = Array.Find(Table, row => row.Case == name);

        Assert.Equal(decision, NoticeRules.Decide(notice));
        Assert.Equal(notice.Amount, decision.Pays + decision.Waits);
    }
}
