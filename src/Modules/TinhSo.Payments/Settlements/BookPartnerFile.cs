using System.Text;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Settlements;

/// <summary>Turns the lines of a confirmed file into notices, which then go the way of any notice.</summary>
/// <remarks>
/// Some lines at a time: kept first, decided then, and counted done behind that. Whoever dies in between does the rest
/// again, and finds the same notices there, since their ids follow from partner and transaction.
/// </remarks>
internal sealed class BookPartnerFile(PaymentsDb db, KeepNotice keep, DecideNotice decide, TimeProvider clock)
{
    /// <summary>Why a line has no effect that an earlier file tells otherwise.</summary>
    public static readonly Text Differs = new("Giao dịch này đã có trong tệp trước với nội dung khác.",
        "An earlier file has this transaction with another content.");

    private const int ChunkMax = 200;

    /// <summary>No upload takes longer.</summary>
    private static readonly TimeSpan UploadMax = TimeSpan.FromHours(6);

    /// <summary>The lines that have become money, of those transactions.</summary>
    public static async Task<Dictionary<Guid, PartnerLine>> Earlier(
        PaymentsDb db, List<PartnerLine> lines, CancellationToken stop)
    {
        var noticeIds = lines.ConvertAll(line => line.NoticeId);
        return await db.PartnerLines.AsNoTracking()
            .Where(line => noticeIds.Contains(line.NoticeId)
                && (line.State == PartnerLineState.Kept || line.State == PartnerLineState.Decided))
            .ToDictionaryAsync(line => line.NoticeId, stop);
    }

    /// <summary>Books the next lines of a file; false when there are none left.</summary>
    public async Task<bool> Step(Guid fileId, CancellationToken stop)
    {
        var file = await db.PartnerFiles.AsNoTracking().SingleAsync(one => one.Id == fileId, stop);
        if (file.State is not PartnerFileState.Running)
        {
            return false;
        }
        var chunk = await db.PartnerLines.AsNoTracking()
            .Where(line => line.FileId == fileId
                && (line.State == PartnerLineState.Checked || line.State == PartnerLineState.Kept))
            .OrderBy(line => line.Line).Take(ChunkMax).Select(line => line.Id).ToListAsync(stop);
        if (chunk.Count == 0)
        {
            await db.InTransaction(() => Finish(fileId, stop), stop);
            return false;
        }
        var kept = await db.InTransaction(() => Keep(file, chunk, stop), stop);
        foreach (var line in kept)
        {
            db.ChangeTracker.Clear();
            // What a busy ledger puts off, the sweep does: the notice is kept.
            await decide.Run(line.NoticeId, stop);
        }
        db.ChangeTracker.Clear();
        await db.PartnerLines.Where(line => chunk.Contains(line.Id) && line.State == PartnerLineState.Kept)
            .ExecuteUpdateAsync(set => set.SetProperty(line => line.State, PartnerLineState.Decided), stop);
        return true;
    }

    /// <summary>Lets go of files whose upload broke off.</summary>
    public async Task DropBroken(CancellationToken stop)
    {
        var broken = clock.GetUtcNow() - UploadMax;
        var ids = await db.PartnerFiles.AsNoTracking()
            .Where(file => file.State == PartnerFileState.Uploading && file.UploadedAt < broken)
            .OrderBy(file => file.Id).Select(file => file.Id).Take(100).ToListAsync(stop);
        foreach (var id in ids)
        {
            await db.InTransaction(() => TakePartnerFile.Forget(db, id, stop), stop);
        }
    }

    /// <summary>Keeps the notices of lines, and gives those that are to be decided.</summary>
    private async Task<List<PartnerLine>> Keep(PartnerFile file, List<Guid> chunk, CancellationToken stop)
    {
        // Two files of one partner may tell of the same transaction: they wait for each other here.
        var partner = (await db.Lock<Partner>(file.PartnerId, stop))!;
        var lines = await db.PartnerLines.Where(line => chunk.Contains(line.Id)).OrderBy(line => line.Line)
            .ToListAsync(stop);
        var earlier = await Earlier(db, lines, stop);
        foreach (var line in lines.Where(line => line.State is PartnerLineState.Checked))
        {
            if (!earlier.TryGetValue(line.NoticeId, out var first))
            {
                await keep.Keep(partner.Account.Provider, NoticeOf(line, partner.Account), BodyOf(line), stop);
                line.State = PartnerLineState.Kept;
                continue;
            }
            line.State = first.SaysAs(line) ? PartnerLineState.Before : PartnerLineState.LeftOut;
            if (line.State is PartnerLineState.LeftOut)
            {
                db.PartnerFaults.Add(PartnerFault.Of(file.Id, line.Line, "transaction_id", Differs));
            }
        }
        await db.SaveChangesAsync(stop);
        return lines.FindAll(line => line.State is PartnerLineState.Kept);
    }

    private async Task<bool> Finish(Guid fileId, CancellationToken stop)
    {
        var file = (await db.Lock<PartnerFile>(fileId, stop))!;
        if (file.State is PartnerFileState.Running)
        {
            (file.State, file.FinishedAt) = (PartnerFileState.Finished, clock.GetUtcNow());
            await db.SaveChangesAsync(stop);
        }
        return true;
    }

    private static BankNotice NoticeOf(PartnerLine line, PartnerAccount account) => new(line.TransactionId,
        account.Provider, null, null, line.Amount, IsDebit: false, MemoOf(line.RequestCode), null, null, null,
        line.PaidAt);

    /// <summary>What was typed for a request, as a bank's memo would have it.</summary>
    private static string MemoOf(string typed) =>
        ShortCode.Parse(typed, Memos.CodeLength) is { } code ? Memos.For(code) : typed;

    private static byte[] BodyOf(PartnerLine line) => Encoding.UTF8.GetBytes(FormattableString.Invariant(
        $"{line.TransactionId},{line.RequestCode},{line.Amount},{line.Fee},{line.PaidAt:O},{line.Terminal}"));
}
