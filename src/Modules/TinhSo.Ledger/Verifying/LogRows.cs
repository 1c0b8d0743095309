using System.Data.Common;
using System.Runtime.CompilerServices;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Verifying;

/// <summary>The log's rows, read in their order and in pieces.</summary>
internal sealed class LogRows : IAsyncDisposable
{
    public const int BatchesMax = 1_000;
    private const int TransfersMax = 5_000;

    private readonly ReadOnlyStore store;
    private readonly Engine engine;

    private LogRows(ReadOnlyStore store, Engine engine)
    {
        this.store = store;
        this.engine = engine;
    }

    /// <summary>Null when no ledger is there.</summary>
    public static async Task<LogRows?> Open(LedgerDatabase ledger, CancellationToken stop)
    {
        var (engine, connectionString) = ledger.Database;
        return await ReadOnlyStore.Open(engine, connectionString, "ledger_owner", stop) is { } store
            ? new LogRows(store, engine)
            : null;
    }

    /// <summary>How far the log goes, and which rows lie outermost, at one moment; null when nothing tells.</summary>
    public async Task<LogEnd?> ReadEnd(CancellationToken stop)
    {
        var rows = await store.Read("""
            select batch, position,
                coalesce((select min(position) from ledger_transfer), 1),
                coalesce((select max(position) from ledger_transfer), 0),
                coalesce((select min(number) from ledger_batch), 1),
                coalesce((select max(number) from ledger_batch), 0),
                coalesce((select min(batch) from ledger_account), 1),
                coalesce((select max(batch) from ledger_account), 0)
            from ledger_owner
            """, [], row => new LogEnd(row.GetInt64(0), row.GetInt64(1), (row.GetInt64(2), row.GetInt64(3)),
                (row.GetInt64(4), row.GetInt64(5)), (row.GetInt64(6), row.GetInt64(7))), stop);
        return rows is [var end] ? end.Value : null;
    }

    /// <summary>The batches whose numbers are behind <paramref name="after"/>, up to and with another.</summary>
    public Task<List<Stored<StoredBatch>>> ReadBatches(long after, long upTo, CancellationToken stop) => store.Read(
        """
        select number, position, hash from ledger_batch where number > @after and number <= @up_to order by number
        """,
        [("after", after), ("up_to", upTo)],
        row => new StoredBatch(row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2)), stop);

    /// <summary>The accounts opened in those batches, in no order.</summary>
    public async Task<ILookup<long, Stored<Account>>> ReadOpened(long after, long upTo, CancellationToken stop)
    {
        var opened = await store.Read("""
            select id, owner, kind, rules, opened_at, batch from ledger_account
            where batch > @after and batch <= @up_to
            """, [("after", after), ("up_to", upTo)],
            row => (Batch: row.GetInt64(5), Account: ReadOnlyStore.ReadOne(row, ReadAccount)), stop);
        return opened.ToLookup(row => row.Value.Batch, row => row.Value.Account);
    }

    /// <summary>All transfers up to a position.</summary>
    public async IAsyncEnumerable<Stored<StagedTransfer>> ReadTransfers(
        long upTo, [EnumeratorCancellation] CancellationToken stop)
    {
        List<Stored<(long Position, Stored<StagedTransfer> Staged)>> page;
        var after = 0L;
        do
        {
            page = await store.Read($"""
                select {Columns.Transfer}, {Columns.After} from ledger_transfer
                where position > @after and position <= @up_to order by position limit @max
                """, [("after", after), ("up_to", upTo), ("max", TransfersMax)],
                row => (row.GetInt64(0), ReadOnlyStore.ReadOne(row, ReadStaged)), stop);
            foreach (var row in page)
            {
                after = row.Value.Position;
                yield return row.Value.Staged;
            }
        }
        while (page.Count == TransfersMax);
    }

    /// <summary>The transfer of an id, and the position of the first that names it as its original.</summary>
    public async Task<(LedgerTransfer Original, long FirstSettledAt)?> FindOriginal(Guid id, CancellationToken stop)
    {
        var found = await store.Read($"""
            select {Columns.Transfer}, (select min(position) from ledger_transfer where original = @id)
            from ledger_transfer where id = @id order by position limit 1
            """, [("id", Columns.Id(engine, id))],
            row => (Columns.ReadTransfer(row, engine), row.GetInt64(13)), stop);
        return found is [{ IsReadable: true } one] ? one.Value : null;
    }

    /// <summary>Both accounts of the transfers at these positions.</summary>
    public async Task<Dictionary<long, (Guid Debit, Guid Credit)>> FindSides(
        IEnumerable<long> positions, CancellationToken stop)
    {
        var found = await store.Read(
            $"select position, debit, credit from ledger_transfer where position in ({string.Join(',', positions)})",
            [], row => (row.GetInt64(0), (Columns.ReadId(row, 1, engine), Columns.ReadId(row, 2, engine))), stop);
        return found.Where(row => row.IsReadable).ToDictionary(row => row.Value.Item1, row => row.Value.Item2);
    }

    /// <summary>A row outside of the log, whose end was read in the same moment.</summary>
    public async Task<LedgerFault?> FindStray(LogEnd end, CancellationToken stop)
    {
        if (end.StrayTransfer is { } position)
        {
            return Faults.OutsideOfLog("ledger_transfer", $"{position}");
        }
        if (end.StrayBatch is { } number)
        {
            return Faults.OutsideOfLog("ledger_batch", $"{number}");
        }
        if (end.StrayOpening is not { } openedIn)
        {
            return null;
        }
        var strays = await store.Read("select id from ledger_account where batch = @batch limit 1",
            [("batch", openedIn)], row => Columns.ReadId(row, 0, engine), stop);
        return Faults.OutsideOfLog("ledger_account",
            strays is [{ IsReadable: true } stray] ? $"{stray.Value}" : $"batch {openedIn}");
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private Account ReadAccount(DbDataReader row) => new(Columns.ReadId(row, 0, engine), row.GetString(1),
        row.GetString(2), (AccountRules)row.GetInt32(3), Columns.ReadInstant(row, 4, engine));

    private StagedTransfer ReadStaged(DbDataReader row) => new(Columns.ReadTransfer(row, engine),
        row.GetInt64(13), Columns.ReadSums(row, 14), row.GetInt64(18), Columns.ReadSums(row, 19));
}

/// <summary>A batch as it is stored.</summary>
internal readonly record struct StoredBatch(long Number, long Position, byte[] Hash);

/// <summary>How far the log goes by the word of its owner, and the outermost rows that there were then.</summary>
internal sealed record LogEnd(long Batch, long Position, (long First, long Last) Transfers,
    (long First, long Last) Batches, (long First, long Last) Openings)
{
    public long? StrayTransfer => Stray(Transfers, Position);

    public long? StrayBatch => Stray(Batches, Batch);

    public long? StrayOpening => Stray(Openings, Batch);

    private static long? Stray((long First, long Last) rows, long end) =>
        rows.First < 1 ? rows.First : rows.Last > end ? rows.Last : null;
}
