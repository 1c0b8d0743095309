using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Receipts;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Shifts;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Refunds;

/// <summary>Gives money back, in part or whole: one person proposes, another approves, since money leaves.</summary>
internal sealed class RefundDesk(
    PaymentsDb db, PostMoves moves, Tills tills, ICaller caller, TimeProvider clock)
{
    public const string Permission = "payments.refund";
    public const string ApprovePermission = "payments.refund-approve";

    public async Task<Outcome<Refund>> Propose(
        Guid refundId, Guid paymentId, long amount, string? reason, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var why = errors.Required("reason", reason, 500);
        errors.Range("amount", amount, 1, Amounts.Max);
        if (refundId == Guid.Empty)
        {
            errors.Add("id", "Thiếu mã định danh.", "The id is missing.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (await FindAllowed(paymentId, Permission, stop) is not { } payment)
        {
            return KernelRefusals.NotFound;
        }
        return await db.InTransaction<Outcome<Refund>>(async () =>
        {
            await HoldPayment(payment, stop);
            if (await db.Refunds.FindAsync([refundId], stop) is { } before)
            {
                return before.PaymentId == paymentId && before.Amount == amount
                    ? before
                    : PaymentRefusals.IdUsedDifferently;
            }
            var earlier = await db.Refunds.AsNoTracking().Where(r => r.PaymentId == paymentId).ToListAsync(stop);
            var held = earlier.Where(r => r.State is not (StepState.Rejected or StepState.Failed)).Sum(r => r.Amount);
            if (held + amount > payment.Amount)
            {
                return PaymentRefusals.ExceedsPayment;
            }
            var refund = new Refund
            {
                Id = refundId,
                PaymentId = paymentId,
                Amount = amount,
                Reason = why,
                State = StepState.Proposed,
                ProposedBy = caller.Signature,
                ProposedAt = clock.GetUtcNow(),
            };
            db.Refunds.Add(refund);
            db.Note(payment.RequestId ?? payment.Id, ChangeKind.RefundProposed, why, caller.Signature,
                refund.ProposedAt);
            await db.SaveChangesAsync(stop);
            return refund;
        }, stop);
    }

    /// <summary>Approves a refund, or rejects it: never the person who proposed it.</summary>
    public async Task<Outcome<Refund>> Answer(Guid refundId, bool approved, CancellationToken stop)
    {
        var proposed = await db.Refunds.AsNoTracking().SingleOrDefaultAsync(refund => refund.Id == refundId, stop);
        if (proposed is null || await FindAllowed(proposed.PaymentId, ApprovePermission, stop) is not { } payment)
        {
            return KernelRefusals.NotFound;
        }
        var answered = await db.InTransaction(() => Decide(refundId, payment, approved, stop), stop);
        if (answered.IsRefused(out _, out var refund) || refund.State is not StepState.Ordered)
        {
            return answered;
        }
        if (await moves.PostAndSettle(refund.Id, stop) is { } refusal)
        {
            return refusal;
        }
        return await db.Refunds.AsNoTracking().SingleAsync(done => done.Id == refundId, stop);
    }

    private async Task<Outcome<Refund>> Decide(Guid refundId, Payment payment, bool approved, CancellationToken stop)
    {
        await HoldPayment(payment, stop);
        var refund = (await db.Refunds.FindAsync([refundId], stop))!;
        await db.Entry(refund).ReloadAsync(stop);
        var now = clock.GetUtcNow();
        if (!refund.Take(approved, caller.Signature, now, out var refusal))
        {
            return refusal is null ? refund : refusal;
        }
        if (approved)
        {
            var (notNow, account, shiftId) = await tills.ForRefund(payment, stop);
            if (notNow is not null)
            {
                return notNow;
            }
            db.Moves.Add(NewMove(refund, payment, account, shiftId, now));
        }
        db.Note(payment.RequestId ?? payment.Id, approved ? ChangeKind.RefundApproved : ChangeKind.RefundRejected,
            null, caller.Signature, now);
        await db.SaveChangesAsync(stop);
        return refund;
    }

    /// <summary>The payment, when it is there and the caller may give it back; the two cannot be told apart.</summary>
    private async Task<Payment?> FindAllowed(Guid paymentId, string permission, CancellationToken stop)
    {
        var payment = await db.Payments.AsNoTracking().SingleOrDefaultAsync(p => p.Id == paymentId, stop);
        if (payment is null)
        {
            return null;
        }
        var payee = await db.Payees.AsNoTracking().SingleAsync(p => p.Id == payment.PayeeId, stop);
        return caller.May(permission, payee.Unit) ? payment : null;
    }

    /// <summary>Keeps two refunds of one payment from being decided at once.</summary>
    private Task<int> HoldPayment(Payment payment, CancellationToken stop) =>
        db.Payments.Where(p => p.Id == payment.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.Late, p => p.Late), stop);

    private Move NewMove(
        Refund refund, Payment payment, Guid account, Guid? shiftId, DateTimeOffset now)
    {
        return new Move
        {
            Id = Ids.From("payments.refund", refund.Id.ToString()),
            BatchId = refund.Id,
            Sequence = 0,
            Purpose = MovePurpose.Refund,
            Debit = LedgerAccounts.Payee(payment.PayeeId),
            // Money goes back from where it lies: the bank, the partner, the till that took it, or the vault since.
            Credit = account,
            Amount = refund.Amount,
            // Not the service's own code: what indicators count as paid is never lessened by stealth, but by the fact.
            Code = "payments.refund",
            Channel = payment.Channel,
            Place = payment.Place,
            Reference = refund.Id.ToString(),
            SubjectId = refund.Id,
            PayeeId = payment.PayeeId,
            RequestId = payment.RequestId,
            ShiftId = shiftId,
            MoneyAccount = account,
            AskedBy = caller.Signature,
            AskedAt = now,
        };
    }
}
