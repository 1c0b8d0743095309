using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;
using TinhSo.Ledger.Storage;
using TinhSo.Ledger.Writing;

namespace TinhSo.Benchmarks.Loads;

/// <summary>The ledger as the platform runs it, on a store of its own, in this process.</summary>
internal sealed class LedgerStand : IAsyncDisposable
{
    private const int OpenedAtOnce = 8_192;
    private const int FilledAtOnce = 8_190;
    private const int Fillers = 4;

    private readonly int accounts;
    private readonly TimeProvider clock = new MicrosecondClock();
    private readonly ILoggerFactory logs = LoggerFactory.Create(Logs.ToStandardError);
    private readonly Writer writer;
    private readonly SingleWriterLedger ledger;

    private LedgerStand(Database store, int accounts)
    {
        this.accounts = accounts;
        var database = new LedgerDatabase(LedgerDatabase.Beside(store, store.ConnectionString), clock);
        writer = new Writer(
            database.OpenStore, database.OpenBalances, clock, new LedgerSignal(), logs.CreateLogger<Writer>());
        ledger = new SingleWriterLedger(writer, new LedgerReader(database), clock);
    }

    /// <summary>How long it took from the start until the first order was answered.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <summary>Starts it where it has been before, or anew.</summary>
    public static async Task<LedgerStand> Start(Database store, int accounts, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        var stand = new LedgerStand(store, accounts);
        await stand.Open(0, stop);
        stand.ReadyAfter = Stopwatch.GetElapsedTime(began);
        return stand;
    }

    /// <summary>Starts it and opens all its accounts.</summary>
    public static async Task<LedgerStand> StartWithAccounts(Database store, int accounts, CancellationToken stop)
    {
        var stand = await Start(store, accounts, stop);
        foreach (var some in Enumerable.Range(0, accounts).Chunk(OpenedAtOnce))
        {
            await Task.WhenAll(some.Select(account => stand.Open(account, stop)));
        }
        return stand;
    }

    /// <summary>Posts as many transfers as there should be before a measurement begins.</summary>
    public Task Fill(int transfers, CancellationToken stop)
    {
        var left = transfers;
        return Task.WhenAll(Enumerable.Range(0, Fillers).Select(filler => Task.Run(async () =>
        {
            var random = Pick.From(filler);
            while (Interlocked.Add(ref left, -FilledAtOnce) + FilledAtOnce is var more && more > 0)
            {
                await PostArray(random, Math.Min(more, FilledAtOnce), stop);
            }
        }, stop)));
    }

    public async Task Post(Random random) =>
        Accept(await ledger.Post(Order(Pick.Two(random, accounts)), CancellationToken.None));

    /// <summary>As when all of a market pays into one account.</summary>
    public async Task PostToHotAccount(Random random) =>
        Accept(await ledger.Post(Order(Pick.Hot(random, accounts)), CancellationToken.None));

    public async Task PostArray(Random random, int length, CancellationToken stop)
    {
        var orders = new TransferOrder[length];
        for (var i = 0; i < length; i++)
        {
            orders[i] = Order(Pick.Two(random, accounts));
        }
        foreach (var outcome in await ledger.PostEach(orders, stop))
        {
            Accept(outcome);
        }
    }

    /// <summary>The same for the same number, and in the order of numbers, as if opened one by one.</summary>
    public static Guid AccountId(int number)
    {
        const long Begin = 1_700_000_000_000;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, ((Begin + number) << 16) | 0x7000);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], unchecked((long)0x8000_0000_0000_0000) | (uint)number);
        return new Guid(bytes, bigEndian: true);
    }

    public static AccountOrder AccountOrder(int number) => new(AccountId(number), $"payee:{number}", "payee");

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        logs.Dispose();
    }

    private async Task Open(int account, CancellationToken stop) =>
        Accept(await ledger.Open(AccountOrder(account), stop));

    private TransferOrder Order((int Debit, int Credit) between) => new(
        Ids.New(clock), TransferKind.Post, AccountId(between.Debit), AccountId(between.Credit), 1_000, "market.rent",
        Channels.VietQr, "24037", "B-1");

    private static void Accept<T>(Outcome<T> outcome) where T : class
    {
        if (outcome.IsRefused(out var why, out _))
        {
            throw new InvalidOperationException($"The ledger refused: {why.Code}.");
        }
    }
}
