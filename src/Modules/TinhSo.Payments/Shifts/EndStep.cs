using TinhSo.Payments.Moves;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Shifts;

/// <summary>Draws the consequences of a signed step of a shift, once the ledger has its transfers or never will.
/// </summary>
internal static class EndStep
{
    /// <summary>The ledger has a transfer of the step, and so all of them: they are linked.</summary>
    public static async Task Settle(PaymentsDb db, Move move, DateTimeOffset at, CancellationToken stop)
    {
        var step = (await db.ShiftSteps.FindAsync([move.BatchId], stop))!;
        if (step.State is not StepState.Done)
        {
            Finish(db, (await db.Shifts.FindAsync([step.ShiftId], stop))!, step, at);
        }
    }

    /// <summary>The step is done: after a float the shift takes cash, after a hand-over it is over.</summary>
    public static void Finish(PaymentsDb db, CashShift shift, ShiftStep step, DateTimeOffset at)
    {
        step.State = StepState.Done;
        step.DoneAt = at;
        if (step.Kind is ShiftStepKind.Float)
        {
            shift.State = ShiftState.Open;
            return;
        }
        shift.State = ShiftState.HandedOver;
        shift.ClosedAt = at;
        db.Note(shift.Id, ChangeKind.ShiftHandedOver, null, step.ApprovedBy!, at);
        db.Publish(new ShiftClosed(shift.Id, shift.Unit, shift.OpeningFloat, step.Expected!.Value, step.Amount,
            step.Difference, shift.OpenedAt, at));
    }

    /// <summary>The ledger will never have it: a shift without its float ends, a count is to be given anew.</summary>
    public static async Task LetGo(PaymentsDb db, Move move, DateTimeOffset now, CancellationToken stop)
    {
        var step = (await db.ShiftSteps.FindAsync([move.BatchId], stop))!;
        var shift = (await db.Shifts.FindAsync([step.ShiftId], stop))!;
        step.State = StepState.Failed;
        if (step.Kind is ShiftStepKind.Float)
        {
            (shift.State, shift.ClosedAt) = (ShiftState.Cancelled, now);
        }
        else
        {
            Reopen(shift);
        }
    }

    /// <summary>Takes cash again: the count no longer stands, though it is kept.</summary>
    public static void Reopen(CashShift shift)
    {
        shift.State = ShiftState.Open;
        shift.CountId = null;
        shift.ReceiverName = null;
    }
}
