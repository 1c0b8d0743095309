using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Imports;

/// <summary>Has the bills of a file issued, or gives the file up.</summary>
internal sealed class DecideImport(BillingDb db, ImportRunner runner, ICaller caller, TimeProvider clock)
{
    /// <summary>Begins to issue; said again, it answers as the first time.</summary>
    /// <param name="id">The import.</param>
    /// <param name="onlyGood">Whether the good rows are issued although others are bad.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Outcome<ImportRow>> Issue(Guid id, bool onlyGood, CancellationToken stop)
    {
        if (await Refusal(id, stop) is { } refusal)
        {
            return refusal;
        }
        var begun = await db.InTransaction(() => Begin(id, onlyGood, stop), stop);
        runner.Wake();
        return begun;
    }

    /// <summary>Gives a file up before anything of it is issued.</summary>
    public async Task<Outcome<ImportRow>> Discard(Guid id, CancellationToken stop) =>
        await Refusal(id, stop) is { } refusal ? refusal : await db.InTransaction(() => GiveUp(id, stop), stop);

    private async Task<Refusal?> Refusal(Guid id, CancellationToken stop)
    {
        var unit = await (from import in db.Imports.AsNoTracking()
                          join provider in db.Providers on import.ProviderId equals provider.Id
                          where import.Id == id
                          select provider.Unit).SingleOrDefaultAsync(stop);
        return unit is null || !caller.May(TakeImport.Permission, unit) ? KernelRefusals.NotFound : null;
    }

    private async Task<Outcome<ImportRow>> Begin(Guid id, bool onlyGood, CancellationToken stop)
    {
        var import = await db.Imports.SingleAsync(i => i.Id == id, stop);
        if (import.State is ImportState.Running or ImportState.Finished)
        {
            return import;
        }
        if (import.State is not ImportState.Checked)
        {
            return BillingRefusals.ImportDecided;
        }
        if (import.BadRows > 0 && (!onlyGood || import.BadRows == import.RowCount))
        {
            return BillingRefusals.ImportHasFaults;
        }
        (import.State, import.DecidedBy, import.DecidedAt) = (ImportState.Running, caller.Signature, clock.GetUtcNow());
        db.Record("billing.import-issued", $"import:{id}");
        await db.SaveChangesAsync(stop);
        return import;
    }

    private async Task<Outcome<ImportRow>> GiveUp(Guid id, CancellationToken stop)
    {
        var import = await db.Imports.AsNoTracking().SingleAsync(i => i.Id == id, stop);
        if (import.State is ImportState.Discarded)
        {
            return import;
        }
        if (import.State is not ImportState.Checked)
        {
            return BillingRefusals.ImportDecided;
        }
        db.Record("billing.import-discarded", $"import:{id}");
        return await DropImports.Discard(db, id, stop);
    }
}
