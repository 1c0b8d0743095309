using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using TinhSo.Kernel.Storage;

namespace TinhSo.Ledger.Storage;

/// <summary>Where the ledger's own store is, with its schema brought up to date before the first use.</summary>
/// <param name="database">The store; on PostgreSQL its search path is the ledger's own schema.</param>
/// <param name="clock">Says when a script ran.</param>
internal sealed class LedgerDatabase(Database database, TimeProvider clock)
{
    public const string PostgresSchema = "ledger";
    private const long SchemaLock = 4712;

    private readonly Lazy<PostgresSessions> sessions = new(() => new PostgresSessions(database));
    private readonly SemaphoreSlim gate = new(1, 1);
    private volatile bool upgraded;

    public Database Database => database;

    /// <summary>How PostgreSQL knows this process among those that write the ledger.</summary>
    public PostgresSessions Sessions => sessions.Value;

    /// <summary>Where balances are written behind: a file beside the log's, or the same schema on PostgreSQL.</summary>
    public string BalancesConnectionString { get; } = database.Engine is Engine.Sqlite
        ? BesideFile(database, "balances").ConnectionString
        : database.ConnectionString;

    /// <summary>The store that belongs to the platform's database: the file beside it, or a schema within it.</summary>
    public static Database Beside(Database platform, string? configured, string schema = PostgresSchema)
    {
        var database = configured is null ? platform : Database.Parse(configured);
        if (database.Engine is Engine.Postgres)
        {
            var server = new NpgsqlConnectionStringBuilder(database.ConnectionString) { SearchPath = schema };
            return new Database(Engine.Postgres, server.ConnectionString);
        }
        if (configured is not null)
        {
            return database;
        }
        var file = new SqliteConnectionStringBuilder(platform.ConnectionString);
        if (file.DataSource.Length == 0 || file.DataSource == ":memory:" || file.Mode is SqliteOpenMode.Memory)
        {
            throw new InvalidOperationException("The ledger keeps money: it needs a file, not memory.");
        }
        return new Database(Engine.Sqlite, BesideFile(platform, schema).ConnectionString);
    }

    /// <summary>Runs the schema scripts that this store has not seen; at once when that is done.</summary>
    public async Task Upgrade(CancellationToken stop)
    {
        if (upgraded)
        {
            return;
        }
        await gate.WaitAsync(stop);
        try
        {
            if (!upgraded)
            {
                await CreateSchema(stop);
                await SchemaUpgrade.Run(database, [new(typeof(LedgerDatabase).Assembly, null)], clock, stop);
                await CreateBalances(stop);
                upgraded = true;
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>A connection to where balances are written behind.</summary>
    public DbConnection ConnectBalances() => new Database(database.Engine, BalancesConnectionString).Connect();

    /// <summary>The store of balances, which whoever writes them holds.</summary>
    public IBalanceStore OpenBalances() =>
        database.Engine is Engine.Sqlite ? new SqliteBalances(this) : new PostgresBalances(this);

    /// <summary>The writer's own store, which it holds as long as it lives.</summary>
    public ILedgerStore OpenStore() => database.Engine switch
    {
        Engine.Sqlite => new SqliteStore(this, clock),
        Engine.Postgres => new PostgresStore(this),
        _ => throw new InvalidOperationException($"No such engine: {database.Engine}."),
    };

    private static SqliteConnectionStringBuilder BesideFile(Database database, string name)
    {
        var file = new SqliteConnectionStringBuilder(database.ConnectionString);
        file.DataSource = Path.Combine(
            Path.GetDirectoryName(file.DataSource) ?? "",
            $"{Path.GetFileNameWithoutExtension(file.DataSource)}-{name}{Path.GetExtension(file.DataSource)}");
        return file;
    }

    private async Task CreateBalances(CancellationToken stop)
    {
        if (database.Engine is not Engine.Sqlite)
        {
            return;
        }
        await using var connection = ConnectBalances();
        await connection.OpenAsync(stop);
        await using var create = connection.CreateCommand();
#pragma warning disable CA2100 // The text is the program's own.
        create.CommandText = $"pragma journal_mode = wal; {SqliteBalances.Schema}";
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync(stop);
    }

    private async Task CreateSchema(CancellationToken stop)
    {
        if (database.Engine is not Engine.Postgres)
        {
            return;
        }
        var schema = new NpgsqlConnectionStringBuilder(database.ConnectionString).SearchPath!;
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        // Two hosts that start at once would both try to create it, and one would fail.
        await using var create = connection.CreateCommand();
#pragma warning disable CA2100 // The schema's name is the program's own or the configuration's, never input.
        create.CommandText = $"""
            select pg_advisory_xact_lock({SchemaLock});
            create schema if not exists "{schema.Replace("\"", "\"\"", StringComparison.Ordinal)}";
            """;
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync(stop);
        await transaction.CommitAsync(stop);
    }
}
