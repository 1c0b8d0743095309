using System.Globalization;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Verifying;

/// <summary>A ledger with every kind of transfer at known positions, which tests then damage past it.</summary>
internal sealed class FilledLedger : IAsyncDisposable
{
    /// <summary>How many transfers it has, in 16 batches: each account is opened in one, and linked transfers are one.</summary>
    public const long Last = 82;

    private readonly ManualClock clock = new();
    private readonly TestLedger ledger;

    private FilledLedger(Engine engine)
    {
        Platform = TestDatabase.New(engine);
        ledger = new TestLedger(LedgerDatabase.Beside(Platform, configured: null), clock);
    }

    /// <summary>The database beside which it is.</summary>
    public Database Platform { get; }

    /// <summary>May be overdrawn.</summary>
    public Guid Bank { get; private set; }

    public Guid Purse { get; private set; }

    public Guid Shop { get; private set; }

    /// <summary>An id that no account has.</summary>
    public Guid NobodysId { get; private set; }

    public TestLedger Ledger => ledger;

    public static async Task<FilledLedger> Make(Engine engine)
    {
        var filled = new FilledLedger(engine);
        await filled.Fill();
        return filled;
    }

    public Task<LedgerVerdict> Verify(params (string Name, long Position)[] cursors) =>
        Verify(cursors.ToDictionary(c => c.Name, c => c.Position), []);

    /// <summary>Proves it against hashes that were noted before, by the number of their batch.</summary>
    public Task<LedgerVerdict> VerifyNoted(params (long Batch, string Hash)[] noted) =>
        Verify([], noted.ToDictionary(root => root.Batch, root => root.Hash));

    private Task<LedgerVerdict> Verify(Dictionary<string, long> cursors, Dictionary<long, string> noted) =>
        LedgerVerification.Run(Platform, null, cursors, noted, null, Stop);

    /// <summary>Posts so many transfers from the bank to the shop.</summary>
    public async Task Many(int count)
    {
        foreach (var chunk in Enumerable.Range(1, count).Chunk(1_000))
        {
            Accepted(await ledger.Ledger.PostLinked([.. chunk.Select(i => ledger.Order(Bank, Shop, i))], Stop));
        }
    }

    /// <summary>Damages the log, with nothing left to protect it.</summary>
    public async Task Damage(string sql)
    {
        foreach (var table in (string[])["transfer", "account", "batch"])
        {
            await ledger.Execute(ledger.Store.Database.Engine is Engine.Sqlite
                ? $"drop trigger ledger_{table}_is_not_updated; drop trigger ledger_{table}_is_not_deleted"
                : $"drop trigger ledger_{table}_stands on ledger_{table}");
        }
        await ledger.Execute(sql);
    }

    /// <summary>Damages what is written behind the log.</summary>
    public async Task DamageBehind(string sql)
    {
        await using var connection = ledger.Store.ConnectBalances();
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        Assert.NotEqual(0, await command.ExecuteNonQueryAsync(Stop));
    }

    /// <summary>One number or id that the log holds.</summary>
    public async Task<string> Ask(string sql)
    {
        await using var connection = ledger.Store.Database.Connect();
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToString(await command.ExecuteScalarAsync(Stop), CultureInfo.InvariantCulture)!;
    }

    /// <summary>The number of the batch with the transfer at a position.</summary>
    public Task<string> BatchOf(long position) =>
        Ask($"select min(number) from ledger_batch where position >= {position}");

    /// <summary>An id as it is written in SQL.</summary>
    public string Literal(Guid id) =>
        ledger.Store.Database.Engine is Engine.Sqlite ? $"x'{id:N}'" : $"'{id}'";

    public ValueTask DisposeAsync() => ledger.DisposeAsync();

    private async Task Fill()
    {
        Bank = await ledger.Open(kind: "bank");
        Purse = await ledger.OpenPurse();
        Shop = await ledger.Open();
        var till = new AccountOrder(ledger.NewId(), "collector:1", "cash", AccountRules.CreditsMustNotExceedDebits);
        Accepted(await ledger.Ledger.Open(till, Stop));
        NobodysId = ledger.NewId();
        Accepted(await ledger.Post(Bank, Purse, 1_000));
        var captured = Accepted(await ledger.Post(ledger.Order(Purse, Shop, 300, TransferKind.Reserve)));
        Accepted(await ledger.Post(ledger.Settle(TransferKind.Capture, captured, 200)));
        var released = Accepted(await ledger.Post(ledger.Order(Purse, Shop, 100, TransferKind.Reserve)));
        Accepted(await ledger.Post(ledger.Settle(TransferKind.Release, released)));
        clock.Advance(TimeSpan.FromDays(2));
        var posted = Accepted(await ledger.Post(ledger.Order(Bank, Shop, 50) with { Code = "market.stall" }));
        Accepted(await ledger.Post(ledger.Settle(TransferKind.Reverse, posted)));
        await ledger.Restart();
        Accepted(await ledger.Ledger.PostLinked([ledger.Order(Bank, Shop, 50), ledger.Order(Shop, Bank, 50)], Stop));
        var reserve = ledger.Order(Purse, Shop, 10, TransferKind.Reserve) with { ExpiresAt = clock.GetUtcNow().AddHours(1) };
        var expiring = Accepted(await ledger.Post(reserve));
        clock.Advance(TimeSpan.FromHours(2));
        // Goes through the writer's queue behind the expiry, so that this has been done by then.
        Accepted(await ledger.Ledger.Open(till, Stop));
        Assert.Equal(expiring.Id, (await ledger.Log())[^1].Original);
        // A purse's last word is far behind: its balance is older than most of the log.
        Accepted(await ledger.Post(Purse, Shop, 7));
        await Many(70);
        // Writes down what is left to write behind the log.
        await ledger.Restart();
        Assert.Equal(Last, (await ledger.Log()).Count);
    }
}
