using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Bills;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Claims;

/// <summary>What came of issuing a provider's bills.</summary>
/// <param name="New">How many were issued now.</param>
/// <param name="Before">How many had been issued before, with the same content.</param>
/// <param name="Differing">Those whose reference belongs to a bill with another content; they are left as they are.
/// </param>
internal sealed record IssuedClaims(int New, int Before, IReadOnlySet<Guid> Differing);

/// <summary>Issues a provider's bills; the same reference again is the same bill.</summary>
internal sealed class IssueClaims(BillingDb db, IssueBills issue, CheckClaim check, ICaller caller, TimeProvider clock)
{
    public const string Permission = "billers.issue";
    public const int OrdersMax = 500;

    /// <summary>Checks and issues one bill.</summary>
    public async Task<Outcome<Bill>> One(Guid providerId, ClaimOrder order, CancellationToken stop)
    {
        var provider = await db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.Id == providerId, stop);
        if (provider is null || !caller.May(Permission, provider.Unit))
        {
            return provider is null ? KernelRefusals.NotFound : KernelRefusals.Forbidden;
        }
        var terms = await check.TermsOf(provider, stop);
        var errors = new FieldErrors();
        var clean = check.Check(terms, order, errors);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if ((await Run(terms, [clean], null, stop)).IsRefused(out var refusal, out var issued))
        {
            return refusal;
        }
        // Looked at once more: somebody may have used the reference for another bill meanwhile.
        return issued.Differing.Count > 0 || (await Differing([clean], stop)).Count > 0
            ? BillingRefusals.ReferenceUsedDifferently
            : (await db.Bills.AsNoTracking().SingleAsync(b => b.Id == clean.BillId, stop)).ToBill();
    }

    /// <summary>Issues bills that were checked before.</summary>
    /// <param name="terms">The provider's.</param>
    /// <param name="claims">At most 500, no two with one reference.</param>
    /// <param name="importId">The file that they come from, or null.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Outcome<IssuedClaims>> Run(
        ClaimTerms terms, IReadOnlyList<CleanClaim> claims, Guid? importId, CancellationToken stop)
    {
        if (terms.Provider.PayeeId is null)
        {
            return BillingRefusals.ProviderHasNoAccount;
        }
        var differing = await Differing(claims, stop);
        var wanted = claims.Where(claim => !differing.Contains(claim.BillId)).ToDictionary(claim => claim.BillId);
        if (wanted.Count == 0)
        {
            return new IssuedClaims(0, 0, differing);
        }
        var holders = await db.InTransaction(() => KeepHolders(terms.Provider.Id, [.. wanted.Values], stop), stop);
        var orders = wanted.Values.Select(claim => Order(terms, claim, holders[claim.CustomerCode])).ToList();
        var issued = await issue.Issue(orders, order => Describe(terms, order, wanted[order.Id]),
            bill => Keep(bill, terms.Provider.Id, holders[wanted[bill.Id].CustomerCode], wanted[bill.Id], importId),
            stop);
        return issued.Match<Outcome<IssuedClaims>>(
            done => new IssuedClaims(done.New, done.Before, differing), refusal => refusal);
    }

    /// <summary>The bills whose reference was used before, for something else.</summary>
    public async Task<IReadOnlySet<Guid>> Differing(IReadOnlyList<CleanClaim> claims, CancellationToken stop)
    {
        var ids = claims.Select(claim => claim.BillId).ToList();
        var known = await (from claim in db.Claims.AsNoTracking()
                           join bill in db.Bills on claim.BillId equals bill.Id
                           join holder in db.Holders on claim.HolderId equals holder.Id
                           where ids.Contains(claim.BillId)
                           select new { bill.Id, bill.Amount, bill.DueOn, bill.Period, bill.ServiceCode, holder.Code })
            .ToDictionaryAsync(one => one.Id, stop);
        return claims.Where(claim => known.TryGetValue(claim.BillId, out var one)
                && (one.Amount, one.DueOn, one.Period, one.ServiceCode, one.Code)
                    != (claim.Amount, claim.DueOn, claim.Period, claim.Service, claim.CustomerCode))
            .Select(claim => claim.BillId).ToHashSet();
    }

    // The ids of the holders by their codes; who is new is added, and who is called otherwise now is renamed.
    private async Task<Dictionary<string, Guid>> KeepHolders(
        Guid providerId, IReadOnlyList<CleanClaim> claims, CancellationToken stop)
    {
        var names = claims.GroupBy(claim => claim.CustomerCode)
            .ToDictionary(of => of.Key, of => of.Last().HolderName, StringComparer.Ordinal);
        var indexes = names.Keys
            .SelectMany(code => db.IndexesOf<HolderRow>(nameof(HolderRow.CodeIndex), code)).ToList();
        var known = await db.Holders.Where(h => h.ProviderId == providerId && indexes.Contains(h.CodeIndex))
            .ToListAsync(stop);
        foreach (var holder in known.Where(holder => names[holder.Code] != holder.Name))
        {
            holder.Name = names[holder.Code];
        }
        var ids = known.ToDictionary(holder => holder.Code, holder => holder.Id, StringComparer.Ordinal);
        foreach (var (code, name) in names.Where(one => !ids.ContainsKey(one.Key)))
        {
            var holder = new HolderRow { Id = Ids.New(clock), ProviderId = providerId, Code = code, Name = name };
            db.Add(holder);
            ids.Add(code, holder.Id);
        }
        await db.SaveChangesAsync(stop);
        return ids;
    }

    private static BillOrder Order(ClaimTerms terms, CleanClaim claim, Guid holderId) => new(
        claim.BillId, terms.Provider.Unit, HolderRow.CustomerOf(holderId), Masked.Name(claim.HolderName), claim.Period,
        claim.Service, claim.Place,
        [BillLine.Of(claim.Service, claim.Description ?? NameOf(terms, claim.Service), 1, claim.Amount, null)],
        claim.DueOn);

    // Read by whoever has the code, so whose bill it is stays hidden in it.
    private static string Describe(ClaimTerms terms, BillOrder order, CleanClaim claim) =>
        $"{NameOf(terms, claim.Service)} {order.Period[5..]}/{order.Period[..4]} – {order.CustomerName}, "
        + $"hạn nộp {Words.Date(order.DueOn)}";

    private static string NameOf(ClaimTerms terms, string service) =>
        terms.Services.TryGetValue(service, out var name) ? name.Vi : service;

    private void Keep(BillRow bill, Guid providerId, Guid holderId, CleanClaim claim, Guid? importId)
    {
        db.Add(new ClaimRow
        {
            BillId = bill.Id,
            ProviderId = providerId,
            HolderId = holderId,
            Reference = claim.Reference,
            Description = claim.Description,
            ImportId = importId,
        });
        db.Add(new PartRow
        {
            Id = bill.Id,
            BillId = bill.Id,
            Kind = PartKind.Whole,
            Number = 1,
            Amount = bill.Amount,
            DueOn = bill.DueOn,
            State = PartState.Open,
            PayCode = bill.PayCode,
            MadeBy = caller.Signature,
            MadeAt = bill.IssuedAt,
        });
    }
}
