using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Receipts;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Shifts;

/// <summary>Opens a shift: at once without a float, and otherwise when a treasurer has signed for it too.</summary>
internal sealed class OpenShift(
    PaymentsDb db, Tills tills, LedgerAccounts accounts, ICaller caller, TimeProvider clock)
{
    /// <summary>Opens it.</summary>
    /// <param name="id">Chosen by the caller.</param>
    /// <param name="unit">For which unit cash is taken.</param>
    /// <param name="openingFloat">What the vault hands out, as both count it, in đồng; 0 for nothing.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Outcome<CashShift>> Run(Guid id, string? unit, long openingFloat, CancellationToken stop)
    {
        var errors = new FieldErrors();
        errors.Id("id", id);
        var at = errors.Required("unit", unit, 100);
        errors.Range("openingFloat", openingFloat, 0, Amounts.Max);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (!caller.May(TakeCash.Permission, at))
        {
            return KernelRefusals.Forbidden;
        }
        if (!await db.Payees.AnyAsync(payee => payee.Unit == at, stop))
        {
            errors.Add("unit", "Đơn vị này chưa thu khoản nào.", "Nobody is paid at this unit.");
            return errors.ToRefusal();
        }
        if ((await accounts.OpenCash(caller.Signature, stop) ?? await accounts.OpenVault(at, stop)) is { } failed)
        {
            return failed;
        }
        var tillId = LedgerAccounts.Cash(caller.Signature);
        await tills.Keep(tillId, stop);
        return await db.InTransaction<Outcome<CashShift>>(async () =>
        {
            var running = await tills.Hold(tillId, stop);
            if (await db.Shifts.FindAsync([id], stop) is { } before)
            {
                return before.TillId == tillId && before.Unit == at && before.OpeningFloat == openingFloat
                    ? before : PaymentRefusals.IdUsedDifferently;
            }
            if (running is not null)
            {
                return PaymentRefusals.ShiftRuns;
            }
            var shift = NewShift(id, tillId, at, openingFloat);
            db.Shifts.Add(shift);
            db.Note(id, ChangeKind.ShiftOpened, null, caller.Signature, shift.OpenedAt);
            await db.SaveChangesAsync(stop);
            if (openingFloat > 0)
            {
                db.ShiftSteps.Add(FloatOf(shift));
                await db.SaveChangesAsync(stop);
            }
            return shift;
        }, stop);
    }

    private CashShift NewShift(Guid id, Guid tillId, string unit, long openingFloat) => new()
    {
        Id = id,
        TillId = tillId,
        Unit = unit,
        CollectedBy = caller.Signature,
        CollectorName = caller.Name,
        OpeningFloat = openingFloat,
        State = openingFloat > 0 ? ShiftState.Opening : ShiftState.Open,
        OpenedAt = clock.GetUtcNow(),
    };

    private static ShiftStep FloatOf(CashShift shift) => new()
    {
        Id = SignFloat.StepOf(shift.Id),
        ShiftId = shift.Id,
        Kind = ShiftStepKind.Float,
        Amount = shift.OpeningFloat,
        Expected = null,
        State = StepState.Proposed,
        ProposedBy = shift.CollectedBy,
        ProposedAt = shift.OpenedAt,
    };
}
