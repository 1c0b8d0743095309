using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Billers;
using TinhSo.Billing.Bills;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Claims;

/// <summary>A part of a bill as its provider sees it.</summary>
/// <param name="PayCode">The code of its page, or null while it cannot be paid.</param>
internal sealed record PartView(Guid Id, PartKind Kind, int Number, long Amount, DateOnly DueOn, PartState State,
    string? PayCode, DateTimeOffset? PaidAt, string? Channel, string? ReceiptCode, long Refunded);

/// <summary>What was added for being late.</summary>
internal sealed record PenaltyView(DateOnly From, DateOnly To, long Owed, long Amount, string LegalBasis);

/// <summary>A provider's bill.</summary>
/// <param name="Reference">The provider's own.</param>
/// <param name="CustomerCode">All but its last signs hidden.</param>
/// <param name="HolderName">The first letter of each word.</param>
/// <param name="Paid">What came here and stayed.</param>
/// <param name="Penalty">What was added for being late, on record so far.</param>
/// <param name="Owed">What is still to be paid.</param>
/// <param name="Overpaid">What came beyond all that was owed, and is to be given back.</param>
internal sealed record ClaimView(Guid Id, string Number, Guid BillerId, string Unit, string Reference,
    string CustomerCode, string HolderName, string Service, string Period, string? Description, string? Place,
    long Amount, long Penalty, long Paid, long Owed, long Overpaid, DateOnly DueOn, BillState State,
    bool IsPlanned, DateTimeOffset IssuedAt, IReadOnlyList<PartView> Parts, IReadOnlyList<PenaltyView> Penalties);

/// <summary>Which bills of a provider are wanted; what is null does not matter.</summary>
/// <param name="Search">A whole customer's code, a whole reference, or the end of a number.</param>
internal sealed record ClaimFilter(string? Service = null, string? Period = null, BillState? State = null,
    string? Search = null, string? Cursor = null, int Limit = 50);

/// <summary>Finds providers' bills for the staff and the systems of that very provider.</summary>
internal sealed class FindClaims(BillingDb db, ICaller caller)
{
    public const string Permission = "billers.bills";

    /// <summary>A bill that this caller may see, or null.</summary>
    public async Task<ClaimView?> Find(Guid billId, CancellationToken stop) =>
        await db.Claims.AsNoTracking().AnyAsync(c => c.BillId == billId, stop)
            && await db.Bills.AsNoTracking().SingleAsync(b => b.Id == billId, stop) is var bill
            && caller.May(Permission, bill.Unit)
            ? (await Views([billId], stop)).Single() : null;

    /// <summary>A provider's bills that fit, newest number first; null when they are not for this caller.</summary>
    public async Task<Page<ClaimView>?> List(Guid providerId, ClaimFilter filter, CancellationToken stop)
    {
        var provider = await db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.Id == providerId, stop);
        if (provider is null || !caller.May(Permission, provider.Unit))
        {
            return null;
        }
        var limit = Math.Clamp(filter.Limit, 1, 500);
        var rows = await Fitting(provider, filter)
            .OrderByDescending(b => b.Number).Take(limit + 1).Select(b => new { b.Id, b.Number }).ToListAsync(stop);
        var page = Page.Cut(rows, limit, b => b.Number);
        var views = (await Views([.. page.Items.Select(b => b.Id)], stop)).ToDictionary(view => view.Id);
        return new([.. page.Items.Select(b => views[b.Id])], page.Next);
    }

    /// <summary>A bill of a provider by the provider's own reference, or null.</summary>
    public async Task<ClaimView?> ByReference(Guid providerId, string? reference, CancellationToken stop) =>
        await Find(CheckClaim.IdOf(providerId, CodeFormat.Clean(reference)), stop);

    /// <summary>Lets go of what was read, so that a long list takes no more memory than a page of it.</summary>
    public void Forget() => db.ChangeTracker.Clear();

    /// <summary>What happened to a bill, oldest first.</summary>
    public Task<List<ChangeRow>> History(Guid billId, CancellationToken stop) =>
        db.Changes.AsNoTracking().Where(c => c.BillId == billId).OrderBy(c => c.Id).Take(200).ToListAsync(stop);

    private IQueryable<BillRow> Fitting(ProviderRow provider, ClaimFilter filter)
    {
        var bills = db.Bills.AsNoTracking().Where(b => b.Unit == provider.Unit);
        if (Words.Clean(filter.Service ?? "") is { Length: > 0 } service)
        {
            bills = bills.Where(b => b.ServiceCode == service);
        }
        if (Words.Clean(filter.Period ?? "") is { Length: > 0 } period)
        {
            bills = bills.Where(b => b.Period == period);
        }
        if (filter.State is { } state)
        {
            bills = bills.Where(b => b.State == state);
        }
        if (CodeFormat.Clean(filter.Search) is { Length: > 0 } typed)
        {
            var indexes = db.IndexesOf<HolderRow>(nameof(HolderRow.CodeIndex), typed);
            bills = bills.Where(b => b.Number.EndsWith(typed) || db.Claims.Any(c => c.BillId == b.Id
                && (c.Reference == typed || db.Holders.Any(h => h.Id == c.HolderId && indexes.Contains(h.CodeIndex)))));
        }
        if (Words.Clean(filter.Cursor ?? "") is { Length: > 0 } after)
        {
            bills = bills.Where(b => b.Number.CompareTo(after) < 0);
        }
        return bills;
    }

    private async Task<List<ClaimView>> Views(IReadOnlyList<Guid> ids, CancellationToken stop)
    {
        var cases = await ClaimCase.Read(db, ids, stop);
        var holderIds = cases.Select(one => one.Claim.HolderId).Distinct().ToList();
        var holders = await db.Holders.AsNoTracking().Where(h => holderIds.Contains(h.Id))
            .ToDictionaryAsync(h => h.Id, stop);
        var ruleIds = cases.SelectMany(one => one.Penalties).Select(p => p.RuleId).Distinct().ToList();
        var rules = ruleIds.Count == 0 ? [] : await db.PenaltyRules.AsNoTracking()
            .Where(r => ruleIds.Contains(r.Id)).ToDictionaryAsync(r => r.Id, r => r.LegalBasis, stop);
        return cases.ConvertAll(one => View(one, holders[one.Claim.HolderId], rules));
    }

    private static ClaimView View(ClaimCase one, HolderRow holder, Dictionary<Guid, string> rules)
    {
        var (bill, claim) = (one.Bill, one.Claim);
        return new(bill.Id, bill.Number, claim.ProviderId, bill.Unit, claim.Reference, Masked.Code(holder.Code),
            Masked.Name(holder.Name), bill.ServiceCode, bill.Period, claim.Description, bill.Place, bill.Amount,
            one.Added, one.Kept, one.Owed,
            bill.State is BillState.PaidElsewhere or BillState.Cancelled
                ? one.Kept : Math.Max(0, one.Kept - bill.Amount - one.Added),
            bill.DueOn, bill.State, claim.IsPlanned, bill.IssuedAt,
            [.. one.Parts.OrderBy(p => p.MadeAt).ThenBy(p => p.Number).Select(Of)],
            [.. one.Penalties.Select(p => new PenaltyView(p.FromOn, p.ToOn, p.Owed, p.Amount, rules[p.RuleId]))]);
    }

    private static PartView Of(PartRow part) => new(part.Id, part.Kind, part.Number, part.Amount, part.DueOn,
        part.State, part.State is PartState.Open ? part.PayCode : null, part.PaidAt, part.Channel,
        part.ReceiptCode, part.Refunded);
}
