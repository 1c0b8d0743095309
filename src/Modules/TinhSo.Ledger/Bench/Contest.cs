using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using TinhSo.Ledger.Writing;

namespace TinhSo.Ledger.Bench;

/// <summary>The ledger and a naive design on one store of their own, with the same accounts.</summary>
internal sealed class Contest : IAsyncDisposable
{
    private const int NaiveConnectionsMax = 32;
    private const int OpenedAtOnce = 8_192;
    private const string Schema = "ledger_bench";

    private readonly Database store;
    private readonly TimeProvider clock = new MicrosecondClock();
    private readonly Writer writer;
    private readonly SingleWriterLedger ledger;
    private readonly INaiveLedger naive;
    private readonly Guid[] accounts;

    private Contest(Database store, int accountCount)
    {
        accounts = new Guid[accountCount];
        this.store = store;
        var database = new LedgerDatabase(store, clock);
        writer = new Writer(
            database.OpenStore, database.OpenBalances, clock, new LedgerSignal(), NullLogger<Writer>.Instance);
        ledger = new SingleWriterLedger(writer, new LedgerReader(database), clock);
        naive = store.Engine is Engine.Sqlite
            ? new NaiveSqliteLedger(store.ConnectionString)
            : new NaivePostgresLedger(store.ConnectionString, NaiveConnectionsMax);
    }

    public static async Task<Contest> Prepare(Database database, int accounts, CancellationToken stop)
    {
        var contest = new Contest(LedgerDatabase.Beside(database, configured: null, Schema), accounts);
        await contest.Remove();
        try
        {
            await contest.OpenAccounts(stop);
            return contest;
        }
        catch
        {
            await contest.DisposeAsync();
            throw;
        }
    }

    public Task PostThroughLedger(Random random)
    {
        var (debit, credit) = Pick(random);
        return Post(debit, credit);
    }

    /// <summary>As when all of a market pays into one account.</summary>
    public Task PostToHotAccount(Random random)
    {
#pragma warning disable CA5394 // Which accounts a measurement picks is no secret.
        return Post(accounts[random.Next(1, accounts.Length)], accounts[0]);
#pragma warning restore CA5394
    }

    public Task PostNaively(Random random)
    {
        var (debit, credit) = Pick(random);
        return naive.Post(Ids.New(clock), debit, credit, 1_000);
    }

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        await naive.DisposeAsync();
        await Remove();
    }

    private async Task OpenAccounts(CancellationToken stop)
    {
        var opening = new List<Task>();
        for (var i = 0; i < accounts.Length; i++)
        {
            accounts[i] = Ids.New(clock);
            opening.Add(ledger.Open(new AccountOrder(accounts[i], $"payee:{i}", "payee"), stop));
            if (opening.Count == OpenedAtOnce)
            {
                await Task.WhenAll(opening);
                opening.Clear();
            }
        }
        await Task.WhenAll(opening);
        await naive.Prepare(accounts, stop);
    }

    private async Task Post(Guid debit, Guid credit)
    {
        var order = new TransferOrder(
            Ids.New(clock), TransferKind.Post, debit, credit, 1_000, "market.rent", Channels.VietQr, "24037", "B-1");
        if ((await ledger.Post(order, CancellationToken.None)).IsRefused(out var why, out _))
        {
            throw new InvalidOperationException($"The ledger refused: {why.Code}.");
        }
    }

    private (Guid Debit, Guid Credit) Pick(Random random)
    {
#pragma warning disable CA5394 // Which accounts a measurement picks is no secret.
        var debit = random.Next(accounts.Length);
        var credit = (debit + random.Next(1, accounts.Length)) % accounts.Length;
#pragma warning restore CA5394
        return (accounts[debit], accounts[credit]);
    }

    private async Task Remove()
    {
        if (store.Engine is Engine.Sqlite)
        {
            SqliteConnection.ClearAllPools();
            var file = new SqliteConnectionStringBuilder(store.ConnectionString).DataSource;
            var name = Path.GetFileNameWithoutExtension(file);
            foreach (var part in Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(file))!, $"{name}*"))
            {
                File.Delete(part);
            }
            return;
        }
        await using var connection = new NpgsqlConnection(store.ConnectionString);
        await connection.OpenAsync();
        await using var drop = connection.CreateCommand();
        drop.CommandText = $"drop schema if exists {Schema} cascade";
        await drop.ExecuteNonQueryAsync();
    }
}
