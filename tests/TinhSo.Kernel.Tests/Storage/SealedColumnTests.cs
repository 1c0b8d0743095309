using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Kernel.Tests.Storage;

public class SealedColumnTests
{
    private const string First = "k1:MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=";
    private const string Second = "k2:MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI=";

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_sealed_value_is_read_back_and_stands_in_the_table_differently_each_time(Engine engine)
    {
        var database = TestDatabase.New(engine);
        await using var host = await SealingHost.Start(database, First, Stop);
        await host.Keep([New("Nguyễn Văn Án 0912345678"), New("Nguyễn Văn Án 0912345678"), New(null), New("")], Stop);

        Assert.Equal(["", "Nguyễn Văn Án 0912345678", "Nguyễn Văn Án 0912345678"], (await host.Tables(
            db => db.Secrets.Select(one => one.Word).ToListAsync(Stop))).OfType<string>().Order());
        Assert.Equal(1, await host.Tables(db => db.Secrets.CountAsync(one => one.Word == null, Stop)));
        var stored = await Stored(database);
        Assert.Equal(4, stored.Count);
        Assert.Equal(3, stored.Select(row => row.Split(" | ")[1])
            .Where(word => word.StartsWith("k1.", StringComparison.Ordinal)).Distinct().Count());
        Assert.All(stored, row => Assert.DoesNotContain("0912345678", row, StringComparison.Ordinal));
        Assert.All(stored, row => Assert.DoesNotContain("Nguy", row, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_whole_value_is_found_and_no_part_of_one_and_what_changes_is_found_anew(Engine engine)
    {
        await using var host = await SealingHost.Start(TestDatabase.New(engine), First, Stop);
        var (one, other) = (New("an@example.vn"), New("anh@example.vn"));
        await host.Keep([one, other, New(null)], Stop);

        Assert.Equal([one.Id], await host.Find(" An@Example.VN", Stop));
        Assert.Empty(await host.Find("an@example", Stop));
        Assert.Empty(await host.Find("", Stop));

        await host.Tables(async db =>
        {
            (await db.Secrets.SingleAsync(row => row.Id == one.Id, Stop)).Word = "binh@example.vn";
            (await db.Secrets.SingleAsync(row => row.Id == other.Id, Stop)).Word = null;
            return await db.SaveChangesAsync(Stop);
        });
        Assert.Empty(await host.Find("an@example.vn", Stop));
        Assert.Empty(await host.Find("anh@example.vn", Stop));
        Assert.Equal([one.Id], await host.Find("binh@example.vn", Stop));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_was_changed_moved_or_never_sealed_is_an_error_that_names_the_column_and_not_the_value(Engine engine)
    {
        var database = TestDatabase.New(engine);
        await using var host = await SealingHost.Start(database, First, Stop);
        await host.Keep([New("012345678901")], Stop);
        foreach (var (damage, says) in new[]
        {
            ("update test_secret set word = 'k1.' || substr(word, 4, 8) || 'AAAA' || substr(word, 16)", "was changed"),
            ("update test_secret set word = 'k1.AAAA'", "was changed"), ("update test_secret set word = 'k1.§'", "was changed"),
            ("update test_secret set word = '012345678901'", "not sealed"),
            ("update test_secret set word = 'plain.012345678901'", "not sealed"),
            ("update test_secret set word = 'k9.' || substr(other, 4)", "the key k9"),
            ("update test_secret set word = other", "sealed for another column"),
        })
        {
            await Execute(database, damage);
            var failure = await Assert.ThrowsAsync<SealedColumnException>(
                () => host.Tables(db => db.Secrets.Select(one => one.Word).ToListAsync(Stop)));
            Assert.Contains("test_secret.word", failure.Message, StringComparison.Ordinal);
            Assert.Contains(says, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("0123", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Rotation_goes_on_where_it_was_broken_off_while_others_write_and_search(Engine engine)
    {
        var database = TestDatabase.New(engine);
        await using var before = await SealingHost.Start(database, First, Stop);
        var secrets = Enumerable.Range(0, 450).Select(i => New($"word {i}")).OrderBy(one => one.Id).ToList();
        await before.Keep(secrets, Stop);

        await using var during = new SealingHost(database, $"{Second}\n{First}");
        Assert.Equal([secrets[7].Id], await during.Find(secrets[7].Word!, Stop));
        await Assert.ThrowsAsync<OperationCanceledException>(() => during.Reseal.Run(
            new Watch(_ => throw new OperationCanceledException()), Stop));
        Assert.Equal(200, (await Stored(database)).Count(row => row.Contains("| k2.", StringComparison.Ordinal)));
        // Old and new stand side by side, and both are found.
        Assert.Equal([secrets[0].Id], await during.Find(secrets[0].Word!, Stop));
        Assert.Equal([secrets[^1].Id], await during.Find(secrets[^1].Word!, Stop));
        // A node that knows the old key only cannot read what the others seal.
        Assert.Contains("the key k2", (await Assert.ThrowsAsync<SealedColumnException>(
            () => before.Tables(db => db.Secrets.Select(one => one.Word).ToListAsync(Stop)))).Message, StringComparison.Ordinal);

        var told = new List<ResealProgress>();
        var changed = 0;
        var done = await during.Reseal.Run(new Watch(step =>
        {
            told.Add(step);
            if (changed++ == 0)
            {
                Execute(database, $"update test_secret set other = null where id = '{secrets[^1].Id.ToString().ToUpperInvariant()}' "
                    + $"or id = '{secrets[^1].Id}'").GetAwaiter().GetResult();
            }
        }), Stop);

        // 250 words that were left, and 450 of the other column but the one that was taken away meanwhile.
        Assert.Equal(250 + 449, done);
        Assert.Equal((700, 699), (told[^1].Total, told[^1].Done));
        Assert.Equal(0, await during.Reseal.CountOld(Stop));
        Assert.Equal(0, await during.Reseal.Run(null, Stop));
        await using var after = new SealingHost(database, Second);
        Assert.Equal([.. secrets.Select(one => one.Word!).Order()],
            (await after.Tables(db => db.Secrets.Select(one => one.Word!).ToListAsync(Stop))).Order());
        Assert.Equal([secrets[300].Id], await after.Find(secrets[300].Word!, Stop));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_key_that_is_taken_away_too_early_is_missed_by_name(Engine engine)
    {
        var database = TestDatabase.New(engine);
        await using var before = await SealingHost.Start(database, First, Stop);
        await before.Keep([New("a word")], Stop);

        await using var after = new SealingHost(database, Second);
        Assert.Equal(2, await after.Reseal.CountOld(Stop));
        var failure = await Assert.ThrowsAsync<SealedColumnException>(() => after.Reseal.Run(null, Stop));

        Assert.Contains("test_secret.word is sealed with the key k1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("tinhso rotate columns", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["a word"], await before.Tables(db => db.Secrets.Select(one => one.Word!).ToListAsync(Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_an_upgrade_left_in_clear_is_sealed_and_can_be_found(Engine engine)
    {
        var database = TestDatabase.New(engine);
        await using var host = await SealingHost.Start(database, First, Stop);
        var id = Guid.CreateVersion7();
        await Execute(database, $"insert into test_secret (id, word) values ('{Written(engine, id)}', 'plain.0912.345')");

        Assert.Equal(1, await host.Reseal.SealPlain(Stop));
        Assert.Equal(0, await host.Reseal.SealPlain(Stop));

        Assert.Equal([id], await host.Find("0912.345", Stop));
        Assert.DoesNotContain("0912", Assert.Single(await Stored(database)), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_audit_log_tells_that_a_sealed_value_changed_and_neither_the_value_nor_its_index(Engine engine)
    {
        var database = TestDatabase.New(engine);
        await using var host = await SealingHost.Start(database, First, Stop);
        var secret = New("012345678901");
        await host.Keep([secret], Stop);
        await host.Tables(async db =>
        {
            (await db.Secrets.SingleAsync(Stop)).Word = "999999999999";
            return await db.SaveChangesAsync(Stop);
        });

        var entries = await host.Audit.Read(new AuditFilter(What: "test_secret"), null, 10, Stop);
        Assert.Equal(2, entries.Count);
        Assert.Equal("{\"word\":\"…\",\"word_index\":\"…\"}", entries[0].After);
        Assert.All(entries, entry => Assert.DoesNotMatch("012345678901|999999999999|k1\\.", $"{entry.Before}{entry.After}"));
    }

    [Theory]
    [InlineData("k1", "Entry 1")]
    [InlineData("k1:", "Entry 1")]
    [InlineData("k1:AAAA", "Entry 1")]
    [InlineData("K1:MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=", "Entry 1")]
    [InlineData("plain:MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=", "Entry 1")]
    [InlineData(First + "," + First, "Entry 2")]
    [InlineData(First + ",k2:MTEx", "Entry 2")]
    [InlineData(", ,", "no key")]
    public void A_key_that_is_none_is_named_by_its_place_and_never_shown(string listed, string says)
    {
        var failure = Assert.Throws<InvalidOperationException>(() => ColumnKeys.Parse(listed, isProduction: false));
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("MTEx", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Production_needs_a_key_of_its_own_and_refuses_the_one_that_everybody_knows()
    {
        var folder = Directory.CreateTempSubdirectory();
        var nothing = new ConfigurationBuilder().Build();
        var secrets = new SecretKeys(nothing, folder);

        Assert.Contains("Keys:columns is missing", Refused(nothing, secrets), StringComparison.Ordinal);
        Assert.Contains("everybody knows", Refused(Set(ColumnKeys.Demo), secrets), StringComparison.Ordinal);
        Assert.Contains("everybody knows", Refused(Set($"{First},{ColumnKeys.Demo.Replace("demo:", "own:", StringComparison.Ordinal)}"),
            secrets), StringComparison.Ordinal);
        Assert.Equal("k1", ColumnKeys.From(Set(First), secrets, isProduction: true).CurrentId);
        Assert.Equal("demo", ColumnKeys.From(Set(ColumnKeys.Demo), secrets, isProduction: false).CurrentId);
        Assert.Equal("local", ColumnKeys.From(nothing, secrets, isProduction: false).CurrentId);
        var file = Path.Combine(folder.FullName, "listed");
        File.WriteAllText(file, $"{Second}\n{First}\n");
        Assert.Equal("k2", ColumnKeys.From(new ConfigurationBuilder().AddInMemoryCollection(
            [new("Keys:columns-file", file)]).Build(), secrets, isProduction: true).CurrentId);
    }

    private static string Refused(IConfiguration configuration, SecretKeys secrets) =>
        Assert.Throws<InvalidOperationException>(() => ColumnKeys.From(configuration, secrets, isProduction: true)).Message;

    private static IConfiguration Set(string keys) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("Keys:columns", keys)]).Build();

    private static Secret New(string? word) =>
        new() { Id = Guid.CreateVersion7(), Word = word, Other = word is null ? null : $"other {word}" };

    private static Task<IReadOnlyList<string>> Stored(Database database) => TestDatabase.Rows(database, "test_secret");

    // As the program writes an id into a column of text.
    private static string Written(Engine engine, Guid id) =>
        engine is Engine.Sqlite ? id.ToString().ToUpperInvariant() : id.ToString();

    private static async Task Execute(Database database, string sql)
    {
        await using var connection = database.Connect();
        await connection.OpenAsync(Stop);
        await using var command = Sql.Command(connection, null, sql);
        await command.ExecuteNonQueryAsync(Stop);
    }

    private sealed class Watch(Action<ResealProgress> look) : IProgress<ResealProgress>
    {
        public void Report(ResealProgress value) => look(value);
    }
}
