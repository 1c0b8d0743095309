using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Verifying;

/// <summary>What is written behind the log: it may all be lost, but what there is must be right.</summary>
internal sealed class BehindRows : IAsyncDisposable
{
    private const int MarksMax = 1_000;

    private readonly ReadOnlyStore? store;
    private readonly Engine engine;

    private BehindRows(ReadOnlyStore? store, Engine engine)
    {
        this.store = store;
        this.engine = engine;
    }

    public static async Task<BehindRows> Open(LedgerDatabase ledger, CancellationToken stop)
    {
        var engine = ledger.Database.Engine;
        return new BehindRows(
            await ReadOnlyStore.Open(engine, ledger.BalancesConnectionString, "ledger_behind", stop), engine);
    }

    public async Task<Written> Read(CancellationToken stop)
    {
        if (store is null)
        {
            return new Written(0, []);
        }
        // Before the balances: what is written meanwhile is newer than it says, never older.
        var upTo = await store.Read("select position from ledger_behind", [], row => row.GetInt64(0), stop);
        var balances = await store.Read("""
            select account, kind, debits, credits, reserved_debits, reserved_credits, last, entries
            from ledger_balance order by account
            """, [], row => new Balance(Columns.ReadId(row, 0, engine), row.GetString(1),
                new AccountState(Columns.ReadSums(row, 2), row.GetInt64(6), row.GetInt64(7))), stop);
        return new Written(upTo is [var one] ? one.Value : null, balances);
    }

    /// <summary>Some marks, in the order of their keys, behind one of them.</summary>
    public async Task<List<Stored<Mark>>> ReadMarks(Mark after, CancellationToken stop) => store is null
        ? []
        : await store.Read("""
            select account, position from ledger_mark where (account, position) > (@account, @position)
            order by account, position limit @max
            """, [("account", Columns.Id(engine, after.Account)), ("position", after.Position), ("max", MarksMax)],
            row => new Mark(Columns.ReadId(row, 0, engine), row.GetInt64(1)), stop);

    public ValueTask DisposeAsync() => store?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>All balances as they were written.</summary>
/// <param name="UpTo">The position up to which that is all; null when nothing tells.</param>
/// <param name="Balances">At most one an account.</param>
internal sealed record Written(long? UpTo, List<Stored<Balance>> Balances);
