using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Ledger.Tests.Verifying;

/// <summary>What somebody with the run of the database may do past the ledger, and the row that then is named.</summary>
public class DamageTests
{
    private const string DropUnique = "drop index ledger_transfer_original; ";

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    /// <summary>Damage that contradicts other rows: the damaged or missing transfer itself is named.</summary>
    public static TheoryData<Engine, string, long> Transfers => OnBoth(
        // A changed amount, and changed sums.
        ("update ledger_transfer set amount = amount + 1 where position = 6", 6),
        ("update ledger_transfer set amount = 9223372036854775807 where position = 6", 6),
        ("update ledger_transfer set credit_credits = credit_credits + 1 where position = 20", 20),
        ("update ledger_transfer set debit_reserved_debits = 0 where position = 2", 2),
        ("update ledger_transfer set debit_debits = debit_debits - 5 where position = 82", 82),
        // An amount changed with the sums after it, by which the purse is overdrawn.
        ("update ledger_transfer set amount = 5007, debit_debits = 5207, credit_credits = credit_credits + 5000 where position = 12", 12),
        // Rows that point elsewhere.
        ("update ledger_transfer set debit_before = 1 where position = 12", 12),
        ("update ledger_transfer set credit_before = credit_before - 1 where position = 40", 40),
        // Rows that are gone.
        ("delete from ledger_transfer where position = 82", 82),
        ("delete from ledger_transfer where position = 7", 7),
        ("delete from ledger_transfer where position = 1", 1),
        ("delete from ledger_transfer", 1),
        // A time before that of the row before.
        ("update ledger_transfer set posted_at = (select posted_at from ledger_transfer where position = 1) where position = 7", 7),
        // A word that is none.
        ("update ledger_transfer set kind = 'gift' where position = 6", 6),
        ("update ledger_transfer set kind = 'reserve' where position = 6", 6),
        // Another account, or one that is none.
        ("update ledger_transfer set debit = (select id from ledger_account where kind = 'cash') where position = 6", 6),
        ("update ledger_transfer set credit = id where position = 6", 6),
        // Originals that are not open, of another kind, or settled before; and a post that names one.
        ("update ledger_transfer set original = id where position = 3", 3),
        ("update ledger_transfer set original = null where position = 5", 5),
        ("update ledger_transfer set original = id where position = 7", 7),
        ("update ledger_transfer set original = null where position = 7", 7),
        ("update ledger_transfer set original = (select id from ledger_transfer where position = 8) where position = 7", 7),
        ("update ledger_transfer set original = (select id from ledger_transfer where position = 1) where position = 6", 6),
        (DropUnique + "update ledger_transfer set original = (select id from ledger_transfer where position = 2) where position = 5", 5),
        (DropUnique + "update ledger_transfer set kind = 'reverse', original = (select id from ledger_transfer where position = 6) "
            + "where position = 9", 9),
        // More captured than was reserved, and more given back than was paid.
        ("update ledger_transfer set amount = 400, debit_debits = 400, credit_credits = 400 where position = 3", 3),
        ("update ledger_transfer set amount = 51, debit_debits = 51, credit_credits = 51 where position = 7", 7));

    /// <summary>Damage that contradicts nothing but the hash: the batch with the damaged row is named.</summary>
    public static TheoryData<Engine, string, long> Hashes => OnBoth(
        ("update ledger_transfer set reference = 'B-2' where position = 6", 6),
        ("update ledger_transfer set reference = null where position = 30", 30),
        ("update ledger_transfer set place = '' where position = 82", 82),
        ("update ledger_transfer set channel = 'vietqr' where position = 1", 1),
        ("update ledger_transfer set id = (select id from ledger_account where kind = 'bank') where position = 12", 12),
        // An amount with the sums after it, as far as that batch goes.
        ("update ledger_transfer set amount = 8, debit_debits = 208, credit_credits = credit_credits + 1 where position = 12", 12),
        // The codes of two rows, exchanged.
        ("update ledger_transfer set code = case position when 6 then 'market.rent' else 'market.stall' end "
            + "where position in (6, 12)", 6),
        ("update ledger_batch set hash = (select hash from ledger_batch where number = 1) where position = 7", 7),
        ("delete from ledger_batch where position = 7", 7),
        ("delete from ledger_batch where position = 82", 82),
        ("update ledger_batch set position = 1 where position = 7", 7),
        ("update ledger_batch set position = 83 where position = 82", 82));

    /// <summary>Damage to accounts, of which each was opened in a batch of its own.</summary>
    public static TheoryData<Engine, string, long> Accounts => OnBoth(
        ("update ledger_account set rules = 3 where kind = 'bank'", 1),
        ("update ledger_account set rules = 0 where batch = 2", 2),
        ("update ledger_account set owner = 'payee:2' where batch = 3", 3),
        ("update ledger_account set batch = 2 where batch = 3", 2),
        ("delete from ledger_account where kind = 'bank'", 1),
        ("delete from ledger_account where kind = 'cash'", 4));

    [Theory, MemberData(nameof(Transfers))]
    public async Task A_transfer_that_contradicts_the_others_is_named(Engine engine, string damage, long position)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.Damage(damage);

        await AssertNamed("ledger_transfer", $"{position}", filled);
    }

    [Theory, MemberData(nameof(Hashes))]
    public async Task What_only_the_hash_remembers_is_named_by_its_batch(Engine engine, string damage, long position)
    {
        await using var filled = await FilledLedger.Make(engine);
        var batch = await filled.BatchOf(position);
        await filled.Damage(damage);

        await AssertNamed("ledger_batch", batch, filled);
    }

    [Theory, MemberData(nameof(Accounts))]
    public async Task A_changed_account_is_named_by_the_batch_that_opened_it(Engine engine, string damage, long batch)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.Damage(damage);

        await AssertNamed("ledger_batch", $"{batch}", filled);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_wrong_word_on_how_far_the_log_goes_is_named_or_names_what_lies_beyond(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.Ledger.Execute("update ledger_owner set position = 83");
        await AssertNamed("ledger_owner", "1", filled);
        await filled.Ledger.Execute("update ledger_owner set batch = 17, position = 82");
        await AssertNamed("ledger_batch", "17", filled);
        await filled.Ledger.Execute("update ledger_owner set batch = 15");
        await AssertNamed("ledger_owner", "1", filled);
        await filled.Ledger.Execute("update ledger_owner set batch = 15, position = 12");
        await AssertNamed("ledger_transfer", "82", filled);
        await filled.Ledger.Execute("delete from ledger_owner");
        await AssertNamed("ledger_owner", "1", filled);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_batch_without_rows_behind_the_last_is_named(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.Damage("insert into ledger_batch (number, position, hash) "
            + "select 17, 82, hash from ledger_batch where number = 16");

        await AssertNamed("ledger_batch", "17", filled);
    }

    [Theory]
    [InlineData(Engine.Sqlite, 0), InlineData(Engine.Sqlite, 83), InlineData(Engine.Postgres, 0), InlineData(Engine.Postgres, 83)]
    public async Task A_forged_transfer_before_the_first_or_behind_the_last_is_named(Engine engine, long position)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.Damage(Forge(engine, position));

        await AssertNamed("ledger_transfer", $"{position}", filled);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_forged_transfer_whose_sums_are_right_is_named_by_the_batch_it_was_given(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.Damage(Forge(engine, 83) + """
            ; insert into ledger_batch (number, position, hash) select 17, 83, hash from ledger_batch where number = 16;
            update ledger_owner set batch = 17, position = 83
            """);

        await AssertNamed("ledger_batch", "17", filled);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_log_cut_off_cleanly_is_given_away_by_what_was_written_behind_it(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.Damage("""
            delete from ledger_transfer where position > 12;
            delete from ledger_batch where position > 12;
            update ledger_owner set position = 12, batch = (select max(number) from ledger_batch)
            """);

        await AssertNamed("ledger_behind", "1", filled);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_account_said_to_be_opened_later_than_the_log_goes_is_named(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        await filled.Damage($"""
            insert into ledger_account (id, owner, kind, rules, opened_at, batch)
            select {filled.Literal(filled.NobodysId)}, owner, kind, rules, opened_at, 17 from ledger_account where batch = 1
            """);

        await AssertNamed("ledger_account", $"{filled.NobodysId}", filled);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_id_of_another_length_is_named_and_not_fallen_over(Engine engine)
    {
        await using var filled = await FilledLedger.Make(engine);
        if (engine is Engine.Postgres)
        {
            // Its columns hold nothing but ids: the nearest is an instant outside of time.
            await filled.Damage("update ledger_transfer set posted_at = '200000-01-01 00:00:00Z' where position = 12");
            await AssertNamed("ledger_transfer", "12", filled);
            return;
        }
        await filled.DamageBehind("insert into ledger_mark (account, position) values (x'ffff', 1)");
        await AssertNamed("ledger_mark", "ffff", filled);
        await filled.DamageBehind("update ledger_balance set account = x'00' where kind = 'bank'");
        await AssertNamed("ledger_balance", "00", filled);
        await filled.Damage("update ledger_transfer set debit = x'00' where position = 12");
        await AssertNamed("ledger_transfer", "12", filled);
        await filled.Ledger.Execute("update ledger_account set id = x'01' where kind = 'bank'");
        await AssertNamed("ledger_account", "01", filled);
    }

    private static Task AssertNamed(string table, string row, FilledLedger filled) =>
        BehindTests.AssertNamed(table, row, filled);

    /// <summary>A copy of the last transfer elsewhere, with the sums that it would have behind it.</summary>
    private static string Forge(Engine engine, long position) => $"""
        insert into ledger_transfer (position, id, kind, debit, credit, amount, code, channel, posted_at,
            debit_before, debit_debits, debit_credits, debit_reserved_debits, debit_reserved_credits,
            credit_before, credit_debits, credit_credits, credit_reserved_debits, credit_reserved_credits)
        select {position}, {(engine is Engine.Sqlite ? "randomblob(16)" : "gen_random_uuid()")}, kind, debit, credit, amount, code, channel,
            posted_at,
            82, debit_debits + amount, debit_credits, debit_reserved_debits, debit_reserved_credits,
            82, credit_debits, credit_credits + amount, credit_reserved_debits, credit_reserved_credits
        from ledger_transfer where position = 82
        """;

    private static TheoryData<Engine, string, long> OnBoth(params (string Damage, long Expected)[] damages)
    {
        var data = new TheoryData<Engine, string, long>();
        foreach (var (damage, expected) in damages)
        {
            data.Add(Engine.Sqlite, damage, expected);
            data.Add(Engine.Postgres, damage, expected);
        }
        return data;
    }
}
