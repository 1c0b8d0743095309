using System.Data.Common;
using TinhSo.Kernel.Storage;

namespace TinhSo.Ledger.Storage;

/// <summary>Reads what is durable. Any node may; the writer is not asked.</summary>
internal sealed class LedgerReader(LedgerDatabase ledger)
{
    private readonly Engine engine = ledger.Database.Engine;

    public async Task<LedgerAccount?> FindAccount(Guid id, CancellationToken stop)
    {
        await using var connection = await Connect(stop);
        await using var command = Command(connection, """
            select owner, kind, rules, opened_at, debits, credits, reserved_debits, reserved_credits
            from ledger_account where id = @id
            """).Bind("id", Columns.Id(engine, id));
        await using var row = await command.ExecuteReaderAsync(stop);
        return await row.ReadAsync(stop)
            ? new LedgerAccount(id, row.GetString(0), row.GetString(1), (AccountRules)row.GetInt32(2),
                Columns.ReadSums(row, 4).ToBalance(), Columns.ReadInstant(row, 3, engine))
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

    /// <summary>The account's transfers before a position, newest first, each with the balance after it.</summary>
    public async Task<IReadOnlyList<StatementLine>> ReadStatement(
        Guid account, long before, int max, CancellationToken stop)
    {
        await using var connection = await Connect(stop);
        // Each side by its own index, and only as many rows of each as the page can take.
        await using var command = Command(connection, $"""
            select * from (
                select * from (
                    select {Columns.Transfer}, -1 as side, debit_credits - debit_debits as balance
                    from ledger_transfer where debit = @account and position < @before
                    order by position desc limit @max) as debited
                union all
                select * from (
                    select {Columns.Transfer}, 1 as side, credit_credits - credit_debits as balance
                    from ledger_transfer where credit = @account and position < @before
                    order by position desc limit @max) as credited) as both_sides
            order by position desc limit @max
            """).Bind("account", Columns.Id(engine, account)).Bind("before", before).Bind("max", max);
        await using var row = await command.ExecuteReaderAsync(stop);
        var lines = new List<StatementLine>();
        while (await row.ReadAsync(stop))
        {
            var transfer = Columns.ReadTransfer(row, engine);
            var moves = transfer.Kind is TransferKind.Post or TransferKind.Capture or TransferKind.Reverse;
            lines.Add(new StatementLine(transfer, moves ? row.GetInt32(13) * transfer.Amount : 0, row.GetInt64(14)));
        }
        return lines;
    }

    public async Task<LedgerBalance?> ReadBalance(Guid account, DateTimeOffset moment, CancellationToken stop)
    {
        if (await FindAccount(account, stop) is null)
        {
            return null;
        }
        await using var connection = await Connect(stop);
        var position = await PositionAt(connection, moment, stop);
        await using var command = Command(connection, """
            select debits, credits, reserved_debits, reserved_credits from (
                select * from (
                    select position, debit_debits as debits, debit_credits as credits,
                        debit_reserved_debits as reserved_debits, debit_reserved_credits as reserved_credits
                    from ledger_transfer where debit = @account and position <= @position
                    order by position desc limit 1) as debited
                union all
                select * from (
                    select position, credit_debits, credit_credits, credit_reserved_debits, credit_reserved_credits
                    from ledger_transfer where credit = @account and position <= @position
                    order by position desc limit 1) as credited) as both_sides
            order by position desc limit 1
            """).Bind("account", Columns.Id(engine, account)).Bind("position", position);
        await using var row = await command.ExecuteReaderAsync(stop);
        return await row.ReadAsync(stop) ? Columns.ReadSums(row, 0).ToBalance() : new LedgerBalance(0, 0, 0, 0);
    }

    public async Task<TrialBalance> ReadTrialBalance(CancellationToken stop)
    {
        await using var connection = await Connect(stop);
        // One statement, so one snapshot. Summed in halves of 32 bits, since the whole may not fit in 64.
        await using var command = Command(connection, """
            select owner.position, account.kind, count(account.id),
                cast(coalesce(sum(debits >> 32), 0) as bigint),
                cast(coalesce(sum(debits & 4294967295), 0) as bigint),
                cast(coalesce(sum(credits >> 32), 0) as bigint),
                cast(coalesce(sum(credits & 4294967295), 0) as bigint)
            from ledger_owner owner left join ledger_account account on 1 = 1
            group by owner.position, account.kind order by account.kind
            """);
        await using var row = await command.ExecuteReaderAsync(stop);
        var position = 0L;
        var kinds = new List<TrialBalanceLine>();
        while (await row.ReadAsync(stop))
        {
            position = row.GetInt64(0);
            if (!row.IsDBNull(1))
            {
                kinds.Add(new TrialBalanceLine(row.GetString(1), row.GetInt64(2), Whole(row, 3), Whole(row, 5)));
            }
        }
        // Collations differ between engines and servers; this order does not.
        kinds.Sort((a, b) => string.CompareOrdinal(a.Kind, b.Kind));
        return new TrialBalance(position,
            kinds.Aggregate(Int128.Zero, (sum, kind) => sum + kind.Debits),
            kinds.Aggregate(Int128.Zero, (sum, kind) => sum + kind.Credits), kinds);
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
        var connection = ledger.Database.Connect();
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
