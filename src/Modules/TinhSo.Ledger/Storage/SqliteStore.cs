using Microsoft.Data.Sqlite;
using SQLitePCL;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Books;

namespace TinhSo.Ledger.Storage;

/// <summary>The store in a SQLite file of its own, whose only writer this is.</summary>
internal sealed class SqliteStore(LedgerDatabase ledger, TimeProvider clock) : ILedgerStore
{
    private const int RowsAtOnce = 16;
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(1);

    private Statements? open;
    private long checkpointedAt = clock.GetTimestamp();
    private Task checkpoint = Task.CompletedTask;

    public async Task<Taken> Take(Guid writer, bool goesOn, CancellationToken stop)
    {
        await ledger.Upgrade(stop);
        // A connection that has failed once is not trusted again.
        await Close();
        open = await Statements.Open(ledger.Database.ConnectionString, stop);
        await using var balances = ledger.ConnectBalances();
        await balances.OpenAsync(stop);
        return await TakePen.Run(open.Connection, balances, Engine.Sqlite, writer, goesOn, stop);
    }

    public async Task ReadIds(Action<Guid> seen, CancellationToken stop)
    {
        await using var command = open!.Connection.CreateCommand();
        command.CommandText = "select id from ledger_transfer";
        await using var row = await command.ExecuteReaderAsync(stop);
        var id = new byte[16];
        while (await row.ReadAsync(stop))
        {
            row.GetBytes(0, 0, id, 0, id.Length);
            seen(new Guid(id, bigEndian: true));
        }
    }

    public async Task<IReadOnlyList<LedgerTransfer>> FindRecorded(
        IReadOnlyCollection<Guid> ids, IReadOnlyCollection<Guid> originals, CancellationToken stop)
    {
        var found = new List<LedgerTransfer>();
        await Find(open!.FindById, ids, found, stop);
        await Find(open.FindByOriginal, originals, found, stop);
        return found;
    }

    public Task Append(Batch batch, CancellationToken stop)
    {
        var statements = open!;
        statements.Begin.Run();
        try
        {
            if (statements.Advance.Add(batch.Epoch).Add(batch.FromNumber).Add(batch.From).Add(batch.To)
                .Add(Columns.Micros(batch.PostedAt)).Run() == 0)
            {
                throw new WriterReplacedException();
            }
            statements.InsertBatch.Add(batch.Number).Add(batch.To).Add(batch.Hash).Run();
            foreach (var account in batch.Opened)
            {
                statements.InsertAccount.Add(account.Id).Add(account.Owner).Add(account.Kind)
                    .Add((long)account.Rules).Add(Columns.Micros(account.OpenedAt)).Add(batch.Number).Run();
            }
            Insert(statements, batch.Transfers);
            statements.Commit.Run();
        }
        catch
        {
            // Left by this, the connection is not used again.
            statements.Spoil();
            throw;
        }
        CheckpointNowAndThen();
        return Task.CompletedTask;
    }

    public Task Confirm(long epoch, CancellationToken stop) =>
        open!.FindEpoch.Add(epoch).Finds() ? Task.CompletedTask : throw new WriterReplacedException();

    public async ValueTask DisposeAsync()
    {
        await checkpoint;
        await Close();
    }

    // A statement opens the table and its indexes anew each time, so it takes many rows where there are many.
    private static void Insert(Statements statements, List<StagedTransfer> transfers)
    {
        var next = 0;
        for (; transfers.Count - next >= RowsAtOnce; next += RowsAtOnce)
        {
            for (var i = next; i < next + RowsAtOnce; i++)
            {
                Add(statements.InsertTransfers, transfers[i]);
            }
            statements.InsertTransfers.Run();
        }
        for (; next < transfers.Count; next++)
        {
            Add(statements.InsertTransfer, transfers[next]);
            statements.InsertTransfer.Run();
        }
    }

    private static void Add(SqliteStatement insert, in StagedTransfer staged)
    {
        var (t, debitBefore, debit, creditBefore, credit) = staged;
        insert.Add(t.Position).Add(t.Id).Add(Columns.Kind(t.Kind)).Add(t.Debit).Add(t.Credit).Add(t.Amount)
            .Add(t.Code).Add(t.Channel).Add(t.Place).Add(t.Reference);
        _ = t.Original is { } original ? insert.Add(original) : insert.AddNull();
        _ = t.ExpiresAt is { } at ? insert.Add(Columns.Micros(at)) : insert.AddNull();
        insert.Add(Columns.Micros(t.PostedAt))
            .Add(debitBefore).Add(debit.Debits).Add(debit.Credits).Add(debit.ReservedDebits).Add(debit.ReservedCredits)
            .Add(creditBefore).Add(credit.Debits).Add(credit.Credits)
            .Add(credit.ReservedDebits).Add(credit.ReservedCredits);
    }

    private static async Task Find(
        SqliteCommand find, IReadOnlyCollection<Guid> ids, List<LedgerTransfer> found, CancellationToken stop)
    {
        foreach (var id in ids)
        {
            find.Parameters[0].Value = id.ToByteArray(bigEndian: true);
            await using var row = await find.ExecuteReaderAsync(stop);
            if (await row.ReadAsync(stop))
            {
                found.Add(Columns.ReadTransfer(row, Engine.Sqlite));
            }
        }
    }

    // SQLite would otherwise move the write-ahead log into the file inside some caller's commit.
    private void CheckpointNowAndThen()
    {
        if (!checkpoint.IsCompleted || clock.GetElapsedTime(checkpointedAt) < CheckpointInterval)
        {
            return;
        }
        checkpointedAt = clock.GetTimestamp();
        checkpoint = Task.Run(Checkpoint);
    }

    private void Checkpoint()
    {
        try
        {
            using var connection = new SqliteConnection(ledger.Database.ConnectionString);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "pragma synchronous = full; pragma wal_checkpoint(passive)";
            command.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // The log only grows a little longer: the next checkpoint, or the next start, takes it in.
        }
    }

    private async Task Close()
    {
        if (open is not null)
        {
            await open.DisposeAsync();
            open = null;
        }
    }

    /// <summary>The write connection and the statements prepared on it.</summary>
    private sealed class Statements : IAsyncDisposable
    {
        private const string Row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        private readonly List<SqliteStatement> prepared = [];
        private readonly sqlite3 writing;

        private Statements(SqliteConnection connection)
        {
            Connection = connection;
            writing = OpenForWriting(connection.DataSource);
            Begin = Prepare("begin immediate");
            Commit = Prepare("commit");
            Advance = Prepare("""
                update ledger_owner set batch = ?2 + 1, position = ?4, posted_at = ?5
                where epoch = ?1 and batch = ?2 and position = ?3
                """);
            FindEpoch = Prepare("select 1 from ledger_owner where epoch = ?");
            InsertBatch = Prepare("insert into ledger_batch (number, position, hash) values (?, ?, ?)");
            InsertAccount = Prepare(
                "insert into ledger_account (id, owner, kind, rules, opened_at, batch) values (?, ?, ?, ?, ?, ?)");
            InsertTransfer = PrepareInsert(1);
            InsertTransfers = PrepareInsert(RowsAtOnce);
            FindById = Command($"select {Columns.Transfer} from ledger_transfer where id = $1");
            FindByOriginal = Command($"select {Columns.Transfer} from ledger_transfer where original = $1");
        }

        public SqliteConnection Connection { get; }

        public SqliteStatement Begin { get; }

        public SqliteStatement Commit { get; }

        public SqliteStatement Advance { get; }

        public SqliteStatement FindEpoch { get; }

        public SqliteStatement InsertBatch { get; }

        public SqliteStatement InsertAccount { get; }

        public SqliteStatement InsertTransfer { get; }

        public SqliteStatement InsertTransfers { get; }

        public SqliteCommand FindById { get; }

        public SqliteCommand FindByOriginal { get; }

        public static async Task<Statements> Open(string connectionString, CancellationToken stop)
        {
            var own = new SqliteConnectionStringBuilder(connectionString) { Pooling = false };
            var connection = new SqliteConnection(own.ConnectionString);
            try
            {
                await connection.OpenAsync(stop);
                await using var pragmas = connection.CreateCommand();
                pragmas.CommandText = "pragma synchronous = full";
                await pragmas.ExecuteNonQueryAsync(stop);
                return new Statements(connection);
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }

        // Of one task at a time, so that no lock need be taken for each value of each row.
        private static sqlite3 OpenForWriting(string file)
        {
            var result = raw.sqlite3_open_v2(
                file, out var opened, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, null);
            SqliteException.ThrowExceptionForRC(result, opened);
            foreach (var pragma in (string[])
                ["synchronous = full", "wal_autocheckpoint = 0", "busy_timeout = 30000", "cache_size = -65536"])
            {
                SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(opened, $"pragma {pragma}"), opened);
            }
            return opened;
        }

        /// <summary>Undoes what a failed batch had begun.</summary>
        public void Spoil()
        {
            if (raw.sqlite3_get_autocommit(writing) == 0)
            {
                raw.sqlite3_exec(writing, "rollback");
            }
        }

        public async ValueTask DisposeAsync()
        {
            prepared.ForEach(statement => statement.Dispose());
            await FindById.DisposeAsync();
            await FindByOriginal.DisposeAsync();
            writing.Dispose();
            await Connection.DisposeAsync();
        }

        private SqliteStatement PrepareInsert(int rows) => Prepare($"""
            insert into ledger_transfer ({Columns.Transfer}, {Columns.After})
            values {string.Join(", ", Enumerable.Repeat(Row, rows))}
            """);

        private SqliteStatement Prepare(string sql)
        {
            var statement = new SqliteStatement(writing, sql);
            prepared.Add(statement);
            return statement;
        }

        private SqliteCommand Command(string sql)
        {
            var command = Connection.CreateCommand();
#pragma warning disable CA2100 // The text is this class's own, never input.
            command.CommandText = sql;
#pragma warning restore CA2100
            command.Parameters.Add(new SqliteParameter { ParameterName = "$1", Value = DBNull.Value });
            command.Prepare();
            return command;
        }
    }
}
