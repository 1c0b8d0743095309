using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Ledger.Tests.Verifying;

/// <summary>Damage to what is written behind the log.</summary>
public class BehindTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    public static TheoryData<Engine, string> PurseBalances
    {
        get
        {
            var data = new TheoryData<Engine, string>();
            foreach (var damage in (string[])["debits = debits + 1", "credits = 0", "reserved_debits = 1",
                "entries = entries + 1", "kind = 'bank'", "last = 10", "last = 1000",
                // What was right one row ago.
                "last = 11, entries = 7, debits = 200"])
            {
                data.Add(Engine.Sqlite, $"update ledger_balance set {damage}");
                data.Add(Engine.Postgres, $"update ledger_balance set {damage}");
            }
            data.Add(Engine.Sqlite, "delete from ledger_balance");
            data.Add(Engine.Postgres, "delete from ledger_balance");
            return data;
        }
    }

    [Theory, MemberData(nameof(PurseBalances))]
    public async Task A_wrong_or_missing_balance_is_named(Engine engine, string damage)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.DamageBehind($"{damage} where account = {filled.Literal(filled.Purse)}");

        await AssertNamed("ledger_balance", $"{filled.Purse}", filled);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_balance_of_no_account_is_named(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.DamageBehind($"""
            insert into ledger_balance (account, kind, last, entries, debits, credits, reserved_debits, reserved_credits)
            values ({filled.Literal(filled.NobodysId)}, 'bank', 1, 1, 0, 1000, 0, 0)
            """);

        await AssertNamed("ledger_balance", $"{filled.NobodysId}", filled);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_mark_at_a_row_of_other_accounts_is_named(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        // The purse has the row at 12 and not the one at 6.
        await AddMark(filled, filled.Purse, 12);
        Assert.Null((await filled.Verify()).Fault);
        await filled.DamageBehind("update ledger_mark set position = 6 where position = 12");

        await AssertNamed("ledger_mark", $"{filled.Purse} 6", filled);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_mark_beyond_the_logs_end_is_named(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        await AddMark(filled, filled.Bank, 100);

        await AssertNamed("ledger_mark", $"{filled.Bank} 100", filled);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_thousands_of_marks_the_wrong_one_is_named(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.Many(2_000);
        await filled.DamageBehind($"""
            insert into ledger_mark (account, position)
            with recursive number (n) as (select 13 union all select n + 1 from number where n < 2000)
            select {filled.Literal(filled.Bank)}, n from number where true on conflict do nothing
            """);
        Assert.Null((await filled.Verify()).Fault);
        await AddMark(filled, filled.Purse, 1500);

        await AssertNamed("ledger_mark", $"{filled.Purse} 1500", filled);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_word_on_how_far_balances_go_that_is_missing_or_beyond_the_log_is_named(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.DamageBehind("update ledger_behind set position = 83");
        await AssertNamed("ledger_behind", "1", filled);
        await filled.DamageBehind("delete from ledger_behind");
        await AssertNamed("ledger_behind", "1", filled);
    }

    private static Task AddMark(FilledLedger filled, Guid account, long position) =>
        filled.DamageBehind($"insert into ledger_mark (account, position) values ({filled.Literal(account)}, {position})");

    internal static async Task AssertNamed(string table, string row, FilledLedger filled)
    {
        var fault = (await filled.Verify()).Fault;
        Assert.Equal((table, row), (fault?.Table, fault?.Row));
        Assert.NotEqual(fault!.What.Vi, fault.What.En);
    }
}
