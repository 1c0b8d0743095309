using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Settlements;

/// <summary>Has the lines of a file booked, or gives the file up.</summary>
/// <remarks>One person is enough: what a partner reports lets no money out, and every line is kept with its file.
/// </remarks>
internal sealed class DecidePartnerFile(PaymentsDb db, PartnerFileRunner runner, ICaller caller, TimeProvider clock)
{
    /// <summary>Begins to book; said again, it answers as the first time.</summary>
    /// <param name="id">The file.</param>
    /// <param name="onlyGood">Whether the good lines are booked although others are bad.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Outcome<PartnerFile>> Confirm(Guid id, bool onlyGood, CancellationToken stop)
    {
        if (!await May(id, stop))
        {
            return KernelRefusals.NotFound;
        }
        var begun = await db.InTransaction(() => Begin(id, onlyGood, stop), stop);
        runner.Wake();
        return begun;
    }

    /// <summary>Gives a file up before anything of it is booked; the same file may then come again.</summary>
    public async Task<Outcome<PartnerFile>> Discard(Guid id, CancellationToken stop) =>
        await May(id, stop) ? await db.InTransaction(() => GiveUp(id, stop), stop) : KernelRefusals.NotFound;

    private async Task<bool> May(Guid id, CancellationToken stop)
    {
        var unit = await (from file in db.PartnerFiles.AsNoTracking()
                          join partner in db.Partners on file.PartnerId equals partner.Id
                          where file.Id == id && file.State != PartnerFileState.Uploading
                          select partner.Unit).SingleOrDefaultAsync(stop);
        return unit is not null && caller.May(TakePartnerFile.Permission, unit);
    }

    private async Task<Outcome<PartnerFile>> Begin(Guid id, bool onlyGood, CancellationToken stop)
    {
        var file = (await db.Lock<PartnerFile>(id, stop))!;
        if (file.State is PartnerFileState.Running or PartnerFileState.Finished)
        {
            return file;
        }
        if (file.State is not PartnerFileState.Checked)
        {
            return PaymentRefusals.PartnerFileDecided;
        }
        if (file.BadLines > 0 && (!onlyGood || file.BadLines == file.Lines))
        {
            return PaymentRefusals.PartnerFileHasFaults;
        }
        (file.State, file.DecidedBy, file.DecidedAt) =
            (PartnerFileState.Running, caller.Signature, clock.GetUtcNow());
        db.Record("payments.partner-file-confirmed", $"partner-file:{id}");
        await db.SaveChangesAsync(stop);
        return file;
    }

    private async Task<Outcome<PartnerFile>> GiveUp(Guid id, CancellationToken stop)
    {
        var file = (await db.Lock<PartnerFile>(id, stop))!;
        if (file.State is PartnerFileState.Discarded)
        {
            return file;
        }
        if (file.State is not PartnerFileState.Checked)
        {
            return PaymentRefusals.PartnerFileDecided;
        }
        (file.State, file.Digest) = (PartnerFileState.Discarded, null);
        (file.DecidedBy, file.DecidedAt) = (caller.Signature, clock.GetUtcNow());
        await TakePartnerFile.DropLines(db, id, stop);
        db.Record("payments.partner-file-discarded", $"partner-file:{id}");
        await db.SaveChangesAsync(stop);
        return file;
    }
}
