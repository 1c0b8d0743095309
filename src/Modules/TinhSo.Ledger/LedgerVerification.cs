using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Books;
using TinhSo.Ledger.Storage;
using TinhSo.Ledger.Verifying;

namespace TinhSo.Ledger;

/// <summary>Proves a ledger's store from its first row, and names the first that is wrong.</summary>
public static class LedgerVerification
{
    /// <summary>Reads the whole log up to where it ended at the start, and what is written behind it.</summary>
    /// <remarks>
    /// It changes nothing, and a writer may go on meanwhile. Rows are read in pieces; only accounts, their balances and
    /// open reservations are held in memory. Whoever can write to the store can also write other rows with the hashes
    /// that belong to them: only a root hash noted elsewhere shows that.
    /// </remarks>
    /// <param name="platform">The platform's database, beside which the ledger is.</param>
    /// <param name="configuredLedger">The configuration's <c>Ledger:ConnectionString</c>, or null.</param>
    /// <param name="cursors">How far each follower, by name, has taken the log in; read before this is called.</param>
    /// <param name="noted">Hashes that were noted elsewhere before, by the number of their batch.</param>
    /// <param name="progress">Told which part is done, from 0 to 1.</param>
    /// <param name="stop">Ends the proof.</param>
    public static async Task<LedgerVerdict> Run(Database platform, string? configuredLedger,
        IReadOnlyDictionary<string, long> cursors, IReadOnlyDictionary<long, string> noted,
        IProgress<double>? progress, CancellationToken stop)
    {
        var ledger = new LedgerDatabase(LedgerDatabase.Beside(platform, configuredLedger), TimeProvider.System);
        await using var log = await LogRows.Open(ledger, stop);
        if (log is null)
        {
            return new LedgerVerdict(0, 0, 0, Hex(Chain.Beginning), Faults.NoLedger);
        }
        await using var behind = await BehindRows.Open(ledger, stop);
        // Before the log's end: what is written behind the log is never beyond an end that is read later.
        var balances = new BalanceProof(await behind.Read(stop));
        if (await log.ReadEnd(stop) is not { } end)
        {
            return new LedgerVerdict(0, 0, 0, Hex(Chain.Beginning), Faults.Missing("ledger_owner", "1"));
        }
        var rows = new RowProof(log, balances);
        var proof = new LogProof(log, end, rows, noted, progress);
        var fault = await proof.Run(stop)
            ?? await log.FindStray(end, stop)
            ?? rows.CheckTotals(end)
            ?? balances.CheckEnd(end)
            ?? await MarkProof.Run(behind, log, stop)
            ?? CheckCursors(cursors, end);
        return new LedgerVerdict(proof.Batches, proof.Transfers, proof.Accounts, Hex(proof.Hash), fault);
    }

    private static LedgerFault? CheckCursors(IReadOnlyDictionary<string, long> cursors, LogEnd end)
    {
        var beyond = cursors.Where(cursor => cursor.Value > end.Position).Select(cursor => cursor.Key)
            .Order(StringComparer.Ordinal).FirstOrDefault();
        return beyond is null ? null : Faults.CursorBeyondEnd(beyond, cursors[beyond], end.Position);
    }

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}

/// <summary>What a proof of the ledger came to.</summary>
/// <param name="Batches">How many batches were found right, from the first.</param>
/// <param name="Transfers">How many transfers.</param>
/// <param name="Accounts">How many accounts.</param>
/// <param name="RootHash">The hash over all of those batches, in 64 hexadecimal digits: worth noting elsewhere.</param>
/// <param name="Fault">The first wrong row; null when all is right.</param>
public sealed record LedgerVerdict(
    long Batches, long Transfers, long Accounts, string RootHash, LedgerFault? Fault);

/// <summary>A wrong row.</summary>
/// <param name="Table">The table it is in, or is missing from.</param>
/// <param name="Row">Its key.</param>
/// <param name="What">What is wrong with it.</param>
public sealed record LedgerFault(string Table, string Row, Text What);
