using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using TinhSo.Kernel.Http;
using TinhSo.Ledger;
using TinhSo.Payments.Closing;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Shifts;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Moves;

/// <summary>Asks the ledger for the moves of a batch; asking again has no second effect.</summary>
internal sealed partial class PostMoves(
    PaymentsDb db, ILedger ledger, SettleMoves settle, TimeProvider clock, ILogger<PostMoves> log)
{
    /// <summary>Posts a batch, and leaves the rest to the follower; null when the ledger has it.</summary>
    public async Task<Refusal?> Post(Guid batchId, CancellationToken stop)
    {
        var (refusal, _) = await Ask(batchId, stop);
        return refusal;
    }

    /// <summary>Posts a batch and settles it at once, for callers who wait for what comes of it.</summary>
    public async Task<Refusal?> PostAndSettle(Guid batchId, CancellationToken stop)
    {
        var (refusal, posted) = await Ask(batchId, stop);
        if (refusal is null)
        {
            // What this request read before may be older than what the follower has saved since.
            db.ChangeTracker.Clear();
            await db.InTransaction(async () =>
            {
                await settle.Follow(posted, stop);
                return await db.SaveChangesAsync(stop);
            }, stop);
        }
        return refusal;
    }

    private async Task<(Refusal? Refusal, IReadOnlyList<LedgerTransfer> Posted)> Ask(
        Guid batchId, CancellationToken stop)
    {
        var moves = await db.Moves.AsNoTracking()
            .Where(move => move.BatchId == batchId).OrderBy(move => move.Sequence).ToListAsync(stop);
        var refused = moves.Find(move => move.State is MoveState.Refused);
        if (refused is not null)
        {
            return (PaymentRefusals.LedgerRefused, []);
        }
        var answer = await ledger.PostLinked(moves.ConvertAll(move => move.ToOrder()), stop);
        if (!answer.IsRefused(out var refusal, out var posted))
        {
            return (null, posted);
        }
        if (refusal.Status != StatusCodes.Status503ServiceUnavailable)
        {
            LogRefused(batchId, refusal.Code);
            await Undo(batchId, refusal, stop);
        }
        return (refusal, []);
    }

    /// <summary>Lets go of what the batch held: the ledger will never have it.</summary>
    private Task<int> Undo(Guid batchId, Refusal refusal, CancellationToken stop) =>
        db.InTransaction(async () =>
        {
            var now = clock.GetUtcNow();
            var moves = await db.Moves.Where(move => move.BatchId == batchId && move.State == MoveState.Asked)
                .ToListAsync(stop);
            foreach (var move in moves)
            {
                move.State = MoveState.Refused;
                move.Refusal = refusal.Code;
                db.Note(move.RequestId ?? move.SubjectId, ChangeKind.Failed, refusal.Title.Vi, move.AskedBy, now);
                await LetGo(move, stop);
            }
            return await db.SaveChangesAsync(stop);
        }, stop);

    private async Task LetGo(Move move, CancellationToken stop)
    {
        if (move.Purpose is MovePurpose.Refund && await db.Refunds.FindAsync([move.SubjectId], stop) is { } refund)
        {
            refund.State = StepState.Failed;
        }
        if (move.Purpose is MovePurpose.Adjustment or MovePurpose.Return
            && await db.Acceptances.FindAsync([move.SubjectId], stop) is { } acceptance)
        {
            acceptance.State = StepState.Failed;
            await AcceptanceMarks.Unset(db, acceptance, stop);
        }
        if (move.Purpose is MovePurpose.Opening && await db.Closings.FindAsync([move.SubjectId], stop) is { } closing)
        {
            closing.State = StepState.Failed;
            await CloseDay.Reopen(db, closing, stop);
        }
        if (move.Purpose is MovePurpose.Float or MovePurpose.HandOver or MovePurpose.CashDifference)
        {
            await EndStep.LetGo(db, move, clock.GetUtcNow(), stop);
        }
        if (move.Purpose is MovePurpose.Assign or MovePurpose.Return
            && await db.SuspenseActions.FindAsync([move.SubjectId], stop) is { } action)
        {
            action.State = StepState.Failed;
        }
        if (move.Purpose is MovePurpose.Payment or MovePurpose.Assign && move.RequestId is { } requestId
            && await db.Lock<StoredRequest>(requestId, stop) is { } request && request.PaymentId == move.SubjectId)
        {
            request.PaymentId = null;
        }
    }

    [LoggerMessage(LogLevel.Error, "The ledger refused the moves of {BatchId}: {Code}.")]
    private partial void LogRefused(Guid batchId, string code);
}
