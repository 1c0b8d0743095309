using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments;

namespace TinhSo.Billing.Claims;

/// <summary>Brings the requests of a bill to what its parts say: opens the planned, withdraws what money has overtaken.
/// </summary>
/// <remarks>Payments is asked before the parts are marked; done again, each step finds what it did.</remarks>
internal sealed class TidyClaims(BillingDb db, IPayments payments, TimeProvider clock)
{
    private const int BatchMax = 200;

    /// <summary>Bills that wait to be tidied, at most 200.</summary>
    public Task<List<Guid>> Waiting(CancellationToken stop) =>
        db.Claims.AsNoTracking().Where(c => c.ToTidy).OrderBy(c => c.BillId).Take(BatchMax)
            .Select(c => c.BillId).ToListAsync(stop);

    /// <summary>Tidies one bill.</summary>
    public async Task Run(Guid billId, CancellationToken stop)
    {
        var one = (await ClaimCase.Find(db, billId, stop))!;
        var version = one.Claim.Version;
        var planned = one.Parts.Where(part => part.State is PartState.Planned).ToList();
        var codes = new Dictionary<Guid, string>();
        if (planned.Count > 0 && one.Bill.State is BillState.Issued)
        {
            if ((await payments.OpenAll([.. await Orders(one, planned, stop)], stop)).IsRefused(out _, out var opened))
            {
                // The other way round, such as without a payee, nothing can be asked for: tried again at the next step.
                return;
            }
            codes = opened.ToDictionary(request => request.Id, request => request.Code);
        }
        var withdrawn = new HashSet<Guid>();
        foreach (var part in one.Open.Where(part => IsOvertaken(one, part)).ToList())
        {
            if (!(await payments.Cancel(part.Id, "Đã nộp phần khác của phiếu", stop)).IsRefused(out _, out _))
            {
                withdrawn.Add(part.Id);
            }
        }
        db.ChangeTracker.Clear();
        await db.InTransaction(() => Mark(billId, version, codes, withdrawn, stop), stop);
    }

    // What is left is asked for by whoever looks it up next. A dated part stays until all of the bill is paid.
    private static bool IsOvertaken(ClaimCase one, PartRow part) => one.Bill.State is not BillState.Issued
        || one.Owed == 0 || (part.Kind is not PartKind.Instalment && (one.Claim.IsPlanned || part.Amount > one.Owed
            || (part.Kind is PartKind.Whole or PartKind.Rest && one.Kept > 0 && part.Amount != one.Owed)));

    private async Task<IEnumerable<PaymentOrder>> Orders(
        ClaimCase one, List<PartRow> planned, CancellationToken stop)
    {
        var payee = (await db.Providers.FindAsync([one.Claim.ProviderId], stop))!.PayeeId!.Value;
        return planned.Select(part => new PaymentOrder(part.Id, payee, part.Amount, one.Bill.ServiceCode,
            one.Bill.Place, $"bill:{one.Bill.Id}",
            $"{one.Bill.Number} – {one.Bill.CustomerName}, đợt {part.Number}, hạn nộp {Words.Date(part.DueOn)}",
            Bills.IssueBills.EndOf(part.DueOn)));
    }

    private async Task<bool> Mark(Guid billId, long version, Dictionary<Guid, string> codes, HashSet<Guid> withdrawn,
        CancellationToken stop)
    {
        var one = (await ClaimCase.Find(db, billId, stop))!;
        foreach (var part in one.Parts)
        {
            if (part.State is PartState.Planned && codes.TryGetValue(part.Id, out var code))
            {
                (part.State, part.PayCode) = (PartState.Open, code);
            }
            else if (part.State is PartState.Open && withdrawn.Contains(part.Id))
            {
                part.State = PartState.Withdrawn;
            }
        }
        // What happened meanwhile is looked at in another round.
        one.Claim.ToTidy = one.Claim.ToTidy && one.Claim.Version != version;
        one.Claim.Version++;
        await db.SaveChangesAsync(stop);
        return true;
    }

    /// <summary>Marks a bill to be tidied, within the transaction of what makes it untidy.</summary>
    public static void Ask(ClaimRow claim) => (claim.ToTidy, claim.Version) = (true, claim.Version + 1);

    /// <summary>Withdraws every open request of a bill, or tells that money for one is on its way.</summary>
    public async Task<Refusal?> WithdrawAll(ClaimCase one, string why, CancellationToken stop)
    {
        foreach (var part in one.Open)
        {
            if ((await payments.Cancel(part.Id, why, stop)).IsRefused(out var refusal, out _))
            {
                return refusal;
            }
        }
        return null;
    }

    /// <summary>Marks as withdrawn what <see cref="WithdrawAll"/> withdrew, within a transaction.</summary>
    public static void MarkWithdrawn(ClaimCase one)
    {
        foreach (var part in one.Open)
        {
            part.State = PartState.Withdrawn;
        }
    }

    /// <summary>A line of a bill's history.</summary>
    public Bills.ChangeRow Change(Guid billId, string who, string what, string? why) => new()
    {
        Id = Ids.New(clock),
        BillId = billId,
        At = clock.GetUtcNow(),
        Who = who,
        What = what,
        Why = why,
    };
}
