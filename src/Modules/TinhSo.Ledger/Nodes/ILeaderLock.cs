using System.Data;
using Microsoft.Data.Sqlite;
using Npgsql;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Nodes;

/// <summary>Chooses among nodes the one that writes.</summary>
/// <remarks>
/// It only chooses. That two never write is seen to by the epoch in every batch, also when a node believes for too long
/// that it was chosen.
/// </remarks>
internal interface ILeaderLock : IAsyncDisposable
{
    /// <summary>Takes it or keeps it; false while another node has it. Called every second or so.</summary>
    Task<bool> Hold(CancellationToken stop);

    /// <summary>Lets another node have it.</summary>
    Task LetGo();
}

/// <summary>An advisory lock, held by a connection of its own.</summary>
internal sealed class PostgresLeaderLock(LedgerDatabase ledger) : ILeaderLock
{
    // Beside the key of the ledger's schema, so that several ledgers may share a database.
    private const int Key = 4713;

    private NpgsqlConnection? connection;

    public async Task<bool> Hold(CancellationToken stop)
    {
        var holds = connection?.FullState is ConnectionState.Open;
        try
        {
            if (!holds)
            {
                await Connect(stop);
            }
            await using var hold = new NpgsqlCommand(
                holds ? "select true" : $"select pg_try_advisory_lock({Key}, hashtext(current_schema))", connection);
            if (await hold.ExecuteScalarAsync(stop) is true)
            {
                return true;
            }
            await LetGo();
            return false;
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException)
        {
            await LetGo();
            if (holds && failure is NpgsqlException)
            {
                // The connection was lost, and the lock with it: perhaps nobody has taken it since.
                return await Hold(stop);
            }
            throw;
        }
    }

    public async Task LetGo()
    {
        if (connection is not null)
        {
            await connection.DisposeAsync();
            connection = null;
        }
    }

    public async ValueTask DisposeAsync() => await LetGo();

    private async Task Connect(CancellationToken stop)
    {
        await ledger.Upgrade(stop);
        connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(ledger.Database.ConnectionString)
            {
                Pooling = false,
                Timeout = 5,
                CommandTimeout = 5,
                // A node that froze, or whose machine is gone, asks for nothing: the server then frees what it held.
                Options = "-c idle_session_timeout=5s",
            }.ConnectionString);
        await connection.OpenAsync(stop);
    }
}

/// <summary>A file beside the ledger's, which one process has open: all nodes are on one machine then.</summary>
internal sealed class SqliteLeaderLock(LedgerDatabase ledger) : ILeaderLock
{
    private readonly string path =
        new SqliteConnectionStringBuilder(ledger.Database.ConnectionString).DataSource + ".lock";

    private FileStream? file;

    public Task<bool> Hold(CancellationToken stop)
    {
        try
        {
            file ??= new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return Task.FromResult(true);
        }
        catch (IOException) when (File.Exists(path))
        {
            return Task.FromResult(false);
        }
    }

    public async Task LetGo()
    {
        if (file is not null)
        {
            await file.DisposeAsync();
            file = null;
        }
    }

    public async ValueTask DisposeAsync() => await LetGo();
}
