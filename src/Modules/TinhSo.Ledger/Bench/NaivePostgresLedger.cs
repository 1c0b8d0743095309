using Npgsql;

namespace TinhSo.Ledger.Bench;

/// <summary>The naive design on PostgreSQL: a pool of connections, rows locked in the order of their ids.</summary>
internal sealed class NaivePostgresLedger : INaiveLedger
{
    private readonly NpgsqlDataSource source;
    // Callers beyond the pool's size queue here, since the pool itself would time out on them.
    private readonly SemaphoreSlim turns;

    public NaivePostgresLedger(string connectionString, int connections)
    {
        source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxPoolSize = connections,
            MaxAutoPrepare = 10,
            AutoPrepareMinUsages = 2,
        });
        turns = new SemaphoreSlim(connections, connections);
    }

    public async Task Prepare(IReadOnlyList<Guid> accounts, CancellationToken stop)
    {
        await using var create = source.CreateCommand("""
            create table naive_account (id uuid not null primary key, balance bigint not null) with (fillfactor = 80);
            create table naive_transfer (
                id uuid not null primary key, debit uuid not null, credit uuid not null, amount bigint not null,
                code text not null, posted_at timestamptz not null);
            """);
        await create.ExecuteNonQueryAsync(stop);
        await using var open = source.CreateCommand("insert into naive_account select unnest($1), 0");
        open.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. accounts] });
        await open.ExecuteNonQueryAsync(stop);
    }

    public async Task Post(Guid id, Guid debit, Guid credit, long amount)
    {
        await turns.WaitAsync();
        try
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await Execute("select balance from naive_account where id = any($1) order by id for update",
                new NpgsqlParameter<Guid[]> { TypedValue = [debit, credit] });
            await Execute("update naive_account set balance = balance - $2 where id = $1",
                new NpgsqlParameter<Guid> { TypedValue = debit }, new NpgsqlParameter<long> { TypedValue = amount });
            await Execute("update naive_account set balance = balance + $2 where id = $1",
                new NpgsqlParameter<Guid> { TypedValue = credit }, new NpgsqlParameter<long> { TypedValue = amount });
            await Execute("insert into naive_transfer values ($1, $2, $3, $4, 'market.rent', now())",
                new NpgsqlParameter<Guid> { TypedValue = id }, new NpgsqlParameter<Guid> { TypedValue = debit },
                new NpgsqlParameter<Guid> { TypedValue = credit }, new NpgsqlParameter<long> { TypedValue = amount });
            await transaction.CommitAsync();

            async Task Execute(string sql, params NpgsqlParameter[] parameters)
            {
#pragma warning disable CA2100 // The text is this class's own, never input.
                await using var command = new NpgsqlCommand(sql, connection, transaction);
#pragma warning restore CA2100
                command.Parameters.AddRange(parameters);
                await command.ExecuteNonQueryAsync();
            }
        }
        finally
        {
            turns.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        turns.Dispose();
    }
}
