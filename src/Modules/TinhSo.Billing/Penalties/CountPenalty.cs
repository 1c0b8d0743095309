using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Bills;
using TinhSo.Billing.Claims;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;

namespace TinhSo.Billing.Penalties;

/// <summary>Counts what being late adds to a bill, day by day, by the rules of each day.</summary>
internal sealed class CountPenalty(BillingDb db, TimeProvider clock)
{
    /// <summary>What is not on record yet, up to today; the day behind the last day to pay is the first.</summary>
    /// <remarks>A bill in dated parts has days of its own, and nothing is added to it.</remarks>
    public Task<IReadOnlyList<PenaltyRow>> NotYetAdded(ClaimCase one, CancellationToken stop) =>
        NotYetAdded(one, clock.Today(), stop);

    /// <summary>Puts what is not on record yet there, with the bill's history.</summary>
    public Task<ClaimCase> Add(ClaimCase one, string who, CancellationToken stop) =>
        Add(one, who, clock.Today(), stop);

    /// <summary>Puts on record what being late adds up to the day on which money came for a part.</summary>
    /// <remarks>
    /// Whoever asked when it was late was told what that adds, and has until the end of the next day to pay it; a code
    /// that was given out before says nothing of it.
    /// </remarks>
    public async Task<ClaimCase> AddUntilPaid(
        ClaimCase one, PartRow part, DateTimeOffset receivedAt, CancellationToken stop)
    {
        var (asked, paid) = (VietnamTime.DayOf(part.MadeAt), VietnamTime.DayOf(receivedAt));
        return asked > one.Bill.DueOn && paid <= asked.AddDays(1) ? one : await Add(one, "system", paid, stop);
    }

    /// <summary>Days times the day's part, rounded half up to a whole đồng.</summary>
    public static long Of(long owed, int partsPerMillion, int days) =>
        (long)decimal.Round((decimal)owed * partsPerMillion * days / 1_000_000m, MidpointRounding.AwayFromZero);

    private async Task<IReadOnlyList<PenaltyRow>> NotYetAdded(ClaimCase one, DateOnly to, CancellationToken stop)
    {
        var from = one.Penalties.Select(p => p.ToOn).Append(one.Bill.DueOn).Max().AddDays(1);
        if (one.Bill.State is not BillState.Issued || one.Claim.IsPlanned || one.OwedOfBill == 0 || from > to)
        {
            return [];
        }
        var (provider, service) = (one.Claim.ProviderId, one.Bill.ServiceCode);
        var rules = await db.PenaltyRules.AsNoTracking()
            .Where(r => r.ProviderId == provider && r.Service == service && r.ValidFrom <= to
                && (r.ValidTo == null || r.ValidTo >= from))
            .OrderBy(r => r.ValidFrom).ToListAsync(stop);
        var added = new List<PenaltyRow>();
        foreach (var rule in rules)
        {
            var first = rule.ValidFrom > from ? rule.ValidFrom : from;
            var last = rule.ValidTo < to ? rule.ValidTo.Value : to;
            var room = (one.Bill.Amount * rule.CapPercent / 100) - one.Added - added.Sum(p => p.Amount);
            var amount = Math.Min(Of(one.OwedOfBill, rule.PartsPerMillion, last.DayNumber - first.DayNumber + 1), room);
            if (amount > 0)
            {
                added.Add(New(one, rule, first, last, amount));
            }
        }
        return added;
    }

    private async Task<ClaimCase> Add(ClaimCase one, string who, DateOnly to, CancellationToken stop)
    {
        var added = await NotYetAdded(one, to, stop);
        if (added.Count == 0)
        {
            return one;
        }
        db.AddRange(added);
        db.Add(new ChangeRow
        {
            Id = Ids.New(clock),
            BillId = one.Bill.Id,
            At = clock.GetUtcNow(),
            Who = who,
            What = "late",
            Why = Words.Dong(added.Sum(p => p.Amount)),
        });
        one.Claim.Version++;
        await db.SaveChangesAsync(stop);
        return one with { Penalties = [.. one.Penalties, .. added] };
    }

    private PenaltyRow New(ClaimCase one, PenaltyRuleRow rule, DateOnly first, DateOnly last, long amount) => new()
    {
        Id = Ids.New(clock),
        BillId = one.Bill.Id,
        RuleId = rule.Id,
        FromOn = first,
        ToOn = last,
        Owed = one.OwedOfBill,
        Amount = amount,
        AddedAt = clock.GetUtcNow(),
    };
}
