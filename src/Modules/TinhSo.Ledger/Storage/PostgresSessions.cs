using Npgsql;
using TinhSo.Kernel.Storage;

namespace TinhSo.Ledger.Storage;

/// <summary>The sessions by which one process writes the ledger, told apart from those of another.</summary>
/// <remarks>
/// A process that freezes amid a transaction keeps its rows locked: its connections stay open, and no limit of the
/// server ends a session that is waited for within a copy or a pipeline. Who takes over has to end them.
/// </remarks>
internal sealed class PostgresSessions(Database database)
{
    /// <summary>Longer than a running writer's transactions take, shorter than a frozen one keeps its lock.</summary>
    private const string Silence = "3 seconds";

    // PostgreSQL cuts names after 63 bytes.
    private const int SchemaMax = 20;

    private readonly string process = $"{Prefix(database)}{Guid.CreateVersion7():N}";

    /// <summary>How to connect as this process.</summary>
    public NpgsqlConnectionStringBuilder Own() => new(database.ConnectionString) { ApplicationName = process };

    /// <summary>Ends what other processes began and have left to lie.</summary>
    /// <param name="connection">One of this process.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task EndSilent(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var end = new NpgsqlCommand($"""
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and usename = current_user
                and starts_with(application_name, $1) and application_name <> $2
                and xact_start < clock_timestamp() - interval '{Silence}'
            """, connection);
        end.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Prefix(database) });
        end.Parameters.Add(new NpgsqlParameter<string> { TypedValue = process });
        await end.ExecuteNonQueryAsync(stop);
    }

    private static string Prefix(Database database)
    {
        var schema = new NpgsqlConnectionStringBuilder(database.ConnectionString).SearchPath ?? "";
        return $"{schema[..Math.Min(schema.Length, SchemaMax)]} of ";
    }
}
