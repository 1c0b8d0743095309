using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Shifts;

/// <summary>How many pieces of a denomination lie in a till.</summary>
/// <param name="Value">In đồng.</param>
/// <param name="Pieces">0 to 1,000,000.</param>
internal sealed record NoteCount(long Value, int Pieces);

/// <summary>Takes a collector's count of the till, who is told only then what it should have come to.</summary>
internal sealed class CountTill(
    PaymentsDb db, ShiftAccess access, Tills tills, ICaller caller, TimeProvider clock)
{
    /// <summary>Counts: from now on the shift takes no cash, until a treasurer has answered.</summary>
    /// <param name="id">Chosen by the caller.</param>
    /// <param name="shiftId">The caller's own, open.</param>
    /// <param name="notes">What was counted; denominations that are left out are not there.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Outcome<CashShift>> Run(
        Guid id, Guid shiftId, IReadOnlyList<NoteCount>? notes, CancellationToken stop)
    {
        if (Check(id, notes) is { } wrong)
        {
            return wrong;
        }
        if (await access.FindOwn(shiftId, stop) is not { } found)
        {
            return KernelRefusals.NotFound;
        }
        await tills.PostWaiting(found.TillId, stop);
        var counted = notes!.Where(note => note.Pieces > 0).OrderByDescending(note => note.Value).ToList();
        return await db.InTransaction(() => Keep(id, found, counted, stop), stop);
    }

    private async Task<Outcome<CashShift>> Keep(
        Guid id, CashShift found, List<NoteCount> counted, CancellationToken stop)
    {
        await tills.Hold(found.TillId, stop);
        var shift = (await db.Shifts.FindAsync([found.Id], stop))!;
        if (await db.ShiftSteps.FindAsync([id], stop) is { } before)
        {
            return before.ShiftId == shift.Id && counted.SequenceEqual(await NotesOf(id, stop))
                ? shift : PaymentRefusals.IdUsedDifferently;
        }
        if (shift.State is not ShiftState.Open)
        {
            return Tills.WrongState(shift);
        }
        // What is not in the ledger yet would come into the till behind the count.
        if (await tills.IsPosting(shift.TillId, stop))
        {
            return PaymentRefusals.TillPosting;
        }
        var now = clock.GetUtcNow();
        db.ShiftSteps.Add(new ShiftStep
        {
            Id = id,
            ShiftId = shift.Id,
            Kind = ShiftStepKind.Count,
            Amount = counted.Sum(note => note.Value * note.Pieces),
            Expected = await tills.Holding(shift.TillId, stop),
            State = StepState.Proposed,
            ProposedBy = caller.Signature,
            ProposedAt = now,
        });
        (shift.State, shift.CountId) = (ShiftState.Counted, id);
        db.Note(shift.Id, ChangeKind.ShiftCounted, null, caller.Signature, now);
        await db.SaveChangesAsync(stop);
        db.CountedNotes.AddRange(counted.Select(note => new CountedNote
        {
            StepId = id,
            Value = note.Value,
            Pieces = note.Pieces,
        }));
        await db.SaveChangesAsync(stop);
        return shift;
    }

    private async Task<List<NoteCount>> NotesOf(Guid stepId, CancellationToken stop)
    {
        var notes = await db.CountedNotes.AsNoTracking().Where(note => note.StepId == stepId)
            .OrderByDescending(note => note.Value).ToListAsync(stop);
        return notes.ConvertAll(note => new NoteCount(note.Value, note.Pieces));
    }

    private Refusal? Check(Guid id, IReadOnlyList<NoteCount>? notes)
    {
        var errors = new FieldErrors();
        errors.Id("id", id);
        if (notes is null or [])
        {
            errors.Add("notes", "Hãy kê số tờ của từng mệnh giá; két không có tiền thì kê 0 tờ.",
                "Say how many there are of each denomination; for an empty till, 0 of one.");
            return errors.ToRefusal();
        }
        var known = Denominations.On(clock.Today()).Select(one => one.Value).ToHashSet();
        foreach (var note in notes)
        {
            errors.Range(Denominations.FieldOf(note.Value), note.Pieces, 0, Denominations.PiecesMax);
            // Removed as it is met, so that the second of a kind is unknown too.
            if (!known.Remove(note.Value))
            {
                errors.Add("notes", $"Mệnh giá không lưu hành hoặc kê hai lần: {Words.Dong(note.Value)}.",
                    $"Not a denomination in circulation, or told twice: {Words.Dong(note.Value)}.");
            }
        }
        return errors.Any ? errors.ToRefusal() : null;
    }
}
