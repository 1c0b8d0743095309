using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Tests.Simulation;

/// <summary>What is wrong with the disk, for the tests that prove that the checker would notice.</summary>
internal enum Defect
{
    None,

    /// <summary>Answers that a batch is durable when a power failure would still lose it: a skipped fsync.</summary>
    AcknowledgesTooEarly,

    /// <summary>Now and then answers that a batch is durable, and forgets it.</summary>
    ForgetsBatches,

    /// <summary>Lets a writer write that was replaced.</summary>
    IgnoresEpoch,

    /// <summary>Lets older balances replace newer ones.</summary>
    KeepsOlderBalances,

    /// <summary>Keeps balances, and not the marks.</summary>
    ForgetsMarks,

    /// <summary>Reads all but some of the rows behind the balances.</summary>
    SkipsRowsInReplay,

    /// <summary>Does not undo at recovery what of a batch was written when the process ended.</summary>
    KeepsTornBatches,

    /// <summary>Shows no id at the start, so that every order seems to be new.</summary>
    ShowsNoIds,

    /// <summary>Does not find what settles a reservation.</summary>
    FindsNoSettlements,

    /// <summary>Does not tell which reservations will expire.</summary>
    ForgetsExpiry,

    /// <summary>Brings letters in the wrong order.</summary>
    ReordersLetters,

    /// <summary>Brings an answer to those who wrote another letter.</summary>
    MixesAnswersUp,
}

internal sealed record StoredAccount(
    Guid Id, string Owner, string Kind, AccountRules Rules, DateTimeOffset OpenedAt, long Batch);

internal sealed record StoredBatch(long Number, long Position, byte[] Hash, DateTimeOffset PostedAt);

/// <summary>All that outlives a process: the tables of the ledger, with what the real ones enforce.</summary>
/// <remarks>
/// Simulated are the stores: <c>SqliteStore</c>, <c>PostgresStore</c>, their balances and <c>TakePen</c>, whose replay
/// is told again here in its own words. All above them is real: <c>Writer</c>, <c>WriteBehind</c>, <c>Work</c>,
/// <c>Book</c>, <c>Batch</c>, <c>Chain</c> and <c>SeenIds</c>.
/// </remarks>
internal sealed class SimulatedDisk(Defect defect)
{
    private readonly Dictionary<Guid, StagedTransfer> byId = [];
    private readonly Dictionary<Guid, StagedTransfer> byOriginal = [];
    private readonly HashSet<Guid> accountIds = [];
    private Batch? inDoubt;
    private int appends;

    public List<StoredAccount> Accounts { get; } = [];

    public List<StagedTransfer> Rows { get; } = [];

    public List<StoredBatch> Batches { get; } = [new(0, 0, new byte[32], DateTimeOffset.UnixEpoch)];

    public long Epoch { get; private set; }

    private Guid holder;

    /// <summary>The process that took over last.</summary>
    public int Owner { get; private set; } = -1;

    public StoredBatch Last => Batches[^1];

    public BalanceTables Balances { get; } = new(defect);

    /// <summary>What the real tables would have refused, and the engine should never have asked.</summary>
    public string? Violation { get; private set; }

    public Taken Take(Guid writer, bool goesOn, int process)
    {
        ResolveDoubt();
        if (goesOn && writer != holder)
        {
            throw new WriterReplacedException();
        }
        Epoch++;
        holder = writer;
        Owner = process;
        var accounts = Accounts.ToDictionary(a => a.Id, a => new Account(a.Id, a.Owner, a.Kind, a.Rules, a.OpenedAt));
        foreach (var (account, state) in Balances.States)
        {
            accounts[account].State = state;
        }
        var (changed, marks) = Replay(accounts);
        var expiring = Rows.Select(row => row.Transfer)
            .Where(t => t.ExpiresAt is not null && !byOriginal.ContainsKey(t.Id) && defect is not Defect.ForgetsExpiry)
            .Select(t => (t.Id, t.ExpiresAt!.Value));
        return new Taken(Epoch, Last.Number, Last.Hash, Last.Position, Last.PostedAt, [.. accounts.Values],
            (changed, marks), Last.Position - Balances.UpTo, [.. expiring]);
    }

    public IEnumerable<Guid> Ids => defect is Defect.ShowsNoIds ? [] : Rows.Select(row => row.Transfer.Id);

    public List<LedgerTransfer> Find(IEnumerable<Guid> ids, IEnumerable<Guid> originals)
    {
        var found = new List<LedgerTransfer>();
        found.AddRange(ids.Where(byId.ContainsKey).Select(id => byId[id].Transfer));
        if (defect is not Defect.FindsNoSettlements)
        {
            found.AddRange(originals.Where(byOriginal.ContainsKey).Select(id => byOriginal[id].Transfer));
        }
        return found;
    }

    public void Append(Batch batch)
    {
        if ((batch.Epoch != Epoch && defect is not Defect.IgnoresEpoch)
            || batch.FromNumber != Last.Number || batch.From != Last.Position)
        {
            throw new WriterReplacedException();
        }
        CheckConstraints(batch);
        if (defect is Defect.ForgetsBatches && ++appends % 16 == 0)
        {
            return;
        }
        Write(batch, accounts: batch.Opened.Count, transfers: batch.Transfers.Count);
        Batches.Add(new StoredBatch(batch.Number, batch.To, [.. batch.Hash], batch.PostedAt));
    }

    public void Confirm(long epoch)
    {
        if (epoch != Epoch)
        {
            throw new WriterReplacedException();
        }
    }

    /// <summary>Leaves a batch to be written some time before the next writer takes over.</summary>
    public void Doubt(Batch batch) => inDoubt = batch;

    /// <summary>Writes the beginning of a batch, whose process ends at this moment, and recovers from that.</summary>
    public void Tear(Batch batch, Dice dice)
    {
        if (batch.Epoch == Epoch && batch.FromNumber == Last.Number)
        {
            Write(batch, dice.Below(batch.Opened.Count + 1), dice.Below(batch.Transfers.Count + 1));
            if (defect is not Defect.KeepsTornBatches)
            {
                KeepUpTo(Last);
            }
        }
    }

    /// <summary>All processes have ended, and only what was forced to the disk is there.</summary>
    public void LosePower(Dice dice)
    {
        inDoubt = null;
        if (defect is Defect.AcknowledgesTooEarly && Batches.Count > 1)
        {
            Batches.RemoveAt(Batches.Count - 1);
            KeepUpTo(Last);
        }
        Balances.LosePower(dice);
    }

    private void ResolveDoubt()
    {
        if (inDoubt is { } batch)
        {
            inDoubt = null;
            if (batch.Epoch == Epoch && batch.FromNumber == Last.Number)
            {
                Append(batch);
            }
        }
    }

    // As TakePen.Replay does.
    private (List<Account> Changed, List<Mark> Marks) Replay(Dictionary<Guid, Account> accounts)
    {
        var changed = new HashSet<Account>();
        var marks = new List<Mark>();
        foreach (var row in Rows.Where(row => row.Transfer.Position > Balances.UpTo))
        {
            var position = row.Transfer.Position;
            if (defect is Defect.SkipsRowsInReplay && position % 8 == 0)
            {
                continue;
            }
            foreach (var (id, sums) in ((Guid, Sums)[])[(row.Transfer.Debit, row.Debit), (row.Transfer.Credit, row.Credit)])
            {
                var account = accounts[id];
                if (position > account.State.Last)
                {
                    account.Enter(position, sums);
                }
                changed.Add(account);
                if (account.State.IsMarked && account.State.Last == position)
                {
                    marks.Add(new Mark(id, position));
                }
            }
        }
        return ([.. changed], marks);
    }

    private void CheckConstraints(Batch batch)
    {
        var ids = batch.Transfers.Select(row => row.Transfer.Id);
        var originals = batch.Transfers.Where(row => row.Transfer.Original is not null)
            .Select(row => row.Transfer.Original!.Value).ToList();
        Violation ??= batch.Opened.Exists(account => accountIds.Contains(account.Id)) ? "an account's id is not unique"
            : ids.Any(byId.ContainsKey) || ids.Distinct().Count() < batch.Transfers.Count ? "an id is not unique"
            : originals.Exists(byOriginal.ContainsKey) || originals.Distinct().Count() < originals.Count
                ? "an original is not unique"
            : batch.Transfers.Exists(row => row.Transfer.Amount <= 0) ? "an amount is not positive"
            : batch.Transfers.Exists(row => row.Transfer.Debit == row.Transfer.Credit) ? "debit and credit are the same"
            : null;
        if (Violation is not null)
        {
            throw new InvalidOperationException(Violation);
        }
    }

    private void Write(Batch batch, int accounts, int transfers)
    {
        foreach (var a in batch.Opened.Take(accounts))
        {
            Accounts.Add(new StoredAccount(a.Id, a.Owner, a.Kind, a.Rules, a.OpenedAt, batch.Number));
            accountIds.Add(a.Id);
        }
        foreach (var row in batch.Transfers.Take(transfers))
        {
            Rows.Add(row);
            Index(row);
        }
    }

    private void KeepUpTo(StoredBatch kept)
    {
        Rows.RemoveAll(row => row.Transfer.Position > kept.Position);
        Accounts.RemoveAll(account => account.Batch > kept.Number);
        byId.Clear();
        byOriginal.Clear();
        Rows.ForEach(Index);
        accountIds.Clear();
        accountIds.UnionWith(Accounts.Select(account => account.Id));
    }

    private void Index(StagedTransfer row)
    {
        byId[row.Transfer.Id] = row;
        if (row.Transfer.Original is { } original)
        {
            byOriginal[original] = row;
        }
    }
}
