using TinhSo.Kernel;
using TinhSo.Kernel.Storage;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>The process that <see cref="CrashTests"/> kills: posts, and prints what was acknowledged.</summary>
internal static class CrashingProcess
{
    public const string Argument = "--post-until-killed";
    private const int Callers = 64;

    public static readonly Guid[] Accounts =
        [.. Enumerable.Range(0, 8).Select(i => Ids.From("crash", $"account {i}"))];

    /// <summary>Purses cannot be overdrawn; the first two may, or nothing would ever move.</summary>
    public static AccountRules RulesOf(int account) =>
        account < 2 ? AccountRules.None : AccountRules.DebitsMustNotExceedCredits;

    public static async Task<int> Run(string connectionString)
    {
        await using var ledger = new TestLedger(Database.Parse(connectionString));
        for (var i = 0; i < Accounts.Length; i++)
        {
            TestLedger.Accepted(await ledger.Ledger.Open(
                new AccountOrder(Accounts[i], $"crash:{i}", i < 2 ? "bank" : "payee", RulesOf(i)), default));
        }
        using var output = TextWriter.Synchronized(
            new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => Post(ledger, output, caller))));
        return 0;
    }

    private static async Task Post(TestLedger ledger, TextWriter output, int caller)
    {
#pragma warning disable CA5394 // Which accounts a test picks is no secret.
        var random = new Random(Environment.ProcessId * Callers + caller);
        while (true)
        {
            var debit = random.Next(Accounts.Length);
            var credit = (debit + random.Next(1, Accounts.Length)) % Accounts.Length;
            var order = ledger.Order(Accounts[debit], Accounts[credit], random.Next(1, 1_000));
#pragma warning restore CA5394
            var outcome = await ledger.Post(order);
            if (!outcome.IsRefused(out _, out var posted))
            {
                await output.WriteLineAsync($"{posted.Id:D}");
            }
        }
    }
}
