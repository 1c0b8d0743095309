using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Histories;

/// <summary>A ledger and its auditor, taken through the same steps.</summary>
internal sealed class History : IAsyncDisposable
{
    public const int AccountCount = 5;
    private readonly ManualClock clock = new();
    private readonly TestLedger ledger;
    private readonly Auditor auditor = new();
    private readonly List<TransferOrder> orders = [];
    private readonly List<Guid> accounts = [];
    private readonly List<LedgerTransfer> log = [];

    private History(Engine engine) => ledger = TestLedger.New(engine, clock);

    public static async Task<History> Begin(Engine engine)
    {
        var history = new History(engine);
        AccountRules[] rules = [AccountRules.None, AccountRules.DebitsMustNotExceedCredits,
            AccountRules.DebitsMustNotExceedCredits, AccountRules.CreditsMustNotExceedDebits, AccountRules.None];
        foreach (var rule in rules)
        {
            var account = await history.ledger.Open(rule, $"kind {rule}");
            history.accounts.Add(account);
            history.auditor.Open(account, rule);
        }
        // Something to begin with, or purses and tills would be empty for most of a history.
        await history.Give([
            history.New(new Step(0, Debit: 0, Credit: 1, Amount: 150, 0), TransferKind.Post),
            history.New(new Step(0, Debit: 4, Credit: 2, Amount: 150, 0), TransferKind.Post),
            history.New(new Step(0, Debit: 3, Credit: 4, Amount: 150, 0), TransferKind.Post)]);
        return history;
    }

    public async Task Take(Step step)
    {
        switch (step.Kind)
        {
            case < 30:
                await Give([New(step, TransferKind.Post)]);
                break;
            case < 42:
                await Give([New(step, TransferKind.Reserve)]);
                break;
            case < 52:
                await Give([New(step, TransferKind.Reserve) with { ExpiresAt = Later(step.Pick % 300) }]);
                break;
            case < 62:
                await Give([Settlement(step, TransferKind.Capture)]);
                break;
            case < 68:
                await Give([Settlement(step, TransferKind.Release)]);
                break;
            case < 76:
                await Give([Settlement(step, TransferKind.Reverse)]);
                break;
            case < 84:
                await Give([New(step, TransferKind.Post), Settlement(step, TransferKind.Capture),
                    New(step with { Debit = step.Credit, Credit = step.Debit }, TransferKind.Post)]);
                break;
            case < 89 when orders.Count > 0:
                await Give([Old(step)]);
                break;
            case < 91 when orders.Count > 0:
                await Give([Old(step) with { Amount = step.Amount }]);
                break;
            case < 97:
                clock.Advance(TimeSpan.FromSeconds(step.Pick % 200));
                auditor.PassTime(clock.GetUtcNow());
                // Behind the expiry in the writer's queue, so that this has been done by then.
                Accepted(await ledger.Ledger.Open(new AccountOrder(accounts[0], "payee:1", "kind None"), default));
                break;
            default:
                await Restart();
                break;
        }
    }

    public Task Restart() => ledger.Restart();

    public async Task Verify()
    {
        var read = await ledger.Log();
        // History never changes: what was read before is read again.
        Assert.Equal(log, read.Take(log.Count));
        log.AddRange(read.Skip(log.Count));
        Assert.Equal(Enumerable.Range(1, read.Count).Select(i => (long)i), read.Select(t => t.Position));
        Assert.Equal(read.Select(t => t.PostedAt).Order(), read.Select(t => t.PostedAt));
        // What expires at one moment has no order of its own.
        Assert.Equal(auditor.Log.OrderBy(t => t.Id), read.Select(AsOrder).OrderBy(t => t.Id));

        var trial = await ledger.Ledger.TrialBalance(default);
        Assert.Equal(trial.Debits, trial.Credits);
        Assert.Equal(read.Count, trial.Position);
        foreach (var account in accounts)
        {
            var balance = await ledger.Balance(account);
            Assert.Equal(auditor.Balance(account), balance);
            Assert.False(auditor.IsForbidden(account, balance));
        }
    }

    public async Task VerifyStatements()
    {
        foreach (var account in accounts)
        {
            await VerifyStatement(account, await ledger.Balance(account));
        }
    }

    public ValueTask DisposeAsync() => ledger.DisposeAsync();

    private async Task VerifyStatement(Guid account, LedgerBalance balance)
    {
        var page = await ledger.Ledger.Statement(account, null, 500, default);
        Assert.Null(page.Next);
        Assert.Equal(log.Where(t => t.Debit == account || t.Credit == account).Reverse(),
            page.Items.Select(line => line.Transfer));
        var running = balance.CreditBalance;
        foreach (var line in page.Items)
        {
            Assert.Equal(running, line.CreditBalance);
            running -= line.Change;
        }
        Assert.Equal(0, running);
        if (page.Items.Count > 0)
        {
            var moment = page.Items[page.Items.Count / 2].Transfer.PostedAt;
            Assert.Equal(
                Auditor.BalanceFrom(account, [.. log.Where(t => t.PostedAt <= moment).Select(AsOrder)]),
                await ledger.Ledger.BalanceAt(account, moment, default));
        }
    }

    private async Task Give(TransferOrder[] given)
    {
        orders.AddRange(given);
        var expected = auditor.Judge(given, clock.GetUtcNow());
        var outcome = await ledger.Ledger.PostLinked(given, default);
        if (expected is not null)
        {
            Refused(expected, outcome);
            return;
        }
        var answer = Accepted(outcome);
        Assert.Equal(given.Select(order => auditor.Find(order.Id)), answer.Select(AsOrder));
    }

    private TransferOrder New(Step step, TransferKind kind) =>
        ledger.Order(accounts[step.Debit], accounts[step.Credit], step.Amount, kind);

    private TransferOrder Settlement(Step step, TransferKind kind)
    {
        // Mostly something that exists, not always of the right kind, and sometimes nothing.
        var known = auditor.Log;
        var original = known.Count > 0 && step.Pick % 10 > 0 ? known[step.Pick % known.Count].Id : ledger.NewId();
        var amount = kind is TransferKind.Capture ? step.Amount : 0;
        return ledger.Order(Guid.Empty, Guid.Empty, amount, kind) with { Original = original };
    }

    private TransferOrder Old(Step step) => orders[step.Pick % orders.Count];

    private DateTimeOffset Later(int seconds) => clock.GetUtcNow().AddSeconds(seconds);

    private static TransferOrder AsOrder(LedgerTransfer t) => new(t.Id, t.Kind, t.Debit, t.Credit, t.Amount, t.Code,
        t.Channel, t.Place, t.Reference, t.Original, t.ExpiresAt);
}
