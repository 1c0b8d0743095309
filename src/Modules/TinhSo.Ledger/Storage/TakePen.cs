using System.Data.Common;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Books;

namespace TinhSo.Ledger.Storage;

/// <summary>Takes the ledger over and reads what stands: the same words on both engines.</summary>
internal static class TakePen
{
    public static async Task<Taken> Run(
        DbConnection connection, Engine engine, long? heldEpoch, CancellationToken stop)
    {
        long epoch, position;
        DateTimeOffset postedAt;
        Guid newestId;
        await using (var take = connection.CreateCommand())
        {
            // On PostgreSQL this waits for a batch of the writer before to end, whose last word is then read below.
            take.CommandText = """
                update ledger_owner set epoch = epoch + 1 where @held < 0 or epoch = @held
                returning epoch, position, posted_at, newest_id
                """;
            take.Bind("held", heldEpoch ?? -1);
            await using var row = await take.ExecuteReaderAsync(stop);
            if (!await row.ReadAsync(stop))
            {
                throw new WriterReplacedException();
            }
            (epoch, position) = (row.GetInt64(0), row.GetInt64(1));
            postedAt = Columns.ReadInstant(row, 2, engine);
            newestId = Columns.ReadId(row, 3, engine);
        }
        return new Taken(epoch, position, postedAt, newestId,
            await ReadAccounts(connection, engine, stop), await ReadExpiring(connection, engine, stop));
    }

    private static async Task<List<Account>> ReadAccounts(
        DbConnection connection, Engine engine, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """
            select id, owner, kind, rules, opened_at, debits, credits, reserved_debits, reserved_credits
            from ledger_account
            """;
        await using var row = await command.ExecuteReaderAsync(stop);
        var accounts = new List<Account>();
        while (await row.ReadAsync(stop))
        {
            accounts.Add(new Account(
                Columns.ReadId(row, 0, engine), row.GetString(1), row.GetString(2), (AccountRules)row.GetInt32(3),
                Columns.ReadInstant(row, 4, engine), Columns.ReadSums(row, 5)));
        }
        return accounts;
    }

    private static async Task<List<(Guid, DateTimeOffset)>> ReadExpiring(
        DbConnection connection, Engine engine, CancellationToken stop)
    {
        await using var command = connection.CreateCommand();
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
