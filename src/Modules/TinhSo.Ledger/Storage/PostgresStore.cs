using Npgsql;
using NpgsqlTypes;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Books;

namespace TinhSo.Ledger.Storage;

/// <summary>The store in a PostgreSQL schema: one round trip, and one transaction, a batch.</summary>
internal sealed class PostgresStore(LedgerDatabase ledger) : ILedgerStore
{
    private const string WriterReplaced = "TS001";

    // From so many rows on, copying them is worth the round trips that a transaction of several steps takes.
    private const int CopyMin = 128;

    private const string InsertAccounts = """
        insert into ledger_account (id, owner, kind, rules, opened_at, batch)
        select id, owner, kind, rules, opened_at, $6
        from unnest($1, $2, $3, $4, $5) as new (id, owner, kind, rules, opened_at)
        """;

    private const string InsertTransfers = $"""
        insert into ledger_transfer ({Columns.Transfer}, {Columns.After})
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
            $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
        """;

    private const string InsertBatch = "insert into ledger_batch (number, position, hash) values ($1, $2, $3)";

    private const string FindSql = $"""
        select {Columns.Transfer} from ledger_transfer where id = any($1)
        union all
        select {Columns.Transfer} from ledger_transfer where original = any($2)
        """;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private NpgsqlConnection? connection;
    // What is recorded is looked up while a batch is being stored.
    private NpgsqlConnection? finding;

    public async Task<Taken> Take(Guid writer, bool goesOn, CancellationToken stop)
    {
        await ledger.Upgrade(stop);
        await DisposeAsync();
        var own = ledger.Sessions.Own();
        (own.Pooling, own.MaxAutoPrepare, own.AutoPrepareMinUsages, own.KeepAlive) = (false, 20, 2, 30);
        // Without a generic plan a large array is planned anew each time, and may turn into a sequential scan.
        own.Options = $"{own.Options} -c plan_cache_mode=force_generic_plan".TrimStart();
        connection = new NpgsqlConnection(own.ConnectionString);
        await connection.OpenAsync(stop);
        finding = new NpgsqlConnection(own.ConnectionString);
        await finding.OpenAsync(stop);
        await using (var settings = connection.CreateCommand())
        {
            settings.CommandText = """
                select set_config('synchronous_commit', 'on', false)
                where current_setting('synchronous_commit') in ('off', 'local');
                """;
            await settings.ExecuteNonQueryAsync(stop);
        }
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var taking = TakePen.Run(connection, connection, Engine.Postgres, writer, goesOn, either.Token);
        try
        {
            // Taking waits for what a writer before has begun, and for ever if that one is frozen.
            do
            {
                await ledger.Sessions.EndSilent(finding, stop);
            }
            while (await Task.WhenAny(taking, Task.Delay(LookEvery, TimeProvider.System, stop)) != taking);
        }
        finally
        {
            // What it reads by must not be closed under it.
            await either.CancelAsync();
            await taking.ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        return await taking;
    }

    public async Task ReadIds(Action<Guid> seen, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("select id from ledger_transfer", connection);
        await using var row = await command.ExecuteReaderAsync(stop);
        while (await row.ReadAsync(stop))
        {
            seen(row.GetGuid(0));
        }
    }

    public async Task Confirm(long epoch, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("select epoch from ledger_owner", connection);
        if ((long)(await command.ExecuteScalarAsync(stop))! != epoch)
        {
            throw new WriterReplacedException();
        }
    }

    public async Task<IReadOnlyList<LedgerTransfer>> FindRecorded(
        IReadOnlyCollection<Guid> ids, IReadOnlyCollection<Guid> originals, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(FindSql, finding);
        command.Parameters.Add(Array<Guid>(NpgsqlDbType.Uuid, [.. ids]));
        command.Parameters.Add(Array<Guid>(NpgsqlDbType.Uuid, [.. originals]));
        await using var row = await command.ExecuteReaderAsync(stop);
        var found = new List<LedgerTransfer>();
        while (await row.ReadAsync(stop))
        {
            found.Add(Columns.ReadTransfer(row, Engine.Postgres));
        }
        return found;
    }

    public async Task Append(Batch batch, CancellationToken stop)
    {
        try
        {
            if (batch.Transfers.Count < CopyMin)
            {
                // Sent as one: without a begin of its own, it is one transaction, and fails or succeeds as one.
                await using var commands = Commands(batch);
                if (batch.Transfers.Count > 0)
                {
                    commands.BatchCommands.Add(Insert(batch.Transfers));
                }
                await commands.ExecuteNonQueryAsync(stop);
                return;
            }
            await using var transaction = await connection!.BeginTransactionAsync(stop);
            await using (var commands = Commands(batch))
            {
                await commands.ExecuteNonQueryAsync(stop);
            }
            await Copy(batch.Transfers, stop);
            await transaction.CommitAsync(stop);
        }
        catch (PostgresException refused) when (refused.SqlState == WriterReplaced)
        {
            throw new WriterReplacedException();
        }
    }

    /// <summary>All of a batch but its transfers.</summary>
    private NpgsqlBatch Commands(Batch batch)
    {
        var commands = new NpgsqlBatch(connection);
        commands.BatchCommands.Add(Advance(batch));
        commands.BatchCommands.Add(Chain(batch));
        if (batch.Opened.Count > 0)
        {
            commands.BatchCommands.Add(Open(batch.Opened, batch.Number));
        }
        return commands;
    }

    private async Task Copy(List<StagedTransfer> rows, CancellationToken stop)
    {
        await using var copy = await connection!.BeginBinaryImportAsync(
            $"copy ledger_transfer ({Columns.Transfer}, {Columns.After}) from stdin (format binary)", stop);
#pragma warning disable CA1849 // Each goes to a buffer: to wait for each would cost more than the row does.
        foreach (var row in rows)
        {
            copy.StartRow();
            Copy(copy, row);
        }
#pragma warning restore CA1849
        await copy.CompleteAsync(stop);
    }

    private static void Copy(NpgsqlBinaryImporter copy, in StagedTransfer row)
    {
        var (t, debitBefore, debit, creditBefore, credit) = row;
        copy.Write(t.Position, NpgsqlDbType.Bigint);
        copy.Write(t.Id, NpgsqlDbType.Uuid);
        copy.Write(Columns.Kind(t.Kind), NpgsqlDbType.Text);
        copy.Write(t.Debit, NpgsqlDbType.Uuid);
        copy.Write(t.Credit, NpgsqlDbType.Uuid);
        copy.Write(t.Amount, NpgsqlDbType.Bigint);
        copy.Write(t.Code, NpgsqlDbType.Text);
        copy.Write(t.Channel, NpgsqlDbType.Text);
        Copy(copy, t.Place);
        Copy(copy, t.Reference);
        Copy(copy, t.Original, NpgsqlDbType.Uuid);
        Copy(copy, t.ExpiresAt?.UtcDateTime, NpgsqlDbType.TimestampTz);
        copy.Write(t.PostedAt.UtcDateTime, NpgsqlDbType.TimestampTz);
        Copy(copy, debitBefore, debit);
        Copy(copy, creditBefore, credit);
    }

    private static void Copy(NpgsqlBinaryImporter copy, long before, Sums sums)
    {
        copy.Write(before, NpgsqlDbType.Bigint);
        copy.Write(sums.Debits, NpgsqlDbType.Bigint);
        copy.Write(sums.Credits, NpgsqlDbType.Bigint);
        copy.Write(sums.ReservedDebits, NpgsqlDbType.Bigint);
        copy.Write(sums.ReservedCredits, NpgsqlDbType.Bigint);
    }

    private static void Copy(NpgsqlBinaryImporter copy, string? text)
    {
        if (text is null)
        {
            copy.WriteNull();
            return;
        }
        copy.Write(text, NpgsqlDbType.Text);
    }

    private static void Copy<T>(NpgsqlBinaryImporter copy, T? value, NpgsqlDbType type) where T : struct
    {
        if (value is { } given)
        {
            copy.Write(given, type);
            return;
        }
        copy.WriteNull();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var open in (NpgsqlConnection?[])[connection, finding])
        {
            await (open?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        (connection, finding) = (null, null);
    }

    private static NpgsqlBatchCommand Advance(Batch batch) => new("select ledger_advance($1, $2, $3, $4, $5)")
    {
        Parameters =
        {
            new NpgsqlParameter<long> { TypedValue = batch.Epoch },
            new NpgsqlParameter<long> { TypedValue = batch.FromNumber },
            new NpgsqlParameter<long> { TypedValue = batch.From },
            new NpgsqlParameter<long> { TypedValue = batch.To },
            new NpgsqlParameter<DateTime> { TypedValue = batch.PostedAt.UtcDateTime },
        },
    };

    private static NpgsqlBatchCommand Chain(Batch batch) => new(InsertBatch)
    {
        Parameters =
        {
            new NpgsqlParameter<long> { TypedValue = batch.Number },
            new NpgsqlParameter<long> { TypedValue = batch.To },
            new NpgsqlParameter<byte[]> { TypedValue = batch.Hash },
        },
    };

    private static NpgsqlBatchCommand Open(List<Account> accounts, long batch) => new(InsertAccounts)
    {
        Parameters =
        {
            Column(accounts, NpgsqlDbType.Uuid, a => a.Id),
            Column(accounts, NpgsqlDbType.Text, a => a.Owner),
            Column(accounts, NpgsqlDbType.Text, a => a.Kind),
            Column(accounts, NpgsqlDbType.Integer, a => (int)a.Rules),
            Column(accounts, NpgsqlDbType.TimestampTz, a => a.OpenedAt.UtcDateTime),
            new NpgsqlParameter<long> { TypedValue = batch },
        },
    };

    private static NpgsqlBatchCommand Insert(List<StagedTransfer> rows) => new(InsertTransfers)
    {
        Parameters =
        {
            Column(rows, NpgsqlDbType.Bigint, r => r.Transfer.Position),
            Column(rows, NpgsqlDbType.Uuid, r => r.Transfer.Id),
            Column(rows, NpgsqlDbType.Text, r => Columns.Kind(r.Transfer.Kind)),
            Column(rows, NpgsqlDbType.Uuid, r => r.Transfer.Debit),
            Column(rows, NpgsqlDbType.Uuid, r => r.Transfer.Credit),
            Column(rows, NpgsqlDbType.Bigint, r => r.Transfer.Amount),
            Column(rows, NpgsqlDbType.Text, r => r.Transfer.Code),
            Column(rows, NpgsqlDbType.Text, r => r.Transfer.Channel),
            Column(rows, NpgsqlDbType.Text, r => r.Transfer.Place),
            Column(rows, NpgsqlDbType.Text, r => r.Transfer.Reference),
            Column(rows, NpgsqlDbType.Uuid, r => r.Transfer.Original),
            Column(rows, NpgsqlDbType.TimestampTz, r => r.Transfer.ExpiresAt?.UtcDateTime),
            Column(rows, NpgsqlDbType.TimestampTz, r => r.Transfer.PostedAt.UtcDateTime),
            Column(rows, NpgsqlDbType.Bigint, r => r.DebitBefore),
            Column(rows, NpgsqlDbType.Bigint, r => r.Debit.Debits),
            Column(rows, NpgsqlDbType.Bigint, r => r.Debit.Credits),
            Column(rows, NpgsqlDbType.Bigint, r => r.Debit.ReservedDebits),
            Column(rows, NpgsqlDbType.Bigint, r => r.Debit.ReservedCredits),
            Column(rows, NpgsqlDbType.Bigint, r => r.CreditBefore),
            Column(rows, NpgsqlDbType.Bigint, r => r.Credit.Debits),
            Column(rows, NpgsqlDbType.Bigint, r => r.Credit.Credits),
            Column(rows, NpgsqlDbType.Bigint, r => r.Credit.ReservedDebits),
            Column(rows, NpgsqlDbType.Bigint, r => r.Credit.ReservedCredits),
        },
    };

    internal static NpgsqlParameter<TValue[]> Column<TRow, TValue>(
        IReadOnlyList<TRow> rows, NpgsqlDbType type, Func<TRow, TValue> value)
    {
        var column = new TValue[rows.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(rows[i]);
        }
        return Array(type, column);
    }

    private static NpgsqlParameter<TValue[]> Array<TValue>(NpgsqlDbType type, TValue[] values) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values };
}
