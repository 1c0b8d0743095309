using Microsoft.Data.Sqlite;

namespace TinhSo.Ledger.Storage;

/// <summary>Balances in a file beside the log's, so that neither waits for the other.</summary>
/// <remarks>
/// The file may be lost or deleted: it is made again from the log. So it need not be forced to the disk at each piece,
/// only be whole, which its write-ahead log sees to.
/// </remarks>
internal sealed class SqliteBalances(LedgerDatabase ledger) : IBalanceStore
{
    public const string Schema = """
        create table if not exists ledger_balance (
            account          blob    not null primary key,
            kind             text    not null,
            last             integer not null,
            entries          integer not null,
            debits           integer not null check (debits >= 0),
            credits          integer not null check (credits >= 0),
            reserved_debits  integer not null check (reserved_debits >= 0),
            reserved_credits integer not null check (reserved_credits >= 0)
        ) strict, without rowid;
        create table if not exists ledger_mark (
            account  blob    not null,
            position integer not null,
            primary key (account, position)
        ) strict, without rowid;
        create table if not exists ledger_behind (
            one      integer not null primary key check (one = 1),
            position integer not null
        ) strict;
        insert or ignore into ledger_behind (one, position) values (1, 0);
        """;

    private SqliteConnection? connection;
    private SqliteStatement? keepBalance;
    private SqliteStatement? keepMark;
    private SqliteStatement? moveUp;

    public async Task Write(
        IReadOnlyList<Balance> balances, IReadOnlyList<Mark> marks, long? upTo, CancellationToken stop)
    {
        if (connection is null)
        {
            await Open(stop);
        }
        await using var transaction = connection!.BeginTransaction();
        foreach (var (account, kind, (sums, last, entries)) in balances)
        {
            keepBalance!.Add(account).Add(kind).Add(last).Add(entries).Add(sums.Debits).Add(sums.Credits)
                .Add(sums.ReservedDebits).Add(sums.ReservedCredits).Run();
        }
        foreach (var (account, position) in marks)
        {
            keepMark!.Add(account).Add(position).Run();
        }
        if (upTo is { } position1)
        {
            moveUp!.Add(position1).Run();
        }
        await transaction.CommitAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        keepBalance?.Dispose();
        keepMark?.Dispose();
        moveUp?.Dispose();
        if (connection is not null)
        {
            await connection.DisposeAsync();
            connection = null;
        }
    }

    private async Task Open(CancellationToken stop)
    {
        await ledger.Upgrade(stop);
        var own = new SqliteConnectionStringBuilder(ledger.BalancesConnectionString) { Pooling = false };
        connection = new SqliteConnection(own.ConnectionString);
        await connection.OpenAsync(stop);
        await using var pragmas = connection.CreateCommand();
        pragmas.CommandText = "pragma synchronous = normal; pragma cache_size = -65536";
        await pragmas.ExecuteNonQueryAsync(stop);
        keepBalance = new SqliteStatement(connection.Handle!, """
            insert into ledger_balance (
                account, kind, last, entries, debits, credits, reserved_debits, reserved_credits)
            values (?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (account) do update set last = excluded.last, entries = excluded.entries,
                debits = excluded.debits, credits = excluded.credits,
                reserved_debits = excluded.reserved_debits, reserved_credits = excluded.reserved_credits
            where excluded.last > ledger_balance.last
            """);
        keepMark = new SqliteStatement(
            connection.Handle!, "insert or ignore into ledger_mark (account, position) values (?, ?)");
        moveUp = new SqliteStatement(
            connection.Handle!, "update ledger_behind set position = max(position, ?)");
    }
}
