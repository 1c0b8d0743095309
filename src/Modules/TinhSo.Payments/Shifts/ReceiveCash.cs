using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Ledger;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Shifts;

/// <summary>The treasurer's answer to a count: receives the cash into the vault, or has it counted again.</summary>
internal sealed class ReceiveCash(PaymentsDb db, ShiftAccess access, Tills tills, LedgerAccounts accounts,
    PostMoves moves, ICaller caller, TimeProvider clock)
{
    /// <summary>Receives all that was counted, and books the difference; or rejects, with a reason.</summary>
    /// <param name="shiftId">The shift.</param>
    /// <param name="countId">Which count is answered, so that no other one is received by mistake.</param>
    /// <param name="approved">Or else rejected.</param>
    /// <param name="reason">Why it is rejected.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Outcome<CashShift>> Answer(
        Guid shiftId, Guid countId, bool approved, string? reason, CancellationToken stop)
    {
        var errors = new FieldErrors();
        errors.Id("countId", countId);
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
        var decided = await db.InTransaction(() => Decide(found, countId, approved, why, stop), stop);
        if (decided.IsRefused(out var refusal, out var count))
        {
            return refusal;
        }
        if (count.State is StepState.Ordered && await moves.PostAndSettle(count.Id, stop) is { } refused)
        {
            return refused;
        }
        return (await access.Find(shiftId, ShiftAccess.Receive, stop))!;
    }

    private async Task<Outcome<ShiftStep>> Decide(
        CashShift found, Guid countId, bool approved, string? why, CancellationToken stop)
    {
        await tills.Hold(found.TillId, stop);
        var shift = (await db.Shifts.FindAsync([found.Id], stop))!;
        if (await db.ShiftSteps.FindAsync([countId], stop) is not { Kind: ShiftStepKind.Count } count
            || count.ShiftId != shift.Id)
        {
            return KernelRefusals.NotFound;
        }
        // Nor may the collector take the own count back, who knows by then what it should have been.
        if (count.ProposedBy == caller.Signature)
        {
            return PaymentRefusals.SamePerson;
        }
        if (approved && count.State is StepState.Proposed && await WhyNot(shift, count, stop) is { } refused)
        {
            return refused;
        }
        var now = clock.GetUtcNow();
        if (!count.Take(approved, caller.Signature, now, out var refusal))
        {
            return refusal is null ? count : refusal;
        }
        db.Note(shift.Id, approved ? ChangeKind.CountAccepted : ChangeKind.CountRejected, why, caller.Signature, now);
        if (!approved)
        {
            count.Answer = why;
            EndStep.Reopen(shift);
        }
        else
        {
            shift.ReceiverName = caller.Name;
            var ordered = Moves(shift, count, now);
            db.Moves.AddRange(ordered);
            if (ordered.Count == 0)
            {
                EndStep.Finish(db, shift, count, now);
            }
        }
        await db.SaveChangesAsync(stop);
        return count;
    }

    private async Task<Refusal?> WhyNot(CashShift shift, ShiftStep count, CancellationToken stop)
    {
        if (count is { Difference: not 0, Reason: null })
        {
            return PaymentRefusals.CountUnexplained;
        }
        return await tills.IsPosting(shift.TillId, stop) || await tills.Holding(shift.TillId, stop) != count.Expected
            ? PaymentRefusals.CountOutdated : null;
    }

    /// <summary>All that leaves nothing in the till: the difference is booked, and what was counted goes to the vault.
    /// </summary>
    private List<Move> Moves(CashShift shift, ShiftStep count, DateTimeOffset now)
    {
        var ordered = new List<Move>(2);
        var difference = LedgerAccounts.CashDifference(shift.Unit);
        if (count.Difference != 0)
        {
            var (debit, credit) = count.Difference > 0 ? (shift.TillId, difference) : (difference, shift.TillId);
            ordered.Add(NewMove(shift, count, now, MovePurpose.CashDifference, "payments.cash-difference", debit,
                credit, Math.Abs(count.Difference), ordered.Count));
        }
        if (count.Amount > 0)
        {
            ordered.Add(NewMove(shift, count, now, MovePurpose.HandOver, "payments.hand-over",
                LedgerAccounts.Vault(shift.Unit), shift.TillId, count.Amount, ordered.Count));
        }
        return ordered;
    }

    private Move NewMove(CashShift shift, ShiftStep count, DateTimeOffset now, MovePurpose purpose, string code,
        Guid debit, Guid credit, long amount, int sequence)
    {
        return new Move
        {
            Id = Ids.From(code, count.Id.ToString()),
            BatchId = count.Id,
            Sequence = sequence,
            Purpose = purpose,
            Debit = debit,
            Credit = credit,
            Amount = amount,
            Code = code,
            Channel = Channels.Internal,
            Reference = shift.Id.ToString(),
            SubjectId = shift.Id,
            MoneyAccount = shift.TillId,
            AskedBy = caller.Signature,
            AskedAt = now,
        };
    }
}
