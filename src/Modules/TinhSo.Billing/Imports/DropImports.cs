using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;

namespace TinhSo.Billing.Imports;

/// <summary>Lets go of the rows of files: of those that broke off, and of those that nobody decided upon.</summary>
internal sealed class DropImports(BillingDb db, TimeProvider clock)
{
    /// <summary>No upload takes longer.</summary>
    private static readonly TimeSpan UploadMax = TimeSpan.FromHours(6);

    /// <summary>Names and codes of people do not wait longer for a decision.</summary>
    private static readonly TimeSpan DecisionMax = TimeSpan.FromDays(30);

    /// <summary>Drops what is old; returns how many files.</summary>
    public async Task<int> Run(CancellationToken stop)
    {
        var (broken, forgotten) = (clock.GetUtcNow() - UploadMax, clock.GetUtcNow() - DecisionMax);
        var old = await db.Imports.AsNoTracking()
            .Where(i => (i.State == ImportState.Uploading && i.UploadedAt < broken)
                || (i.State == ImportState.Checked && i.UploadedAt < forgotten))
            .OrderBy(i => i.Id).Select(i => i.Id).Take(100).ToListAsync(stop);
        foreach (var id in old)
        {
            await db.InTransaction(() => Discard(db, id, stop), stop);
        }
        return old.Count;
    }

    /// <summary>Gives a file up, within a transaction; the same file may then come again.</summary>
    public static async Task<ImportRow> Discard(BillingDb db, Guid importId, CancellationToken stop)
    {
        var import = await db.Imports.SingleAsync(i => i.Id == importId, stop);
        (import.State, import.Digest) = (ImportState.Discarded, null);
        await Rows(db, importId, stop);
        await db.SaveChangesAsync(stop);
        return import;
    }

    /// <summary>Deletes what was read from a file.</summary>
    public static async Task Rows(BillingDb db, Guid importId, CancellationToken stop)
    {
        await db.ImportChunks.Where(c => c.ImportId == importId).ExecuteDeleteAsync(stop);
        await db.ImportFaults.Where(f => f.ImportId == importId).ExecuteDeleteAsync(stop);
    }
}
