using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using TinhSo.Kernel.Storage;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>What stands on an account by the word of one row.</summary>
internal readonly record struct Standing(long Debits, long Credits, long ReservedDebits, long ReservedCredits);

/// <summary>A row of the log, and what it says stood on both accounts after it.</summary>
internal sealed record Row(LedgerTransfer Transfer, Standing Debit, Standing Credit);

/// <summary>The tables as they are, read by nothing of the engine.</summary>
internal sealed class Tables
{
    private const string AccountsSql = "select id, owner, kind, rules from ledger_account";

    private const string RowsSql = """
        select position, id, kind, debit, credit, amount, code, channel, place, reference, original, expires_at, posted_at,
            debit_debits, debit_credits, debit_reserved_debits, debit_reserved_credits,
            credit_debits, credit_credits, credit_reserved_debits, credit_reserved_credits
        from ledger_transfer order by position
        """;

    private Tables(IReadOnlyDictionary<Guid, AccountOrder> accounts, IReadOnlyList<Row> rows) =>
        (Accounts, Rows) = (accounts, rows);

    public IReadOnlyDictionary<Guid, AccountOrder> Accounts { get; }

    /// <summary>By position.</summary>
    public IReadOnlyList<Row> Rows { get; }

    public static async Task<Tables> Read(Database store)
    {
        await using var connection = await Connect(store);
        var accounts = await Read(connection, AccountsSql, row => new AccountOrder(
            Id(row, 0), row.GetString(1), row.GetString(2), (AccountRules)row.GetInt32(3)));
        return new Tables(accounts.ToDictionary(account => account.Id), await Read(connection, RowsSql, RowOf));
    }

    /// <summary>How many reservations that expire are neither settled nor released.</summary>
    public static async Task<long> CountExpiring(Database store)
    {
        await using var connection = await Connect(store);
        var counts = await Read(connection, """
            select count(*) from ledger_transfer reserved where expires_at is not null
                and not exists (select 1 from ledger_transfer settled where settled.original = reserved.id)
            """, row => row.GetInt64(0));
        return counts[0];
    }

    private static async Task<DbConnection> Connect(Database store)
    {
        DbConnection connection = store.Engine is Engine.Sqlite
            ? new SqliteConnection(store.ConnectionString)
            : new NpgsqlConnection(store.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<List<T>> Read<T>(DbConnection connection, string sql, Func<DbDataReader, T> read)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is this class's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var row = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await row.ReadAsync())
        {
            rows.Add(read(row));
        }
        return rows;
    }

    private static Row RowOf(DbDataReader row) => new(
        new LedgerTransfer(row.GetInt64(0), Id(row, 1), Enum.Parse<TransferKind>(row.GetString(2), ignoreCase: true), Id(row, 3),
            Id(row, 4), row.GetInt64(5), row.GetString(6), row.GetString(7), Text(row, 8), Text(row, 9),
            row.IsDBNull(10) ? null : Id(row, 10), row.IsDBNull(11) ? null : Instant(row, 11), Instant(row, 12)),
        StandingOf(row, 13), StandingOf(row, 17));

    private static Standing StandingOf(DbDataReader row, int column) =>
        new(row.GetInt64(column), row.GetInt64(column + 1), row.GetInt64(column + 2), row.GetInt64(column + 3));

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static Guid Id(DbDataReader row, int column) => row is SqliteDataReader
        ? new Guid(row.GetFieldValue<byte[]>(column), bigEndian: true)
        : row.GetGuid(column);

    // Microseconds since 1970 in SQLite.
    private static DateTimeOffset Instant(DbDataReader row, int column) => row is SqliteDataReader
        ? DateTimeOffset.UnixEpoch.AddMicroseconds(row.GetInt64(column))
        : new DateTimeOffset(row.GetDateTime(column), TimeSpan.Zero);
}
