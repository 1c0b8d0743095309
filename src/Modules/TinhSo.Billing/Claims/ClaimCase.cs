using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Bills;
using TinhSo.Billing.Penalties;
using TinhSo.Billing.Storage;

namespace TinhSo.Billing.Claims;

/// <summary>A provider's bill with all that decides what of it is owed.</summary>
internal sealed record ClaimCase(
    BillRow Bill, ClaimRow Claim, IReadOnlyList<PartRow> Parts, IReadOnlyList<PenaltyRow> Penalties)
{
    /// <summary>What came and stayed, over all parts.</summary>
    public long Kept => Parts.Sum(part => part.Kept);

    /// <summary>What was added for being late, so far.</summary>
    public long Added => Penalties.Sum(penalty => penalty.Amount);

    /// <summary>What is still to be paid; nothing once the bill is paid here or elsewhere, or withdrawn.</summary>
    public long Owed => Bill.State is BillState.Issued ? Math.Max(0, Bill.Amount + Added - Kept) : 0;

    /// <summary>Money pays the bill itself first, and what was added for being late behind that.</summary>
    public long OwedOfBill => Math.Max(0, Bill.Amount - Kept);

    /// <summary>How often money has changed what is owed: what is asked anew is another request each time.</summary>
    public int Round => Parts.Count(part => part.State is PartState.Paid or PartState.Withdrawn);

    public IEnumerable<PartRow> Open => Parts.Where(part => part.State is PartState.Open);

    /// <summary>Bills with their claims, parts and penalties, tracked, by their ids.</summary>
    public static async Task<List<ClaimCase>> Read(
        BillingDb db, IReadOnlyCollection<Guid> ids, CancellationToken stop)
    {
        var bills = await db.Bills.Where(b => ids.Contains(b.Id)).ToDictionaryAsync(b => b.Id, stop);
        var claims = await db.Claims.Where(c => ids.Contains(c.BillId)).ToListAsync(stop);
        var parts = (await db.Parts.Where(p => ids.Contains(p.BillId)).OrderBy(p => p.Number).ThenBy(p => p.Id)
            .ToListAsync(stop)).ToLookup(p => p.BillId);
        var penalties = (await db.Penalties.Where(p => ids.Contains(p.BillId)).OrderBy(p => p.FromOn)
            .ToListAsync(stop)).ToLookup(p => p.BillId);
        return claims.ConvertAll(claim => new ClaimCase(
            bills[claim.BillId], claim, [.. parts[claim.BillId]], [.. penalties[claim.BillId]]));
    }

    /// <summary>A provider's bill, tracked, or null.</summary>
    public static async Task<ClaimCase?> Find(BillingDb db, Guid id, CancellationToken stop) =>
        (await Read(db, [id], stop)).SingleOrDefault();
}
