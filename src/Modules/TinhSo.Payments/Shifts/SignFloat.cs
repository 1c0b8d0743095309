using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Ledger;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Shifts;

/// <summary>The treasurer's signature under the float that a collector has asked for and counted.</summary>
internal sealed class SignFloat(PaymentsDb db, ShiftAccess access, Tills tills, LedgerAccounts accounts,
    PostMoves moves, ICaller caller, TimeProvider clock)
{
    /// <summary>The one float of a shift.</summary>
    public static Guid StepOf(Guid shiftId) => Ids.From("payments.shift-float", shiftId.ToString());

    /// <summary>Signs, or rejects with a reason, which ends the shift: never the collector.</summary>
    public async Task<Outcome<CashShift>> Answer(
        Guid shiftId, bool approved, string? reason, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var why = approved ? errors.Optional("reason", reason, 500) : errors.Required("reason", reason, 500);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (await access.Find(shiftId, ShiftAccess.Receive, stop) is not { } found)
        {
            return KernelRefusals.NotFound;
        }
        if (await accounts.OpenVault(found.Unit, stop) is { } failed)
        {
            return failed;
        }
        var decided = await db.InTransaction(() => Decide(found, approved, why, stop), stop);
        if (decided.IsRefused(out var refusal, out var step))
        {
            return refusal;
        }
        if (step.State is StepState.Ordered && await moves.PostAndSettle(step.Id, stop) is { } refused)
        {
            return refused;
        }
        return (await access.Find(shiftId, ShiftAccess.Receive, stop))!;
    }

    private async Task<Outcome<ShiftStep>> Decide(CashShift found, bool approved, string? why, CancellationToken stop)
    {
        await tills.Hold(found.TillId, stop);
        var shift = (await db.Shifts.FindAsync([found.Id], stop))!;
        if (await db.ShiftSteps.FindAsync([StepOf(found.Id)], stop) is not { } step)
        {
            return Tills.WrongState(shift);
        }
        if (step.ProposedBy == caller.Signature)
        {
            return PaymentRefusals.SamePerson;
        }
        var vault = LedgerAccounts.Vault(shift.Unit);
        if (approved && step.State is StepState.Proposed && await tills.Holding(vault, stop) < step.Amount)
        {
            return LedgerRefusals.InsufficientFunds with
            {
                Detail = new("Quỹ của đơn vị không đủ tiền để giao.", "The unit's vault does not hold so much."),
            };
        }
        var now = clock.GetUtcNow();
        if (!step.Take(approved, caller.Signature, now, out var refusal))
        {
            return refusal is null ? step : refusal;
        }
        if (approved)
        {
            db.Moves.Add(NewMove(shift, step, vault, now));
        }
        else
        {
            step.Answer = why;
            (shift.State, shift.ClosedAt) = (ShiftState.Cancelled, now);
        }
        db.Note(shift.Id, approved ? ChangeKind.FloatSigned : ChangeKind.FloatRejected, why, caller.Signature, now);
        await db.SaveChangesAsync(stop);
        return step;
    }

    private Move NewMove(CashShift shift, ShiftStep step, Guid vault, DateTimeOffset now) => new()
    {
        Id = Ids.From("payments.float", step.Id.ToString()),
        BatchId = step.Id,
        Sequence = 0,
        Purpose = MovePurpose.Float,
        Debit = shift.TillId,
        Credit = vault,
        Amount = step.Amount,
        Code = "payments.float",
        // Cash goes from hand to hand; none comes into or leaves the province's books.
        Channel = Channels.Internal,
        Reference = shift.Id.ToString(),
        SubjectId = shift.Id,
        MoneyAccount = shift.TillId,
        AskedBy = caller.Signature,
        AskedAt = now,
    };
}
