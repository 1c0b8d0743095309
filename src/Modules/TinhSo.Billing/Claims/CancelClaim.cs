using TinhSo.Billing.Storage;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Claims;

/// <summary>Withdraws a provider's bill for which no money has come, with every request for it.</summary>
internal sealed class CancelClaim(BillingDb db, TidyClaims tidy, ICaller caller, TimeProvider clock)
{
    public async Task<Outcome<Bill>> Run(Guid billId, string? reason, CancellationToken stop)
    {
        if (await ClaimCase.Find(db, billId, stop) is not { } one || !caller.May(IssueClaims.Permission, one.Bill.Unit))
        {
            return KernelRefusals.NotFound;
        }
        var errors = new FieldErrors();
        var why = errors.Required("reason", reason, 300);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (one.Bill.State is BillState.Cancelled)
        {
            return one.Bill.ToBill();
        }
        if (one.Bill.State is not BillState.Issued || one.Kept > 0)
        {
            return BillingRefusals.NotOwed;
        }
        if (await tidy.WithdrawAll(one, why, stop) is { } refusal)
        {
            return refusal;
        }
        db.ChangeTracker.Clear();
        return await db.InTransaction(() => Save(billId, why, stop), stop);
    }

    private async Task<Outcome<Bill>> Save(Guid billId, string why, CancellationToken stop)
    {
        var one = (await ClaimCase.Find(db, billId, stop))!;
        if (one.Bill.State is BillState.Cancelled)
        {
            return one.Bill.ToBill();
        }
        if (one.Bill.State is not BillState.Issued || one.Kept > 0)
        {
            return BillingRefusals.NotOwed;
        }
        foreach (var part in one.Parts)
        {
            part.State = part.State is PartState.Open or PartState.Planned ? PartState.Withdrawn : part.State;
        }
        one.Claim.Version++;
        one.Bill.State = BillState.Cancelled;
        db.Add(tidy.Change(billId, caller.Signature, "cancelled", why));
        db.Publish(new BillCancelled(billId, one.Bill.Unit, one.Bill.Amount, clock.GetUtcNow()));
        await db.SaveChangesAsync(stop);
        return one.Bill.ToBill();
    }
}
