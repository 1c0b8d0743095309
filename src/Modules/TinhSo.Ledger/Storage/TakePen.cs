using System.Data.Common;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Books;

namespace TinhSo.Ledger.Storage;

/// <summary>Takes the ledger over and reads what stands: the same words on both engines.</summary>
internal static class TakePen
{
    /// <param name="log">The store's own connection, by which it will write.</param>
    /// <param name="balances">Where balances are written behind; the same place on PostgreSQL.</param>
    /// <param name="engine">Which.</param>
    /// <param name="writer">As for <see cref="ILedgerStore.Take"/>.</param>
    /// <param name="goesOn">As for <see cref="ILedgerStore.Take"/>.</param>
    /// <param name="stop">Ends the wait.</param>
    public static async Task<Taken> Run(
        DbConnection log, DbConnection balances, Engine engine, Guid writer, bool goesOn, CancellationToken stop)
    {
        long epoch, batch, position;
        DateTimeOffset postedAt;
        await using (var take = log.CreateCommand())
        {
            // On PostgreSQL this waits for a batch of the writer before to end, whose last word is then read below.
            take.CommandText = """
                update ledger_owner set epoch = epoch + 1, writer = @writer where @first = 1 or writer = @writer
                returning epoch, batch, position, posted_at
                """;
            // Known by its name and not by its epoch: what failed after this left the epoch raised.
            take.Bind("writer", Columns.Id(engine, writer)).Bind("first", goesOn ? 0 : 1);
            await using var row = await take.ExecuteReaderAsync(stop);
            if (!await row.ReadAsync(stop))
            {
                throw new WriterReplacedException();
            }
            (epoch, batch, position) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
            postedAt = Columns.ReadInstant(row, 3, engine);
        }
        var accounts = await ReadAccounts(log, engine, stop);
        var taken = await ReadBalances(balances, engine, accounts, stop);
        var (behind, marks) = await Replay(log, engine, accounts, taken, stop);
        return new Taken(epoch, batch, await ReadHash(log, batch, stop), position, postedAt, [.. accounts.Values],
            (behind, marks), position - taken, await ReadExpiring(log, engine, stop));
    }

    private static async Task<byte[]> ReadHash(DbConnection log, long batch, CancellationToken stop)
    {
        await using var command = log.CreateCommand();
        command.CommandText = "select hash from ledger_batch where number = @number";
        command.Bind("number", batch);
        return (byte[]?)await command.ExecuteScalarAsync(stop) ?? Chain.Beginning;
    }

    private static async Task<Dictionary<Guid, Account>> ReadAccounts(
        DbConnection log, Engine engine, CancellationToken stop)
    {
        await using var command = log.CreateCommand();
        command.CommandText = "select id, owner, kind, rules, opened_at from ledger_account";
        await using var row = await command.ExecuteReaderAsync(stop);
        var accounts = new Dictionary<Guid, Account>();
        var kinds = new Dictionary<string, string>();
        while (await row.ReadAsync(stop))
        {
            // Kinds are few and accounts are many: each keeps the one copy.
            var kind = row.GetString(2);
            kind = kinds.TryGetValue(kind, out var one) ? one : kinds[kind] = kind;
            var id = Columns.ReadId(row, 0, engine);
            accounts.Add(id, new Account(id, row.GetString(1), kind, (AccountRules)row.GetInt32(3),
                Columns.ReadInstant(row, 4, engine)));
        }
        return accounts;
    }

    /// <summary>Sets what had been written behind, and tells up to which position that was all.</summary>
    private static async Task<long> ReadBalances(
        DbConnection balances, Engine engine, Dictionary<Guid, Account> accounts, CancellationToken stop)
    {
        long upTo;
        // Before the balances: what is written meanwhile is newer than it says, never older.
        await using (var behind = balances.CreateCommand())
        {
            behind.CommandText = "select position from ledger_behind";
            upTo = (long)(await behind.ExecuteScalarAsync(stop))!;
        }
        await using var command = balances.CreateCommand();
        command.CommandText =
            "select account, debits, credits, reserved_debits, reserved_credits, last, entries from ledger_balance";
        await using var row = await command.ExecuteReaderAsync(stop);
        while (await row.ReadAsync(stop))
        {
            accounts[Columns.ReadId(row, 0, engine)].State =
                new AccountState(Columns.ReadSums(row, 1), row.GetInt64(5), row.GetInt64(6));
        }
        return upTo;
    }

    /// <summary>Takes the rows in that are behind the balances: each tells what stood after it.</summary>
    private static async Task<(List<Account> Accounts, List<Mark> Marks)> Replay(
        DbConnection log, Engine engine, Dictionary<Guid, Account> accounts, long after, CancellationToken stop)
    {
        var changed = new HashSet<Account>();
        var marks = new List<Mark>();
        await using var command = log.CreateCommand();
        command.CommandText = """
            select position, debit, debit_debits, debit_credits, debit_reserved_debits, debit_reserved_credits,
                credit, credit_debits, credit_credits, credit_reserved_debits, credit_reserved_credits
            from ledger_transfer where position > @after order by position
            """;
        command.Bind("after", after);
        await using var row = await command.ExecuteReaderAsync(stop);
        while (await row.ReadAsync(stop))
        {
            foreach (var side in (int[])[1, 6])
            {
                var account = accounts[Columns.ReadId(row, side, engine)];
                // Some balances may have been written when the process ended, before the rest of their kind.
                if (row.GetInt64(0) > account.State.Last)
                {
                    account.Enter(row.GetInt64(0), Columns.ReadSums(row, side + 1));
                }
                changed.Add(account);
                if (account.State.IsMarked && account.State.Last == row.GetInt64(0))
                {
                    marks.Add(new Mark(account.Id, account.State.Last));
                }
            }
        }
        return ([.. changed], marks);
    }

    private static async Task<List<(Guid, DateTimeOffset)>> ReadExpiring(
        DbConnection log, Engine engine, CancellationToken stop)
    {
        await using var command = log.CreateCommand();
        command.CommandText = """
            select id, expires_at from ledger_transfer reserved
            where expires_at is not null
                and not exists (select 1 from ledger_transfer settled where settled.original = reserved.id)
            """;
        await using var row = await command.ExecuteReaderAsync(stop);
        var expiring = new List<(Guid, DateTimeOffset)>();
        while (await row.ReadAsync(stop))
        {
            expiring.Add((Columns.ReadId(row, 0, engine), Columns.ReadInstant(row, 1, engine)));
        }
        return expiring;
    }
}

/// <summary>Binds values to a command of either engine.</summary>
internal static class Binding
{
    public static DbCommand Bind(this DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
        return command;
    }
}
