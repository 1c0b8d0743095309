using Microsoft.Extensions.Logging.Abstractions;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Nodes;
using TinhSo.Ledger.Storage;
using TinhSo.Ledger.Writing;

namespace TinhSo.Ledger.Tests.Nodes;

/// <summary>One of several nodes that share a store, as the host runs it.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly LedgerNode node;

    public TestNode(Database store)
    {
        var clock = new MicrosecondClock();
        var database = new LedgerDatabase(store, clock);
        Signal = new LedgerSignal();
        node = LedgerNode.Of(database, Signal, clock, NullLoggerFactory.Instance);
        Ledger = new SingleWriterLedger(node, new LedgerReader(database), clock);
        node.Start();
    }

    public ILedger Ledger { get; }

    public LedgerSignal Signal { get; }

    public bool Leads => node.Leads;

    public async Task BecomesLeader()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!Leads)
        {
            await Task.Delay(10, soon.Token);
        }
    }

    public async Task<Guid> Open(AccountRules rules = AccountRules.None)
    {
        var account = new AccountOrder(NewId(), "payee:1", "payee", rules);
        return (await UntilAnswered(() => Ledger.Open(account, TestLedger.Stop))).Id;
    }

    public Task<Outcome<LedgerTransfer>> Post(Guid debit, Guid credit, long amount) =>
        Ledger.Post(Order(debit, credit, amount), TestLedger.Stop);

    public static TransferOrder Order(Guid debit, Guid credit, long amount) =>
        new(NewId(), TransferKind.Post, debit, credit, amount, "market.rent", Channels.Cash, "24037", "B-1");

    /// <summary>Asks again with the same id while nobody knows what became of it, as every caller should.</summary>
    public static async Task<T> UntilAnswered<T>(Func<Task<Outcome<T>>> ask) where T : class
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(TestLedger.Stop);
        soon.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            var outcome = await ask();
            if (!outcome.IsRefused(out var why, out _) || why.Code != LedgerRefusals.Busy.Code)
            {
                return TestLedger.Accepted(outcome);
            }
            await Task.Delay(50, soon.Token);
        }
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    private static Guid NewId() => Ids.New(TimeProvider.System);
}
