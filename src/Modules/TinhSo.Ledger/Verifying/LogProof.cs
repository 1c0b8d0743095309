using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;

namespace TinhSo.Ledger.Verifying;

/// <summary>Walks the log from its beginning: no row of it is missing, and every hash is that of its rows.</summary>
/// <remarks>
/// Each transfer is proved before the hash of its batch, so that a row which contradicts the others is named itself,
/// and only what nothing but the hash remembers is named by the batch.
/// </remarks>
internal sealed class LogProof(
    LogRows log, LogEnd end, RowProof rows, IReadOnlyDictionary<long, string> noted, IProgress<double>? progress)
{
    private const int ReportInterval = 5_000;

    private readonly Chain chain = new();
    private long position;

    /// <summary>The last batch that was found right; the others are counted with it.</summary>
    public long Batches { get; private set; }

    public long Transfers { get; private set; }

    public long Accounts { get; private set; }

    public byte[] Hash { get; private set; } = Chain.Beginning;

    public async Task<LedgerFault?> Run(CancellationToken stop)
    {
        await using var transfers = log.ReadTransfers(end.Position, stop).GetAsyncEnumerator(stop);
        while (Batches < end.Batch)
        {
            var upTo = Math.Min(Batches + LogRows.BatchesMax, end.Batch);
            var batches = await log.ReadBatches(Batches, upTo, stop);
            var accounts = await log.ReadOpened(Batches, upTo, stop);
            foreach (var batch in batches)
            {
                if (await Check(batch, accounts[batch.Value.Number], transfers, stop) is { } fault)
                {
                    return fault;
                }
            }
            if (Batches < upTo)
            {
                return Faults.Missing("ledger_batch", $"{Batches + 1}");
            }
            Report();
        }
        // What was cut off at the end leaves a chain that is right in itself.
        if (noted.Keys.Where(number => number > end.Batch).Order().FirstOrDefault() is > 0 and var lost)
        {
            return Faults.Missing("ledger_batch", $"{lost}");
        }
        return Transfers < end.Position ? Faults.OwnerBeyondBatches(end.Position, Transfers) : null;
    }

    private async ValueTask<LedgerFault?> Check(Stored<StoredBatch> stored, IEnumerable<Stored<Account>> accounts,
        IAsyncEnumerator<Stored<StagedTransfer>> transfers, CancellationToken stop)
    {
        var batch = stored.Value;
        if (!stored.IsReadable)
        {
            return Faults.Unreadable("ledger_batch", stored.Key);
        }
        if (batch.Number != Batches + 1)
        {
            return Faults.Missing("ledger_batch", $"{Batches + 1}");
        }
        if (batch.Position < Transfers || batch.Position > end.Position)
        {
            return Faults.BatchOutOfPlace(batch, Transfers, end.Position);
        }
        chain.Begin(Hash);
        if (Open(accounts, out var opened) is { } unreadable)
        {
            return unreadable;
        }
        while (position < batch.Position)
        {
            if (await CheckNext(transfers, stop) is { } fault)
            {
                return fault;
            }
        }
        opened.ForEach(chain.Add);
        var hash = chain.End();
        if (!hash.AsSpan().SequenceEqual(batch.Hash))
        {
            return Faults.WrongHash(batch, Transfers + 1);
        }
        if (noted.TryGetValue(batch.Number, out var root)
            && Convert.ToHexStringLower(hash) is var now && !root.Equals(now, StringComparison.OrdinalIgnoreCase))
        {
            return Faults.OtherThanNoted(batch.Number, root, now);
        }
        (Batches, Transfers, Accounts, Hash) = (batch.Number, position, Accounts + opened.Count, hash);
        return null;
    }

    private LedgerFault? Open(IEnumerable<Stored<Account>> stored, out List<Account> accounts)
    {
        accounts = [];
        foreach (var (isReadable, account, key) in stored)
        {
            if (!isReadable)
            {
                return Faults.Unreadable("ledger_account", key);
            }
            accounts.Add(account);
        }
        // In the order in which the batch was sealed.
        accounts.Sort((one, other) => one.Id.CompareTo(other.Id));
        accounts.ForEach(rows.Open);
        return null;
    }

    private async ValueTask<LedgerFault?> CheckNext(
        IAsyncEnumerator<Stored<StagedTransfer>> transfers, CancellationToken stop)
    {
        if (!await transfers.MoveNextAsync())
        {
            return Faults.Missing("ledger_transfer", $"{position + 1}");
        }
        var (isReadable, staged, key) = transfers.Current;
        if (!isReadable)
        {
            return Faults.Unreadable("ledger_transfer", key);
        }
        if (staged.Transfer.Position != position + 1)
        {
            return Faults.Missing("ledger_transfer", $"{position + 1}");
        }
        if (await rows.Check(staged, stop) is { } fault)
        {
            return fault;
        }
        chain.Add(staged.Transfer);
        if (++position % ReportInterval == 0)
        {
            Report();
        }
        return null;
    }

    private void Report() => progress?.Report(
        end.Position > 0 ? (double)position / end.Position : (double)Batches / end.Batch);
}
