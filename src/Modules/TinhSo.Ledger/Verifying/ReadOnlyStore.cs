using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Verifying;

/// <summary>A connection that cannot write, and reads rows that may be damaged.</summary>
internal sealed class ReadOnlyStore : IAsyncDisposable
{
    private readonly DbConnection connection;

    private ReadOnlyStore(DbConnection connection) => this.connection = connection;

    /// <summary>Null when there is no such store, or not this table in it: neither is made.</summary>
    public static async Task<ReadOnlyStore?> Open(
        Engine engine, string connectionString, string table, CancellationToken stop)
    {
        if (engine is Engine.Sqlite && !File.Exists(new SqliteConnectionStringBuilder(connectionString).DataSource))
        {
            return null;
        }
        var store = new ReadOnlyStore(Connect(engine, connectionString));
        try
        {
            await store.connection.OpenAsync(stop);
            if (await store.HasTable(engine, table, stop))
            {
                return store;
            }
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
        await store.DisposeAsync();
        return null;
    }

    /// <summary>All rows of a query, whose first column is a key of them.</summary>
    public async Task<List<Stored<T>>> Read<T>(
        string sql, (string Name, object Value)[] values, Func<DbDataReader, T> read, CancellationToken stop)
    {
        await using var command = Command(sql, values);
        await using var row = await command.ExecuteReaderAsync(stop);
        var rows = new List<Stored<T>>();
        while (await row.ReadAsync(stop))
        {
            rows.Add(ReadOne(row, read));
        }
        return rows;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static DbConnection Connect(Engine engine, string connectionString)
    {
        if (engine is Engine.Sqlite)
        {
            return new SqliteConnection(new SqliteConnectionStringBuilder(connectionString)
            {
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ConnectionString);
        }
        var server = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        server.Options = $"{server.Options} -c default_transaction_read_only=on".Trim();
        return new NpgsqlConnection(server.ConnectionString);
    }

    public static Stored<T> ReadOne<T>(DbDataReader row, Func<DbDataReader, T> read)
    {
        try
        {
            return new Stored<T>(true, read(row), "");
        }
        // A word that is none of ours, an id of another length, an instant outside of time.
        catch (Exception damage) when (damage is ArgumentException or InvalidOperationException
            or InvalidCastException or OverflowException)
        {
            return new Stored<T>(false, default!,
                row.GetValue(0) is var key && key is byte[] bytes ? Convert.ToHexStringLower(bytes) : $"{key}");
        }
    }

    private async Task<bool> HasTable(Engine engine, string table, CancellationToken stop)
    {
        await using var command = Command(
            engine is Engine.Sqlite
                ? "select count(*) from sqlite_master where type = 'table' and name = @name"
                : "select count(*) from pg_tables where schemaname = current_schema() and tablename = @name",
            [("name", table)]);
        return (long)(await command.ExecuteScalarAsync(stop))! > 0;
    }

    private DbCommand Command(string sql, (string Name, object Value)[] values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is this folder's own, with nothing but numbers put into it.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            command.Bind(name, value);
        }
        return command;
    }
}

/// <summary>A row of the store, which may hold what nothing of ours could have written.</summary>
/// <param name="IsReadable">Whether <paramref name="Value"/> is there.</param>
/// <param name="Value">What was read.</param>
/// <param name="Key">The row's first column, when it could not be read.</param>
internal readonly record struct Stored<T>(bool IsReadable, T Value, string Key);
