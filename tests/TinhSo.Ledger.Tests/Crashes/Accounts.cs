using TinhSo.Kernel;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>The few accounts on which everything meets.</summary>
internal static class Accounts
{
    private const int Banks = 2;
    private const int Tills = 2;

    public static readonly IReadOnlyList<AccountOrder> All = [.. Enumerable.Range(0, 10).Select(i =>
        new AccountOrder(Ids.From("crash", $"account {i}"), $"crash:{i}", KindOf(i), RulesOf(i)))];

    private static string KindOf(int account) => account switch
    {
        < Banks => "bank",
        < Banks + Tills => "cash",
        _ => "payee",
    };

    // Banks may go below nothing, or nothing would ever move.
    private static AccountRules RulesOf(int account) => account switch
    {
        < Banks => AccountRules.None,
        < Banks + Tills => AccountRules.CreditsMustNotExceedDebits,
        _ => AccountRules.DebitsMustNotExceedCredits,
    };
}
