using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Ledger;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Points;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Shifts;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Receipts;

/// <summary>Records coins and notes, for a request or at a standing code.</summary>
internal sealed class TakeCash(
    PaymentsDb db, LedgerAccounts accounts, PostMoves moves, Tills tills, ICaller caller, TimeProvider clock)
{
    public const string Permission = "payments.cash";
    public const string OwnPermission = "payments.own-cash";

    public async Task<Outcome<Receipt>> ForRequest(
        Guid paymentId, Guid requestId, long amount, CancellationToken stop)
    {
        if (Check(paymentId, amount) is { } wrong)
        {
            return wrong;
        }
        var request = await db.Requests.AsNoTracking().SingleOrDefaultAsync(r => r.Id == requestId, stop);
        if (request is null)
        {
            return KernelRefusals.NotFound;
        }
        var payee = await db.Payees.AsNoTracking().SingleAsync(p => p.Id == request.PayeeId, stop);
        if (!caller.May(Permission, payee.Unit))
        {
            return KernelRefusals.Forbidden;
        }
        // A collector's till is the collector's own, whichever payee it was taken for.
        if (await accounts.OpenCash(caller.Signature, stop) is { } refusal)
        {
            return refusal;
        }
        await tills.Keep(LedgerAccounts.Cash(caller.Signature), stop);
        var asked = await db.InTransaction<Outcome<Move>>(
            () => AskForRequest(paymentId, requestId, amount, payee.Unit, stop), stop);
        return await Finish(asked, stop);
    }

    public async Task<Outcome<Receipt>> AtPoint(Guid paymentId, Guid pointId, long amount, CancellationToken stop)
    {
        if (Check(paymentId, amount) is { } wrong)
        {
            return wrong;
        }
        var point = await db.Points.AsNoTracking().SingleOrDefaultAsync(p => p.Id == pointId, stop);
        if (point is null)
        {
            return KernelRefusals.NotFound;
        }
        var payee = await db.Payees.AsNoTracking().SingleAsync(p => p.Id == point.PayeeId, stop);
        if (!caller.May(OwnPermission, payee.Unit))
        {
            return KernelRefusals.Forbidden;
        }
        var holder = $"payee:{payee.Id}";
        if (await accounts.OpenCash(holder, stop) is { } refusal)
        {
            return refusal;
        }
        var asked = await db.InTransaction<Outcome<Move>>(
            () => AskAtPoint(paymentId, point, amount, holder, stop), stop);
        return await Finish(asked, stop);
    }

    private async Task<Outcome<Move>> AskForRequest(
        Guid paymentId, Guid requestId, long amount, string unit, CancellationToken stop)
    {
        var request = (await db.Lock<StoredRequest>(requestId, stop))!;
        if (await db.Moves.FindAsync([TransferOf(paymentId)], stop) is { } before)
        {
            return before.RequestId == requestId && before.Amount == amount
                ? before
                : PaymentRefusals.IdUsedDifferently;
        }
        if (request.State is PaymentState.Cancelled)
        {
            return PaymentRefusals.AlreadyCancelled;
        }
        if (!request.IsPayable)
        {
            return PaymentRefusals.AlreadyPaid;
        }
        if (amount != request.Amount)
        {
            return PaymentRefusals.AmountDiffers;
        }
        var (refusal, shiftId) = await tills.ForTaking(LedgerAccounts.Cash(caller.Signature), unit, stop);
        if (refusal is not null)
        {
            return refusal;
        }
        var move = NewMove(paymentId, caller.Signature, request.PayeeId, amount, request.ServiceCode, request.Place,
            requestId: request.Id, shiftId: shiftId, late: request.IsLateAt(clock.GetUtcNow()));
        db.Moves.Add(move);
        request.PaymentId = paymentId;
        db.Note(request.Id, ChangeKind.Ordered, null, caller.Signature, clock.GetUtcNow());
        await db.SaveChangesAsync(stop);
        return move;
    }

    private async Task<Outcome<Move>> AskAtPoint(
        Guid paymentId, StoredPoint point, long amount, string holder, CancellationToken stop)
    {
        if (await db.Moves.FindAsync([TransferOf(paymentId)], stop) is { } before)
        {
            return before.PointId == point.Id && before.Amount == amount
                ? before
                : PaymentRefusals.IdUsedDifferently;
        }
        var move = NewMove(paymentId, holder, point.PayeeId, amount, point.ServiceCode, point.Place,
            pointId: point.Id);
        db.Moves.Add(move);
        await db.SaveChangesAsync(stop);
        return move;
    }

    private async Task<Outcome<Receipt>> Finish(Outcome<Move> asked, CancellationToken stop)
    {
        if (asked.IsRefused(out var refusal, out var move))
        {
            return refusal;
        }
        if (await moves.PostAndSettle(move.BatchId, stop) is { } refused)
        {
            return refused;
        }
        var payment = await db.Payments.AsNoTracking().SingleAsync(p => p.Id == move.SubjectId, stop);
        return payment.ToReceipt();
    }

    private Move NewMove(Guid paymentId, string holder, Guid payeeId, long amount, string serviceCode, string? place,
        Guid? requestId = null, Guid? pointId = null, Guid? shiftId = null, bool late = false)
    {
        return new Move
        {
            Id = TransferOf(paymentId),
            BatchId = paymentId,
            Sequence = 0,
            Purpose = MovePurpose.Payment,
            Debit = LedgerAccounts.Cash(holder),
            Credit = LedgerAccounts.Payee(payeeId),
            Amount = amount,
            Code = serviceCode,
            Channel = Channels.Cash,
            Place = place,
            Reference = paymentId.ToString(),
            SubjectId = paymentId,
            PayeeId = payeeId,
            RequestId = requestId,
            PointId = pointId,
            ShiftId = shiftId,
            MoneyAccount = LedgerAccounts.Cash(holder),
            Late = late,
            AskedBy = caller.Signature,
            AskedAt = clock.GetUtcNow(),
        };
    }

    private static Refusal? Check(Guid paymentId, long amount)
    {
        var errors = new FieldErrors();
        errors.Range("amount", amount, 1, Amounts.Max);
        if (paymentId == Guid.Empty)
        {
            errors.Add("id", "Thiếu mã định danh.", "The id is missing.");
        }
        return errors.Any ? errors.ToRefusal() : null;
    }

    private static Guid TransferOf(Guid paymentId) => Ids.From("payments.cash", paymentId.ToString());
}
