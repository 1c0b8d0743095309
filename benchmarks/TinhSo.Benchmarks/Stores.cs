using Microsoft.Data.Sqlite;
using Npgsql;
using TinhSo.Kernel.Storage;

namespace TinhSo.Benchmarks;

/// <summary>Makes databases for a session, and removes each when it is done, or all at the end.</summary>
internal sealed class Stores(Plan plan) : IAsyncDisposable
{
    private readonly string folder = Path.Combine(plan.Folder, $"tinhso-bench-{Environment.ProcessId}");
    private readonly List<Database> made = [];
    private int count;

    /// <summary>A new database: one of the server, or a file in a folder of its own.</summary>
    public async Task<Database> Make(Engine engine, CancellationToken stop)
    {
        count++;
        if (engine is Engine.Sqlite)
        {
            var own = Directory.CreateDirectory(Path.Combine(folder, $"{count}")).FullName;
            return Keep(new Database(engine, $"Data Source={Path.Combine(own, "ledger.db")}"));
        }
        var name = $"tinhso_bench_{Environment.ProcessId}_{count}";
        await Execute($"create database {name}", stop);
        var server = new NpgsqlConnectionStringBuilder(plan.Postgres) { Database = name };
        return Keep(new Database(engine, server.ConnectionString));
    }

    /// <summary>A place for other files; it goes away with all else.</summary>
    public string Folder => Directory.CreateDirectory(folder).FullName;

    public async Task Remove(Database database)
    {
        if (database.Engine is Engine.Sqlite)
        {
            SqliteConnection.ClearAllPools();
            var file = new SqliteConnectionStringBuilder(database.ConnectionString).DataSource;
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
        else
        {
            NpgsqlConnection.ClearAllPools();
            var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
            await Execute($"drop database {name} with (force)", CancellationToken.None);
        }
        made.Remove(database);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in made.ToArray())
        {
            await Remove(database);
        }
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Database Keep(Database database)
    {
        made.Add(database);
        return database;
    }

    private async Task Execute(string sql, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(plan.Postgres);
        await connection.OpenAsync(stop);
#pragma warning disable CA2100 // The names in it are made here.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(stop);
    }
}
