using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Ledger;
using TinhSo.Payments.Receipts;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Shifts;
using TinhSo.Payments.Storage;
using TinhSo.Payments.Suspense;

namespace TinhSo.Payments.Moves;

/// <summary>Draws the consequences of transfers that the ledger has: each once, whoever comes first.</summary>
/// <remarks>
/// The follower of the ledger's log settles everything that a crash left behind. Whoever settles holds the moves until
/// the end of the transaction, so of two who come to the same transfer the second finds it settled.
/// </remarks>
internal sealed class SettleMoves(PaymentsDb db, TimeProvider clock) : IFollowLedger
{
    // Keeps the list of parameters of one query within what either engine allows.
    private const int ChunkMax = 500;

    /// <inheritdoc/>
    public async Task Follow(IReadOnlyList<LedgerTransfer> transfers, CancellationToken stop)
    {
        foreach (var chunk in transfers.Chunk(ChunkMax))
        {
            var ids = chunk.Select(transfer => transfer.Id).ToList();
            var now = clock.GetUtcNow();
            await db.Moves.Where(move => ids.Contains(move.Id) && move.State == MoveState.Asked)
                .ExecuteUpdateAsync(set => set.SetProperty(move => move.SettledAt, now), stop);
            await db.Moves.Where(move => ids.Contains(move.Id)).LoadAsync(stop);
            foreach (var transfer in chunk)
            {
                if (db.Moves.Local.FindEntry(transfer.Id)?.Entity is { State: MoveState.Asked } move)
                {
                    await Settle(move, transfer, stop);
                    move.State = MoveState.Settled;
                    move.SettledAt = now;
                    move.PostedAt = transfer.PostedAt;
                }
            }
        }
    }

    private Task Settle(Move move, LedgerTransfer transfer, CancellationToken stop) => move.Purpose switch
    {
        MovePurpose.Payment => Receive(move, transfer, stop),
        MovePurpose.Suspense => Suspend(move, transfer, stop),
        MovePurpose.Assign => Assign(move, transfer, stop),
        MovePurpose.Return => FinishReturn(move, transfer, stop),
        MovePurpose.Refund => GiveBack(move, transfer, stop),
        MovePurpose.Adjustment => FinishAcceptance(move, transfer, stop),
        MovePurpose.Opening => FinishStart(move, transfer, stop),
        MovePurpose.Float or MovePurpose.HandOver or MovePurpose.CashDifference =>
            EndStep.Settle(db, move, transfer.PostedAt, stop),
        _ => throw new InvalidOperationException($"No such purpose: {move.Purpose}."),
    };

    private async Task Receive(Move move, LedgerTransfer transfer, CancellationToken stop)
    {
        var request = move.RequestId is { } requestId ? await db.Requests.FindAsync([requestId], stop) : null;
        var point = move.PointId is { } pointId ? await db.Points.FindAsync([pointId], stop) : null;
        var payment = new Payment
        {
            Id = move.SubjectId,
            RequestId = move.RequestId,
            PointId = move.PointId,
            PayeeId = move.PayeeId!.Value,
            Amount = move.Amount,
            ServiceCode = move.Code,
            Channel = move.Channel,
            Place = move.Place,
            Reference = (request?.Reference ?? point?.Reference)!,
            Description = (request?.Description ?? point?.Description)!,
            ReceiptCode = ShortCode.New(Memos.ReceiptCodeLength),
            ReceivedAt = transfer.PostedAt,
            ReceivedBy = move.AskedBy,
            TransferId = transfer.Id,
            MoneyAccount = move.MoneyAccount,
            ShiftId = move.ShiftId,
            Late = move.Late,
        };
        db.Payments.Add(payment);
        if (request is not null)
        {
            request.State = PaymentState.Paid;
            request.PaymentId = payment.Id;
            request.PaidAt = transfer.PostedAt;
            request.ReceiptCode = payment.ReceiptCode;
            request.Version++;
            db.Note(request.Id, move.Late ? ChangeKind.PaidLate : ChangeKind.Paid, null, move.AskedBy,
                transfer.PostedAt);
        }
        db.Publish(new PaymentReceived(payment.Id, payment.RequestId, payment.PointId, payment.PayeeId, payment.Amount,
            payment.ServiceCode, payment.Channel, payment.Place, payment.Reference, payment.ReceiptCode,
            payment.TransferId, payment.ReceivedAt, payment.Late));
    }

    private async Task Suspend(Move move, LedgerTransfer transfer, CancellationToken stop)
    {
        var notice = await db.Notices.FindAsync([move.NoticeId!.Value], stop);
        db.Suspense.Add(new SuspenseItem
        {
            Id = move.SubjectId,
            NoticeId = notice!.Id,
            Reason = move.SuspenseReason!.Value,
            Amount = move.Amount,
            RequestId = move.RequestId,
            AccountNumber = notice.AccountNumber,
            BankAccount = move.Debit,
            SuspenseAccount = move.Credit,
            Channel = move.Channel,
            State = SuspenseState.Open,
            ArrivedAt = transfer.PostedAt,
        });
        db.Note(move.SubjectId, ChangeKind.Arrived, null, move.AskedBy, transfer.PostedAt);
    }

    private async Task Assign(Move move, LedgerTransfer transfer, CancellationToken stop)
    {
        await Receive(move, transfer, stop);
        await FinishAction(move, transfer, ChangeKind.Assigned, stop);
    }

    private async Task FinishReturn(Move move, LedgerTransfer transfer, CancellationToken stop)
    {
        await FinishAction(move, transfer, ChangeKind.Returned, stop);
        // Taken back because it never came, rather than sent back to whoever sent it.
        await FinishAcceptance(move, transfer, stop);
    }

    private async Task FinishAcceptance(Move move, LedgerTransfer transfer, CancellationToken stop)
    {
        if (await db.Acceptances.FindAsync([move.SubjectId], stop) is { } acceptance)
        {
            acceptance.State = StepState.Done;
            acceptance.DoneAt = transfer.PostedAt;
            db.Note(acceptance.SubjectId, ChangeKind.DifferenceAccepted, acceptance.Reason, move.AskedBy,
                transfer.PostedAt);
        }
    }

    private async Task FinishStart(Move move, LedgerTransfer transfer, CancellationToken stop)
    {
        var start = (await db.Closings.FindAsync([move.SubjectId], stop))!;
        start.State = StepState.Done;
        start.DoneAt = transfer.PostedAt;
    }

    private async Task FinishAction(Move move, LedgerTransfer transfer, ChangeKind what, CancellationToken stop)
    {
        var action = (await db.SuspenseActions.FindAsync([move.SubjectId], stop))!;
        action.State = StepState.Done;
        action.DoneAt = transfer.PostedAt;
        await db.SuspenseActions.Where(other => other.SuspenseId == action.SuspenseId).LoadAsync(stop);
        var done = db.SuspenseActions.Local
            .Where(other => other.SuspenseId == action.SuspenseId && other.State is StepState.Done)
            .Sum(other => other.Amount);
        var item = (await db.Suspense.FindAsync([action.SuspenseId], stop))!;
        item.State = done == item.Amount ? SuspenseState.Closed : SuspenseState.Open;
        item.Version++;
        db.Note(item.Id, what, action.Reason, move.AskedBy, transfer.PostedAt);
    }

    private async Task GiveBack(Move move, LedgerTransfer transfer, CancellationToken stop)
    {
        var refund = (await db.Refunds.FindAsync([move.SubjectId], stop))!;
        var payment = (await db.Payments.FindAsync([refund.PaymentId], stop))!;
        refund.State = StepState.Done;
        refund.RefundedAt = transfer.PostedAt;
        await db.Refunds.Where(other => other.PaymentId == payment.Id).LoadAsync(stop);
        var inAll = db.Refunds.Local
            .Where(other => other.PaymentId == payment.Id && other.State is StepState.Done)
            .Sum(other => other.Amount);
        if (payment.RequestId is { } requestId && await db.Requests.FindAsync([requestId], stop) is { } request)
        {
            request.State = inAll == payment.Amount ? PaymentState.Refunded : PaymentState.PartlyRefunded;
            request.Version++;
        }
        db.Note(payment.RequestId ?? payment.Id, ChangeKind.Refunded, refund.Reason, move.AskedBy, transfer.PostedAt);
        db.Publish(new PaymentRefunded(payment.Id, payment.RequestId, refund.Amount, inAll, payment.ServiceCode,
            payment.Channel, payment.Place, payment.Reference, transfer.Id, transfer.PostedAt));
    }
}
