using Microsoft.Extensions.Logging.Abstractions;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using TinhSo.Ledger.Writing;
using TinhSo.Testing;

namespace TinhSo.Ledger.Tests;

/// <summary>A ledger on a store of its own, with the orders that tests give it.</summary>
internal sealed class TestLedger : IAsyncDisposable
{
    private readonly TimeProvider clock;
    private readonly Func<ILedgerStore, ILedgerStore> wrap;
    private readonly Func<IBalanceStore, IBalanceStore> wrapBalances;
    private readonly int queueMax;
    private Writer writer;

    public TestLedger(Database store, TimeProvider? clock = null, Func<ILedgerStore, ILedgerStore>? wrap = null,
        int queueMax = Writer.QueueMax, Func<IBalanceStore, IBalanceStore>? wrapBalances = null)
    {
        this.clock = clock ?? new MicrosecondClock();
        this.wrap = wrap ?? (inner => inner);
        this.wrapBalances = wrapBalances ?? (inner => inner);
        this.queueMax = queueMax;
        Store = new LedgerDatabase(store, this.clock);
        writer = NewWriter();
        Ledger = new SingleWriterLedger(writer, new LedgerReader(Store), this.clock);
    }

    /// <summary>Ends the test's waiting when the run is cancelled.</summary>
    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public LedgerDatabase Store { get; }

    public ILedger Ledger { get; private set; }

    public static TestLedger New(Engine engine, TimeProvider? clock = null,
        Func<ILedgerStore, ILedgerStore>? wrap = null, int queueMax = Writer.QueueMax) =>
        new(NewStore(engine), clock, wrap, queueMax);

    public static Database NewStore(Engine engine) =>
        LedgerDatabase.Beside(TestDatabase.New(engine), configured: null);

    public Guid NewId() => Ids.New(clock);

    /// <summary>Ends the writer and starts another on the same store.</summary>
    public async Task Restart()
    {
        await writer.DisposeAsync();
        writer = NewWriter();
        Ledger = new SingleWriterLedger(writer, new LedgerReader(Store), clock);
    }

    /// <summary>Loses all that was written behind the log, as if its file had been deleted, while nothing runs.</summary>
    public async Task Lose()
    {
        await writer.DisposeAsync();
        await using var balances = Store.ConnectBalances();
        await balances.OpenAsync();
        await using var command = balances.CreateCommand();
        command.CommandText = "delete from ledger_balance; delete from ledger_mark; update ledger_behind set position = 0";
        await command.ExecuteNonQueryAsync();
    }

    public async Task<Guid> Open(AccountRules rules = AccountRules.None, string kind = "payee")
    {
        var id = NewId();
        Accepted(await Ledger.Open(new AccountOrder(id, "payee:1", kind, rules), Stop));
        return id;
    }

    /// <summary>An account that cannot be overdrawn and holds this much.</summary>
    public async Task<Guid> OpenPurse(long holds = 0)
    {
        var purse = await Open(AccountRules.DebitsMustNotExceedCredits);
        if (holds > 0)
        {
            Accepted(await Post(await Open(), purse, holds));
        }
        return purse;
    }

    public Task<Outcome<LedgerTransfer>> Post(Guid debit, Guid credit, long amount) =>
        Ledger.Post(Order(debit, credit, amount), Stop);

    public Task<Outcome<LedgerTransfer>> Post(TransferOrder order) => Ledger.Post(order, Stop);

    public TransferOrder Order(Guid debit, Guid credit, long amount, TransferKind kind = TransferKind.Post) =>
        new(NewId(), kind, debit, credit, amount, "market.rent", Channels.Cash, "24037", "B-1");

    public TransferOrder Settle(TransferKind kind, LedgerTransfer original, long amount = 0) =>
        Order(Guid.Empty, Guid.Empty, amount, kind) with { Original = original.Id };

    public async Task<LedgerBalance> Balance(Guid account) => (await Ledger.Find(account, Stop))!.Balance;

    public async Task<IReadOnlyList<LedgerTransfer>> Log() => await Ledger.ReadLog(0, 10_000, Stop);

    /// <summary>Runs a statement on the store, past the ledger.</summary>
    public async Task Execute(string sql)
    {
        await using var connection = Store.Database.Connect();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    public static T Accepted<T>(Outcome<T> outcome) where T : class
    {
        Assert.False(outcome.IsRefused(out var why, out var given), why?.Code);
        return given;
    }

    public static void Refused<T>(Refusal expected, Outcome<T> outcome) where T : class
    {
        Assert.True(outcome.IsRefused(out var why, out _), $"Expected {expected.Code}, but it was accepted.");
        Assert.Equal(expected.Code, why.Code);
    }

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    private Writer NewWriter() =>
        new(() => wrap(Store.OpenStore()), () => wrapBalances(Store.OpenBalances()), clock, new LedgerSignal(),
            NullLogger<Writer>.Instance, queueMax);
}
