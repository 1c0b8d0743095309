using Npgsql;
using NpgsqlTypes;
using static TinhSo.Ledger.Storage.PostgresStore;

namespace TinhSo.Ledger.Storage;

/// <summary>Balances in the log's own schema, by a connection of their own that does not wait for the disk.</summary>
internal sealed class PostgresBalances(LedgerDatabase ledger) : IBalanceStore
{
    private const string KeepBalances = """
        insert into ledger_balance (account, kind, last, entries, debits, credits, reserved_debits, reserved_credits)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (account) do update set last = excluded.last, entries = excluded.entries,
            debits = excluded.debits, credits = excluded.credits,
            reserved_debits = excluded.reserved_debits, reserved_credits = excluded.reserved_credits
        where excluded.last > ledger_balance.last
        """;

    private const string KeepMarks =
        "insert into ledger_mark (account, position) select * from unnest($1, $2) on conflict do nothing";

    private const string MoveUp = "update ledger_behind set position = greatest(position, $1)";

    private NpgsqlConnection? connection;

    public async Task Write(
        IReadOnlyList<Balance> balances, IReadOnlyList<Mark> marks, long? upTo, CancellationToken stop)
    {
        connection ??= await Open(stop);
        await using var commands = new NpgsqlBatch(connection);
        if (balances.Count > 0)
        {
            commands.BatchCommands.Add(new NpgsqlBatchCommand(KeepBalances)
            {
                Parameters =
                {
                    Column(balances, NpgsqlDbType.Uuid, b => b.Account),
                    Column(balances, NpgsqlDbType.Text, b => b.Kind),
                    Column(balances, NpgsqlDbType.Bigint, b => b.State.Last),
                    Column(balances, NpgsqlDbType.Bigint, b => b.State.Entries),
                    Column(balances, NpgsqlDbType.Bigint, b => b.State.Sums.Debits),
                    Column(balances, NpgsqlDbType.Bigint, b => b.State.Sums.Credits),
                    Column(balances, NpgsqlDbType.Bigint, b => b.State.Sums.ReservedDebits),
                    Column(balances, NpgsqlDbType.Bigint, b => b.State.Sums.ReservedCredits),
                },
            });
        }
        if (marks.Count > 0)
        {
            commands.BatchCommands.Add(new NpgsqlBatchCommand(KeepMarks)
            {
                Parameters =
                {
                    Column(marks, NpgsqlDbType.Uuid, m => m.Account),
                    Column(marks, NpgsqlDbType.Bigint, m => m.Position),
                },
            });
        }
        if (upTo is { } position)
        {
            commands.BatchCommands.Add(new NpgsqlBatchCommand(MoveUp)
            {
                Parameters = { new NpgsqlParameter<long> { TypedValue = position } },
            });
        }
        await commands.ExecuteNonQueryAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
        {
            await connection.DisposeAsync();
            connection = null;
        }
    }

    private async Task<NpgsqlConnection> Open(CancellationToken stop)
    {
        await ledger.Upgrade(stop);
        var own = ledger.Sessions.Own();
        (own.Pooling, own.MaxAutoPrepare, own.AutoPrepareMinUsages) = (false, 10, 2);
        var opened = new NpgsqlConnection(own.ConnectionString);
        await opened.OpenAsync(stop);
        await using var settings = opened.CreateCommand();
        // What is lost with the server is made again from the log; and it never overtakes the log, which it follows
        // in the same write-ahead log.
        settings.CommandText = "set synchronous_commit = off; set plan_cache_mode = force_generic_plan";
        await settings.ExecuteNonQueryAsync(stop);
        return opened;
    }
}
