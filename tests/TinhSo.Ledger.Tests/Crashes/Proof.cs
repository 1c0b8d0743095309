using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Storage;
using static TinhSo.Ledger.Tests.Simulation.Claim;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>Looks at a store from outside, and then has the engine's own proof look too.</summary>
internal static class Proof
{
    /// <summary>How many rows are right; throws when one is not.</summary>
    public static async Task<int> Of(Witness witness, Database platform)
    {
        var tables = await Tables.Read(LedgerDatabase.Beside(platform, configured: null));
        OutsideChecker.Check(witness, tables);
        var verdict = await LedgerVerification.Run(
            platform, null, new Dictionary<string, long>(), new Dictionary<long, string>(), null, CancellationToken.None);
        Require(verdict.Fault is null, $"Verified to be wrong: {verdict.Fault}.");
        Require(verdict.Transfers == tables.Rows.Count, $"Of {tables.Rows.Count} rows {verdict.Transfers} were verified.");
        return tables.Rows.Count;
    }
}
