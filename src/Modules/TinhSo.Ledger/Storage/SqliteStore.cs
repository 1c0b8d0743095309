using Microsoft.Data.Sqlite;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Books;

namespace TinhSo.Ledger.Storage;

/// <summary>The store in a SQLite file of its own, whose only writer this is.</summary>
internal sealed class SqliteStore(LedgerDatabase ledger, TimeProvider clock) : ILedgerStore
{
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(1);

    private Statements? open;
    private long checkpointedAt = clock.GetTimestamp();
    private Task checkpoint = Task.CompletedTask;

    public async Task<Taken> Take(long? heldEpoch, CancellationToken stop)
    {
        await ledger.Upgrade(stop);
        // A connection that has failed once is not trusted again.
        await Close();
        open = await Statements.Open(ledger.Database.ConnectionString, stop);
        return await TakePen.Run(open.Connection, Engine.Sqlite, heldEpoch, stop);
    }

    public async Task<IReadOnlyList<LedgerTransfer>> FindRecorded(
        IReadOnlyCollection<Guid> ids, IReadOnlyCollection<Guid> originals, CancellationToken stop)
    {
        var found = new List<LedgerTransfer>();
        await Find(open!.FindById, ids, found, stop);
        await Find(open.FindByOriginal, originals, found, stop);
        return found;
    }

    public async Task Append(Batch batch, CancellationToken stop)
    {
        var statements = open!;
        await using (var transaction = statements.Connection.BeginTransaction())
        {
            statements.Join(transaction);
            statements.Advance.Set(batch.Epoch, batch.From, batch.To,
                Columns.Micros(batch.PostedAt), batch.NewestId.ToByteArray(bigEndian: true));
            if (await statements.Advance.Command.ExecuteNonQueryAsync(stop) == 0)
            {
                throw new WriterReplacedException();
            }
            foreach (var account in batch.Opened)
            {
                var sums = account.Sums;
                statements.OpenAccount.Set(Blob(account.Id), account.Owner, account.Kind, (long)account.Rules,
                    Columns.Micros(account.OpenedAt),
                    sums.Debits, sums.Credits, sums.ReservedDebits, sums.ReservedCredits);
                statements.OpenAccount.Command.ExecuteNonQuery();
            }
            foreach (var staged in batch.Transfers)
            {
                Insert(statements.Insert, staged);
            }
            foreach (var account in batch.Touched)
            {
                var sums = account.Sums;
                statements.Balance.Set(Blob(account.Id),
                    sums.Debits, sums.Credits, sums.ReservedDebits, sums.ReservedCredits);
                statements.Balance.Command.ExecuteNonQuery();
            }
            await transaction.CommitAsync(stop);
        }
        CheckpointNowAndThen();
    }

    public async ValueTask DisposeAsync()
    {
        await checkpoint;
        await Close();
    }

    private static void Insert(Prepared insert, StagedTransfer staged)
    {
        var (t, debit, credit) = staged;
        insert.Set(
            t.Position, Blob(t.Id), Columns.Kind(t.Kind), Blob(t.Debit), Blob(t.Credit), t.Amount, t.Code, t.Channel,
            t.Place ?? (object)DBNull.Value,
            t.Reference ?? (object)DBNull.Value,
            t.Original is { } original ? Blob(original) : DBNull.Value,
            t.ExpiresAt is { } at ? Columns.Micros(at) : DBNull.Value,
            Columns.Micros(t.PostedAt),
            debit.Debits, debit.Credits, debit.ReservedDebits, debit.ReservedCredits,
            credit.Debits, credit.Credits, credit.ReservedDebits, credit.ReservedCredits);
        insert.Command.ExecuteNonQuery();
    }

    private static async Task Find(
        Prepared find, IReadOnlyCollection<Guid> ids, List<LedgerTransfer> found, CancellationToken stop)
    {
        foreach (var id in ids)
        {
            find.Set(Blob(id));
            await using var row = await find.Command.ExecuteReaderAsync(stop);
            if (await row.ReadAsync(stop))
            {
                found.Add(Columns.ReadTransfer(row, Engine.Sqlite));
            }
        }
    }

    private static byte[] Blob(Guid id) => id.ToByteArray(bigEndian: true);

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
        private Statements(SqliteConnection connection)
        {
            Connection = connection;
            Advance = Prepare("""
                update ledger_owner set position = $3, posted_at = $4, newest_id = $5
                where epoch = $1 and position = $2
                """, 5);
            OpenAccount = Prepare("""
                insert into ledger_account (id, owner, kind, rules, opened_at,
                    debits, credits, reserved_debits, reserved_credits)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """, 9);
            Insert = Prepare($"""
                insert into ledger_transfer ({Columns.Transfer},
                    debit_debits, debit_credits, debit_reserved_debits, debit_reserved_credits,
                    credit_debits, credit_credits, credit_reserved_debits, credit_reserved_credits)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
                    $14, $15, $16, $17, $18, $19, $20, $21)
                """, 21);
            Balance = Prepare("""
                update ledger_account
                set debits = $2, credits = $3, reserved_debits = $4, reserved_credits = $5 where id = $1
                """, 5);
            FindById = Prepare($"select {Columns.Transfer} from ledger_transfer where id = $1", 1);
            FindByOriginal = Prepare($"select {Columns.Transfer} from ledger_transfer where original = $1", 1);
        }

        public SqliteConnection Connection { get; }

        public Prepared Advance { get; }

        public Prepared OpenAccount { get; }

        public Prepared Insert { get; }

        public Prepared Balance { get; }

        public Prepared FindById { get; }

        public Prepared FindByOriginal { get; }

        public static async Task<Statements> Open(string connectionString, CancellationToken stop)
        {
            var own = new SqliteConnectionStringBuilder(connectionString) { Pooling = false };
            var connection = new SqliteConnection(own.ConnectionString);
            try
            {
                await connection.OpenAsync(stop);
                await using var pragmas = connection.CreateCommand();
                pragmas.CommandText = "pragma synchronous = full; pragma wal_autocheckpoint = 0";
                await pragmas.ExecuteNonQueryAsync(stop);
                return new Statements(connection);
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }

        /// <summary>Has the statements of a batch run within its transaction; look-ups run before it begins.</summary>
        public void Join(SqliteTransaction transaction)
        {
            foreach (var prepared in (Prepared[])[Advance, OpenAccount, Insert, Balance])
            {
                prepared.Command.Transaction = transaction;
            }
            FindById.Command.Transaction = FindByOriginal.Command.Transaction = null;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var prepared in (Prepared[])[Advance, OpenAccount, Insert, Balance, FindById, FindByOriginal])
            {
                await prepared.Command.DisposeAsync();
            }
            await Connection.DisposeAsync();
        }

        private Prepared Prepare(string sql, int parameters)
        {
            var command = Connection.CreateCommand();
#pragma warning disable CA2100 // The text is this class's own, never input.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 1; i <= parameters; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}", Value = DBNull.Value });
            }
            command.Prepare();
            return new Prepared(command);
        }
    }

    /// <summary>A prepared statement and its parameters, $1, $2 and so on.</summary>
    private sealed class Prepared(SqliteCommand command)
    {
        public SqliteCommand Command => command;

        public void Set(params ReadOnlySpan<object> values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters[i].Value = values[i];
            }
        }
    }
}
