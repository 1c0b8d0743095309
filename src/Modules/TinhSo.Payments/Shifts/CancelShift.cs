using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Shifts;

/// <summary>Gives a shift up that no treasurer has signed for yet.</summary>
internal sealed class CancelShift(
    PaymentsDb db, ShiftAccess access, Tills tills, ICaller caller, TimeProvider clock)
{
    /// <summary>Cancels it; cancelled again, it answers as the first time.</summary>
    public async Task<Outcome<CashShift>> Run(Guid shiftId, string? reason, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var why = errors.Required("reason", reason, 500);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (await access.FindOwn(shiftId, stop) is not { } found)
        {
            return KernelRefusals.NotFound;
        }
        return await db.InTransaction<Outcome<CashShift>>(async () =>
        {
            await tills.Hold(found.TillId, stop);
            var shift = (await db.Shifts.FindAsync([shiftId], stop))!;
            var step = await db.ShiftSteps.FindAsync([SignFloat.StepOf(shiftId)], stop);
            if (shift.State is ShiftState.Cancelled)
            {
                return shift;
            }
            if (shift.State is not ShiftState.Opening || step is not { State: StepState.Proposed })
            {
                return Tills.WrongState(shift);
            }
            var now = clock.GetUtcNow();
            (step.State, step.Answer) = (StepState.Rejected, why);
            (shift.State, shift.ClosedAt) = (ShiftState.Cancelled, now);
            db.Note(shiftId, ChangeKind.ShiftCancelled, why, caller.Signature, now);
            await db.SaveChangesAsync(stop);
            return shift;
        }, stop);
    }
}
