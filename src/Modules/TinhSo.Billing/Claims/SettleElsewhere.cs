using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments;

namespace TinhSo.Billing.Claims;

/// <summary>A provider's report that a bill was paid at its own counter.</summary>
/// <param name="Reference">Of the provider's receipt.</param>
/// <param name="Amount">What was owed, in đồng: all of it.</param>
/// <param name="PaidOn">When.</param>
internal sealed record ElsewhereOrder(string? Reference, string? Amount, string? PaidOn);

/// <summary>
/// Keeps a provider's reports of what was paid at its own counter, and takes them back. No money of ours moves: the
/// bill says that it was paid elsewhere, and is counted so.
/// </summary>
internal sealed class SettleElsewhere(BillingDb db, TidyClaims tidy, ICaller caller, TimeProvider clock)
{
    public const string Permission = "billers.settle";

    public async Task<Outcome<Bill>> Report(Guid billId, ElsewhereOrder order, CancellationToken stop)
    {
        if (await ClaimCase.Find(db, billId, stop) is not { } one || !caller.May(Permission, one.Bill.Unit))
        {
            return KernelRefusals.NotFound;
        }
        var errors = new FieldErrors();
        var reference = errors.Required("reference", order.Reference, 60);
        var paidOn = errors.Day("paidOn", order.PaidOn);
        var amount = errors.Dong("amount", order.Amount);
        if (paidOn > clock.Today() || paidOn < clock.Today().AddYears(-1))
        {
            errors.Add("paidOn", "Ngày nộp phải trong vòng một năm qua.", "The day must lie within the past year.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (one.Bill.State is BillState.PaidElsewhere)
        {
            return await Repeated(one, reference, amount, stop);
        }
        if (one.Owed == 0)
        {
            return BillingRefusals.NotOwed;
        }
        if (amount != one.Owed)
        {
            return PaymentRefusals.AmountDiffers;
        }
        // First of all nobody may pay here any more; refused while money for it is on its way.
        if (await tidy.WithdrawAll(one, $"Đã nộp tại quầy, chứng từ {reference}", stop) is { } refusal)
        {
            return refusal;
        }
        db.ChangeTracker.Clear();
        return await db.InTransaction(() => Save(billId, reference, amount, paidOn, stop), stop);
    }

    public async Task<Outcome<Bill>> Reverse(Guid billId, string? reason, CancellationToken stop)
    {
        if (await ClaimCase.Find(db, billId, stop) is not { } one || !caller.May(Permission, one.Bill.Unit))
        {
            return KernelRefusals.NotFound;
        }
        var errors = new FieldErrors();
        var why = errors.Required("reason", reason, 300);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        db.ChangeTracker.Clear();
        return await db.InTransaction(() => TakeBack(billId, why, stop), stop);
    }

    private IQueryable<ElsewhereRow> Standing(Guid billId) =>
        db.Elsewhere.Where(e => e.BillId == billId && e.ReversedAt == null);

    private async Task<Outcome<Bill>> Repeated(ClaimCase one, string reference, long amount, CancellationToken stop)
    {
        var before = await Standing(one.Bill.Id).AsNoTracking().SingleAsync(stop);
        return (before.Reference, before.Amount) == (reference, amount)
            ? one.Bill.ToBill() : BillingRefusals.ReportedElsewhere;
    }

    private async Task<Outcome<Bill>> Save(
        Guid billId, string reference, long amount, DateOnly paidOn, CancellationToken stop)
    {
        var one = (await ClaimCase.Find(db, billId, stop))!;
        if (one.Bill.State is BillState.PaidElsewhere)
        {
            return await Repeated(one, reference, amount, stop);
        }
        if (one.Owed != amount)
        {
            return one.Owed == 0 ? BillingRefusals.NotOwed : PaymentRefusals.AmountDiffers;
        }
        var now = clock.GetUtcNow();
        TidyClaims.MarkWithdrawn(one);
        one.Claim.Version++;
        one.Bill.State = BillState.PaidElsewhere;
        var report = db.Add(new ElsewhereRow
        {
            Id = Ids.New(clock),
            BillId = billId,
            Reference = reference,
            Amount = amount,
            PaidOn = paidOn,
            RecordedBy = caller.Signature,
            RecordedAt = now,
        }).Entity;
        db.Add(tidy.Change(billId, caller.Signature, "paid-elsewhere", reference));
        db.Publish(new BillPaidElsewhere(report.Id, billId, one.Bill.Unit, one.Bill.ServiceCode, one.Bill.Place, amount,
            paidOn, now));
        await db.SaveChangesAsync(stop);
        return one.Bill.ToBill();
    }

    private async Task<Outcome<Bill>> TakeBack(Guid billId, string why, CancellationToken stop)
    {
        var one = (await ClaimCase.Find(db, billId, stop))!;
        if (await Standing(billId).SingleOrDefaultAsync(stop) is not { } report)
        {
            // Taken back before: the same again changes nothing. Never reported: there is nothing to take back.
            return await db.Elsewhere.AnyAsync(e => e.BillId == billId, stop)
                ? one.Bill.ToBill() : BillingRefusals.NotOwed;
        }
        (report.ReversedBy, report.ReversedAt, report.Why) = (caller.Signature, clock.GetUtcNow(), why);
        one.Claim.Version++;
        one.Bill.State = BillState.Issued;
        db.Add(tidy.Change(billId, caller.Signature, "elsewhere-reversed", why));
        db.Publish(new BillPaidElsewhereReversed(report.Id, billId, one.Bill.Unit, report.Amount, clock.GetUtcNow()));
        await db.SaveChangesAsync(stop);
        return one.Bill.ToBill();
    }
}
