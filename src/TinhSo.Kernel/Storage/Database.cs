using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace TinhSo.Kernel.Storage;

/// <summary>The database engines that every module must run on.</summary>
public enum Engine
{
    /// <summary>Embedded, one file: to try the platform, develop it, test it, or run one office.</summary>
    Sqlite,

    /// <summary>For production.</summary>
    Postgres,
}

/// <summary>The one database that all modules share.</summary>
/// <param name="Engine">Its engine.</param>
/// <param name="ConnectionString">Where it is.</param>
public sealed record Database(Engine Engine, string ConnectionString)
{
    // SQLite has one writer: those of this process queue here in order, instead of sleeping and trying again.
    private readonly SemaphoreSlim writer = new(1, 1);

    /// <summary>Tells the engine by the connection string: <c>Host=…</c> is PostgreSQL, a file is SQLite.</summary>
    public static Database Parse(string connectionString)
    {
        var keys = new DbConnectionStringBuilder { ConnectionString = connectionString };
        return keys.ContainsKey("Host") || keys.ContainsKey("Server")
            ? new(Engine.Postgres, connectionString)
            : new(Engine.Sqlite, connectionString);
    }

    /// <summary>Opens nothing yet: a plain connection to this database.</summary>
    public DbConnection Connect() => Engine switch
    {
        Engine.Sqlite => new SqliteConnection(ConnectionString),
        Engine.Postgres => new NpgsqlConnection(ConnectionString),
        _ => throw new InvalidOperationException($"No such engine: {Engine}."),
    };

    /// <summary>
    /// Waits for the right to write, and holds it until the answer is disposed. At once on PostgreSQL.
    /// </summary>
    public async Task<IDisposable> EnterWrite(CancellationToken stop)
    {
        if (Engine is Engine.Postgres)
        {
            return Turn.Free;
        }
        await writer.WaitAsync(stop);
        return new Turn(writer);
    }

    internal void Configure(DbContextOptionsBuilder options) => _ = (Engine switch
    {
        Engine.Sqlite => options.UseSqlite(ConnectionString),
        Engine.Postgres => options.UseNpgsql(ConnectionString),
        _ => throw new InvalidOperationException($"No such engine: {Engine}."),
    }).ReplaceService<IModelCacheKeyFactory, ModelCacheByKeys>();

    private sealed class Turn(SemaphoreSlim? writer) : IDisposable
    {
        public static readonly Turn Free = new(null);

        private SemaphoreSlim? held = writer;

        public void Dispose() => Interlocked.Exchange(ref held, null)?.Release();
    }
}
