using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Shifts;

/// <summary>The collector's reason why more, or less, was counted than the till should hold.</summary>
internal sealed class ExplainDifference(
    PaymentsDb db, ShiftAccess access, Tills tills, ICaller caller, TimeProvider clock)
{
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
            if (shift.CountId is not { } countId
                || await db.ShiftSteps.FindAsync([countId], stop) is not { State: StepState.Proposed } count)
            {
                return Tills.WrongState(shift);
            }
            if (count.Reason != why)
            {
                count.Reason = why;
                db.Note(shiftId, ChangeKind.DifferenceExplained, why, caller.Signature, clock.GetUtcNow());
                await db.SaveChangesAsync(stop);
            }
            return shift;
        }, stop);
    }
}
