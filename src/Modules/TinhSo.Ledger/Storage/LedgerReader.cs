using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Books;

namespace TinhSo.Ledger.Storage;

/// <summary>Reads what is durable. Any node may; the writer is not asked.</summary>
internal sealed class LedgerReader(LedgerDatabase ledger)
{
    private readonly Engine engine = ledger.Database.Engine;

    public async Task<LedgerAccount?> FindAccount(Guid id, CancellationToken stop)
    {
        await using var connection = await Connect(stop);
        return await FindAccount(connection, id, stop) is { } account
            ? account with { Balance = (await ReadHead(connection, id, stop)).Sums.ToBalance() }
            : null;
    }

    public async Task<LedgerTransfer?> FindTransfer(Guid id, CancellationToken stop)
    {
        await using var connection = await Connect(stop);
        await using var command = Command(connection,
            $"select {Columns.Transfer} from ledger_transfer where id = @id").Bind("id", Columns.Id(engine, id));
        return (await ReadTransfers(command, stop)).SingleOrDefault();
    }

    public async Task<IReadOnlyList<LedgerTransfer>> ReadLog(long after, int max, CancellationToken stop)
    {
        await using var connection = await Connect(stop);
        await using var command = Command(connection, $"""
            select {Columns.Transfer} from ledger_transfer where position > @after order by position limit @max
            """).Bind("after", after).Bind("max", max);
        return await ReadTransfers(command, stop);
    }

    /// <summary>The batch that holds the last transfer before a moment; null when there is none.</summary>
    public async Task<(long Batch, long Position, byte[] Hash)?> ReadRoot(DateTimeOffset before, CancellationToken stop)
    {
        await using var connection = await Connect(stop);
        var position = await PositionAt(connection, before.AddMicroseconds(-1), stop);
        if (position == 0)
        {
            return null;
        }
        // Numbers have no gaps and positions never run back: the first batch that reaches so far, found by halving.
        await using var command = Command(connection, """
            with recursive narrowed (low, high) as (
                select cast(1 as bigint), (select batch from ledger_owner)
                union all
                select case when middle.position < @position then middle.number + 1 else low end,
                    case when middle.position < @position then high else middle.number end
                from narrowed join ledger_batch middle on middle.number = (low + high) / 2
                where low < high)
            select number, position, hash from narrowed join ledger_batch on number = low where low >= high
            """).Bind("position", position);
        await using var row = await command.ExecuteReaderAsync(stop);
        return await row.ReadAsync(stop) ? (row.GetInt64(0), row.GetInt64(1), (byte[])row[2]) : null;
    }

    /// <summary>The account's rows from a position of its own back, and where the next page begins.</summary>
    public async Task<(IReadOnlyList<StatementLine> Lines, long? Next)> ReadStatement(
        Guid account, long? from, int max, CancellationToken stop)
    {
        await using var connection = await Connect(stop);
        await using var command = Command(connection, $"""
            with recursive walked (position, step) as (
                select cast(@from as bigint), 1
                union all
                select case when debit = @account then debit_before else credit_before end, step + 1
                from walked join ledger_transfer using (position)
                where step < @max and (debit = @account or credit = @account))
            select {Columns.Transfer}, case when debit = @account then -1 else 1 end,
                case when debit = @account then debit_credits - debit_debits else credit_credits - credit_debits end,
                case when debit = @account then debit_before else credit_before end
            from walked join ledger_transfer using (position)
            where debit = @account or credit = @account
            order by position desc
            """).Bind("account", Columns.Id(engine, account)).Bind("max", max)
            .Bind("from", from ?? (await ReadHead(connection, account, stop)).Last);
        await using var row = await command.ExecuteReaderAsync(stop);
        var lines = new List<StatementLine>();
        var next = 0L;
        while (await row.ReadAsync(stop))
        {
            var transfer = Columns.ReadTransfer(row, engine);
            var moves = transfer.Kind is TransferKind.Post or TransferKind.Capture or TransferKind.Reverse;
            lines.Add(new StatementLine(transfer, moves ? row.GetInt32(13) * transfer.Amount : 0, row.GetInt64(14)));
            next = row.GetInt64(15);
        }
        return (lines, lines.Count == max && next > 0 ? next : null);
    }

    public async Task<LedgerBalance?> ReadBalance(Guid account, DateTimeOffset moment, CancellationToken stop)
    {
        await using var connection = await Connect(stop);
        if (await FindAccount(connection, account, stop) is null)
        {
            return null;
        }
        var position = await PositionAt(connection, moment, stop);
        var head = await ReadHead(connection, account, stop);
        if (head.Last <= position)
        {
            return head.Sums.ToBalance();
        }
        var mark = await FindMark(account, position, stop) ?? head.Last;
        await using var command = Command(connection, """
            with recursive walked (position) as (
                select cast(@mark as bigint)
                union all
                select case when debit = @account then debit_before else credit_before end
                from walked join ledger_transfer using (position)
                where position > @position)
            select case when debit = @account then debit_debits else credit_debits end,
                case when debit = @account then debit_credits else credit_credits end,
                case when debit = @account then debit_reserved_debits else credit_reserved_debits end,
                case when debit = @account then debit_reserved_credits else credit_reserved_credits end
            from walked join ledger_transfer using (position)
            where position <= @position
            """).Bind("account", Columns.Id(engine, account)).Bind("mark", mark).Bind("position", position);
        await using var row = await command.ExecuteReaderAsync(stop);
        return (await row.ReadAsync(stop) ? Columns.ReadSums(row, 0) : default).ToBalance();
    }

    public async Task<TrialBalance> ReadTrialBalance(CancellationToken stop)
    {
        await using var connection = await Connect(stop);
        await using var behind = await ConnectBalances(stop);
        // One moment of the balances, to which the rows behind it are then added.
        await using var moment = await BeginReading(behind, stop);
        var upTo = await ReadUpTo(behind, stop);
        var kinds = await SumByKind(behind, stop);
        foreach (var (kind, accounts) in await CountAccounts(connection, stop))
        {
            kinds[kind] = kinds.GetValueOrDefault(kind) with { Accounts = accounts };
        }
        var (position, latest) = await ReadLatest(connection, upTo, stop);
        foreach (var (account, sums) in latest)
        {
            var (kind, before) = await FindBalance(behind, account, stop)
                ?? ((await FindAccount(connection, account, stop))!.Kind, default);
            var sum = kinds.GetValueOrDefault(kind);
            kinds[kind] = sum with
            {
                Debits = sum.Debits + sums.Debits - before.Debits,
                Credits = sum.Credits + sums.Credits - before.Credits,
            };
        }
        // Collations differ between engines and servers; this order does not.
        var lines = kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => new TrialBalanceLine(kind.Key, kind.Value.Accounts, kind.Value.Debits, kind.Value.Credits))
            .ToList();
        return new TrialBalance(position,
            lines.Aggregate(Int128.Zero, (sum, kind) => sum + kind.Debits),
            lines.Aggregate(Int128.Zero, (sum, kind) => sum + kind.Credits), lines);
    }

    // On SQLite a transaction is begun for writing unless it is told that it only reads.
    private static async Task<DbTransaction> BeginReading(DbConnection connection, CancellationToken stop) =>
        connection is SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: true)
            : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);

    private readonly record struct KindSum(long Accounts, Int128 Debits, Int128 Credits);

    private static async Task<Dictionary<string, KindSum>> SumByKind(DbConnection behind, CancellationToken stop)
    {
        // Summed in halves of 32 bits, since the whole may not fit in 64.
        await using var command = Command(behind, """
            select kind,
                cast(sum(debits >> 32) as bigint), cast(sum(debits & 4294967295) as bigint),
                cast(sum(credits >> 32) as bigint), cast(sum(credits & 4294967295) as bigint)
            from ledger_balance group by kind
            """);
        await using var row = await command.ExecuteReaderAsync(stop);
        var kinds = new Dictionary<string, KindSum>();
        while (await row.ReadAsync(stop))
        {
            kinds.Add(row.GetString(0), new KindSum(0, Whole(row, 1), Whole(row, 3)));
        }
        return kinds;
    }

    private static async Task<Dictionary<string, long>> CountAccounts(DbConnection connection, CancellationToken stop)
    {
        await using var command = Command(connection, "select kind, count(*) from ledger_account group by kind");
        await using var row = await command.ExecuteReaderAsync(stop);
        var counts = new Dictionary<string, long>();
        while (await row.ReadAsync(stop))
        {
            counts.Add(row.GetString(0), row.GetInt64(1));
        }
        return counts;
    }

    /// <summary>What the rows behind a position left on their accounts, and the last of those rows.</summary>
    private async Task<(long Position, Dictionary<Guid, Sums> Latest)> ReadLatest(
        DbConnection connection, long after, CancellationToken stop)
    {
        await using var command = Command(connection, """
            select position, debit, debit_debits, debit_credits, debit_reserved_debits, debit_reserved_credits,
                credit, credit_debits, credit_credits, credit_reserved_debits, credit_reserved_credits
            from ledger_transfer where position > @after order by position
            """).Bind("after", after);
        await using var row = await command.ExecuteReaderAsync(stop);
        var latest = new Dictionary<Guid, Sums>();
        var position = after;
        while (await row.ReadAsync(stop))
        {
            position = row.GetInt64(0);
            latest[Columns.ReadId(row, 1, engine)] = Columns.ReadSums(row, 2);
            latest[Columns.ReadId(row, 6, engine)] = Columns.ReadSums(row, 7);
        }
        return (position, latest);
    }

    private async Task<(string Kind, Sums Sums)?> FindBalance(DbConnection behind, Guid account, CancellationToken stop)
    {
        await using var command = Command(behind,
            "select kind, debits, credits, reserved_debits, reserved_credits from ledger_balance where account = @id")
            .Bind("id", Columns.Id(engine, account));
        await using var row = await command.ExecuteReaderAsync(stop);
        return await row.ReadAsync(stop) ? (row.GetString(0), Columns.ReadSums(row, 1)) : null;
    }

    private async Task<LedgerAccount?> FindAccount(DbConnection connection, Guid id, CancellationToken stop)
    {
        await using var command = Command(connection,
            "select owner, kind, rules, opened_at from ledger_account where id = @id")
            .Bind("id", Columns.Id(engine, id));
        await using var row = await command.ExecuteReaderAsync(stop);
        return await row.ReadAsync(stop)
            ? new LedgerAccount(id, row.GetString(0), row.GetString(1), (AccountRules)row.GetInt32(2),
                new LedgerBalance(0, 0, 0, 0), Columns.ReadInstant(row, 3, engine))
            : null;
    }

    /// <summary>What stands on an account, and after which row: as written behind, or by a row since.</summary>
    private async Task<AccountState> ReadHead(DbConnection connection, Guid account, CancellationToken stop)
    {
        var (upTo, head) = await ReadWrittenHead(account, stop);
        await using var command = Command(connection, """
            select position, debit = @account, debit_debits, debit_credits, debit_reserved_debits,
                debit_reserved_credits, credit_debits, credit_credits, credit_reserved_debits, credit_reserved_credits
            from ledger_transfer where position > @after and (debit = @account or credit = @account)
            order by position desc limit 1
            """).Bind("account", Columns.Id(engine, account)).Bind("after", Math.Max(upTo, head.Last));
        await using var row = await command.ExecuteReaderAsync(stop);
        return await row.ReadAsync(stop)
            ? new AccountState(Columns.ReadSums(row, row.GetBoolean(1) ? 2 : 6), row.GetInt64(0), head.Entries)
            : head;
    }

    private async Task<(long UpTo, AccountState Head)> ReadWrittenHead(Guid account, CancellationToken stop)
    {
        await using var behind = await ConnectBalances(stop);
        await using var command = Command(behind, """
            select position, coalesce(debits, 0), coalesce(credits, 0), coalesce(reserved_debits, 0),
                coalesce(reserved_credits, 0), coalesce(last, 0), coalesce(entries, 0)
            from ledger_behind left join ledger_balance on account = @account
            """).Bind("account", Columns.Id(engine, account));
        await using var row = await command.ExecuteReaderAsync(stop);
        await row.ReadAsync(stop);
        return (row.GetInt64(0), new AccountState(Columns.ReadSums(row, 1), row.GetInt64(5), row.GetInt64(6)));
    }

    /// <summary>The first marked row of an account behind a position, to walk back from.</summary>
    private async Task<long?> FindMark(Guid account, long position, CancellationToken stop)
    {
        await using var behind = await ConnectBalances(stop);
        await using var command = Command(behind, """
            select position from ledger_mark where account = @account and position > @position
            order by position limit 1
            """).Bind("account", Columns.Id(engine, account)).Bind("position", position);
        return (long?)await command.ExecuteScalarAsync(stop);
    }

    private static async Task<long> ReadUpTo(DbConnection behind, CancellationToken stop)
    {
        await using var command = Command(behind, "select position from ledger_behind");
        return (long)(await command.ExecuteScalarAsync(stop))!;
    }

    private static Int128 Whole(DbDataReader row, int column) =>
        ((Int128)row.GetInt64(column) << 32) + row.GetInt64(column + 1);

    // Times never decrease along the log, so the last position up to a moment is found by halving: no index is needed.
    private async Task<long> PositionAt(DbConnection connection, DateTimeOffset moment, CancellationToken stop)
    {
        await using var command = Command(connection, """
            with recursive narrowed (low, high) as (
                select cast(0 as bigint), (select position from ledger_owner)
                union all
                select case when middle.posted_at <= @moment then middle.position else low end,
                    case when middle.posted_at <= @moment then high else middle.position - 1 end
                from narrowed join ledger_transfer middle on middle.position = (low + high + 1) / 2
                where low < high)
            select low from narrowed where low >= high
            """).Bind("moment", Columns.Instant(engine, moment));
        return (long)(await command.ExecuteScalarAsync(stop))!;
    }

    private async Task<List<LedgerTransfer>> ReadTransfers(DbCommand command, CancellationToken stop)
    {
        await using var row = await command.ExecuteReaderAsync(stop);
        var transfers = new List<LedgerTransfer>();
        while (await row.ReadAsync(stop))
        {
            transfers.Add(Columns.ReadTransfer(row, engine));
        }
        return transfers;
    }

    private async Task<DbConnection> Connect(CancellationToken stop)
    {
        await ledger.Upgrade(stop);
        return await Open(ledger.Database.Connect(), stop);
    }

    private Task<DbConnection> ConnectBalances(CancellationToken stop) => Open(ledger.ConnectBalances(), stop);

    private static async Task<DbConnection> Open(DbConnection connection, CancellationToken stop)
    {
        try
        {
            await connection.OpenAsync(stop);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static DbCommand Command(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is this class's own, never input.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
