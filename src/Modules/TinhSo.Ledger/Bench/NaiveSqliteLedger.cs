using Microsoft.Data.Sqlite;

namespace TinhSo.Ledger.Bench;

/// <summary>The naive design on SQLite: callers take turns on one connection whose statements are prepared.</summary>
internal sealed class NaiveSqliteLedger(string connectionString) : INaiveLedger
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly SqliteConnection connection = new(connectionString);
    private SqliteCommand? read;
    private SqliteCommand? change;
    private SqliteCommand? insert;

    public async Task Prepare(IReadOnlyList<Guid> accounts, CancellationToken stop)
    {
        await connection.OpenAsync(stop);
        using (var create = connection.CreateCommand())
        {
            create.CommandText = """
                pragma synchronous = full;
                create table naive_account (id blob not null primary key, balance integer not null) strict;
                create table naive_transfer (
                    id blob not null primary key, debit blob not null, credit blob not null, amount integer not null,
                    code text not null, posted_at integer not null) strict;
                """;
            await create.ExecuteNonQueryAsync(stop);
        }
        using (var transaction = connection.BeginTransaction())
        {
            using var open = connection.CreateCommand();
            open.Transaction = transaction;
            open.CommandText = "insert into naive_account (id, balance) values ($id, 0)";
            var id = open.Parameters.Add("$id", SqliteType.Blob);
            foreach (var account in accounts)
            {
                id.Value = account.ToByteArray(bigEndian: true);
                open.ExecuteNonQuery();
            }
            await transaction.CommitAsync(stop);
        }
        read = Command("select balance from naive_account where id = $id", "$id");
        change = Command("update naive_account set balance = balance + $amount where id = $id", "$id", "$amount");
        insert = Command("""
            insert into naive_transfer (id, debit, credit, amount, code, posted_at)
            values ($id, $debit, $credit, $amount, 'market.rent', 0)
            """, "$id", "$debit", "$credit", "$amount");
    }

    public async Task Post(Guid id, Guid debit, Guid credit, long amount)
    {
        await turn.WaitAsync();
        try
        {
            using var transaction = connection.BeginTransaction();
            read!.Transaction = change!.Transaction = insert!.Transaction = transaction;
            foreach (var (account, by) in ((Guid, long)[])[(debit, -amount), (credit, amount)])
            {
                var key = account.ToByteArray(bigEndian: true);
                read.Parameters[0].Value = key;
                _ = (long)read.ExecuteScalar()!;
                change.Parameters[0].Value = key;
                change.Parameters[1].Value = by;
                change.ExecuteNonQuery();
            }
            insert.Parameters[0].Value = id.ToByteArray(bigEndian: true);
            insert.Parameters[1].Value = debit.ToByteArray(bigEndian: true);
            insert.Parameters[2].Value = credit.ToByteArray(bigEndian: true);
            insert.Parameters[3].Value = amount;
            insert.ExecuteNonQuery();
            transaction.Commit();
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in (SqliteCommand?[])[read, change, insert])
        {
            if (command is not null)
            {
                await command.DisposeAsync();
            }
        }
        await connection.DisposeAsync();
        turn.Dispose();
    }

    private SqliteCommand Command(string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is this class's own, never input.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter, Value = DBNull.Value });
        }
        command.Prepare();
        return command;
    }
}
