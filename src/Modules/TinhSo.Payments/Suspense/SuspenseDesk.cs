using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Suspense;

/// <summary>What an officer does with money whose purpose had to be found out.</summary>
internal sealed class SuspenseDesk(PaymentsDb db, PostMoves moves, ICaller caller, TimeProvider clock)
{
    public const string Permission = "payments.suspense";
    public const string ApprovePermission = "payments.suspense-approve";

    /// <summary>Pays a request with all that still waits.</summary>
    public Task<Outcome<SuspenseAction>> Assign(
        Guid actionId, Guid itemId, string? code, string? reason, CancellationToken stop) =>
        PayRequest(actionId, itemId, code, reason, isSplit: false, stop);

    /// <summary>Pays a request with a part of what still waits; the rest goes on waiting.</summary>
    public Task<Outcome<SuspenseAction>> Split(
        Guid actionId, Guid itemId, string? code, string? reason, CancellationToken stop) =>
        PayRequest(actionId, itemId, code, reason, isSplit: true, stop);

    /// <summary>Proposes that all that still waits goes back to whoever sent it; another person approves.</summary>
    public async Task<Outcome<SuspenseAction>> ProposeReturn(
        Guid actionId, Guid itemId, string? reason, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var why = errors.Required("reason", reason, 500);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        return await db.InTransaction<Outcome<SuspenseAction>>(async () =>
        {
            if (await db.Lock<SuspenseItem>(itemId, stop) is not { } item)
            {
                return KernelRefusals.NotFound;
            }
            if (await db.SuspenseActions.FindAsync([actionId], stop) is { } before)
            {
                return before.SuspenseId == itemId && before.Kind is SuspenseActionKind.Return
                    ? before
                    : PaymentRefusals.IdUsedDifferently;
            }
            var left = await LeftOf(item, stop);
            if (left == 0)
            {
                return PaymentRefusals.ExceedsSuspense;
            }
            var action = NewAction(
                actionId, item, SuspenseActionKind.Return, left, null, why, StepState.Proposed);
            db.SuspenseActions.Add(action);
            db.Note(item.Id, ChangeKind.ReturnProposed, why, caller.Signature, clock.GetUtcNow());
            await db.SaveChangesAsync(stop);
            return action;
        }, stop);
    }

    /// <summary>Approves a return, or rejects it: never the person who proposed it.</summary>
    public async Task<Outcome<SuspenseAction>> Answer(
        Guid itemId, Guid actionId, bool approved, CancellationToken stop)
    {
        if (!caller.May(ApprovePermission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var answered = await db.InTransaction(() => DecideReturn(itemId, actionId, approved, stop), stop);
        return answered.IsRefused(out _, out var action) || action.State is not StepState.Ordered
            ? answered
            : await Post(action, stop);
    }

    /// <summary>What still waits of an item: nothing done with it, and nothing proposed.</summary>
    public async Task<long> LeftOf(SuspenseItem item, CancellationToken stop)
    {
        var actions = await db.SuspenseActions.AsNoTracking()
            .Where(action => action.SuspenseId == item.Id).ToListAsync(stop);
        return item.Amount - actions.Where(action => action.Holds).Sum(action => action.Amount);
    }

    private async Task<Outcome<SuspenseAction>> PayRequest(
        Guid actionId, Guid itemId, string? code, string? reason, bool isSplit, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var why = errors.Required("reason", reason, 500);
        var typed = errors.Required("code", code, 40);
        var request = Memos.Parse(typed) is { } parsed
            ? await db.Requests.AsNoTracking().SingleOrDefaultAsync(r => r.Code == parsed, stop)
            : null;
        if (request is null && typed.Length > 0)
        {
            errors.Add("code", "Không có yêu cầu thanh toán mang mã này.", "No payment request has this code.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var asked = await db.InTransaction(
            () => AskAssign(actionId, itemId, request!.Id, why, isSplit, stop), stop);
        return asked.IsRefused(out _, out var action) ? asked : await Post(action, stop);
    }

    private async Task<Outcome<SuspenseAction>> AskAssign(
        Guid actionId, Guid itemId, Guid requestId, string why, bool isSplit, CancellationToken stop)
    {
        if (await db.Lock<SuspenseItem>(itemId, stop) is not { } item)
        {
            return KernelRefusals.NotFound;
        }
        if (await db.SuspenseActions.FindAsync([actionId], stop) is { } before)
        {
            return before.SuspenseId == itemId && before.RequestId == requestId
                ? before
                : PaymentRefusals.IdUsedDifferently;
        }
        var request = (await db.Lock<StoredRequest>(requestId, stop))!;
        var left = await LeftOf(item, stop);
        var refusal = request.State is PaymentState.Cancelled ? PaymentRefusals.AlreadyCancelled
            : !request.IsPayable ? PaymentRefusals.AlreadyPaid
            : request.Amount > left ? PaymentRefusals.ExceedsSuspense
            : request.Amount < left && !isSplit ? PaymentRefusals.AmountDiffers
            : null;
        if (refusal is not null)
        {
            return refusal;
        }
        var now = clock.GetUtcNow();
        var action = NewAction(
            actionId, item, SuspenseActionKind.Assign, request.Amount, request.Id, why, StepState.Ordered);
        db.SuspenseActions.Add(action);
        db.Moves.Add(new Move
        {
            Id = TransferOf(actionId),
            BatchId = actionId,
            Sequence = 0,
            Purpose = MovePurpose.Assign,
            Debit = item.SuspenseAccount,
            Credit = LedgerAccounts.Payee(request.PayeeId),
            Amount = request.Amount,
            Code = request.ServiceCode,
            Channel = item.Channel,
            Place = request.Place,
            Reference = actionId.ToString(),
            SubjectId = actionId,
            PayeeId = request.PayeeId,
            RequestId = request.Id,
            NoticeId = item.NoticeId,
            MoneyAccount = item.BankAccount,
            Late = request.IsLateAt(item.ArrivedAt),
            AskedBy = caller.Signature,
            AskedAt = now,
        });
        request.PaymentId = actionId;
        db.Note(item.Id, ChangeKind.AssignAsked, why, caller.Signature, now);
        await db.SaveChangesAsync(stop);
        return action;
    }

    private async Task<Outcome<SuspenseAction>> DecideReturn(
        Guid itemId, Guid actionId, bool approved, CancellationToken stop)
    {
        if (await db.Lock<SuspenseItem>(itemId, stop) is not { } item
            || await db.SuspenseActions.FindAsync([actionId], stop) is not { } action
            || action.SuspenseId != itemId)
        {
            return KernelRefusals.NotFound;
        }
        await db.Entry(action).ReloadAsync(stop);
        var now = clock.GetUtcNow();
        if (!action.Take(approved, caller.Signature, now, out var refusal))
        {
            return refusal is null ? action : refusal;
        }
        if (approved)
        {
            db.Moves.Add(ReturnMove(action, item, now));
        }
        db.Note(item.Id, approved ? ChangeKind.ReturnApproved : ChangeKind.ReturnRejected, null,
            caller.Signature, now);
        await db.SaveChangesAsync(stop);
        return action;
    }

    private Move ReturnMove(SuspenseAction action, SuspenseItem item, DateTimeOffset now) => new()
    {
        Id = TransferOf(action.Id),
        BatchId = action.Id,
        Sequence = 0,
        Purpose = MovePurpose.Return,
        Debit = item.SuspenseAccount,
        Credit = item.BankAccount,
        Amount = action.Amount,
        Code = "payments.return",
        Channel = item.Channel,
        Reference = action.Id.ToString(),
        SubjectId = action.Id,
        NoticeId = item.NoticeId,
        MoneyAccount = item.BankAccount,
        AskedBy = caller.Signature,
        AskedAt = now,
    };

    private async Task<Outcome<SuspenseAction>> Post(SuspenseAction action, CancellationToken stop)
    {
        if (await moves.PostAndSettle(action.Id, stop) is { } refusal)
        {
            return refusal;
        }
        return await db.SuspenseActions.AsNoTracking().SingleAsync(done => done.Id == action.Id, stop);
    }

    private SuspenseAction NewAction(Guid id, SuspenseItem item, SuspenseActionKind kind, long amount, Guid? requestId,
        string reason, StepState state)
    {
        return new SuspenseAction
        {
            Id = id,
            SuspenseId = item.Id,
            Kind = kind,
            Amount = amount,
            RequestId = requestId,
            Reason = reason,
            State = state,
            AskedBy = caller.Signature,
            AskedAt = clock.GetUtcNow(),
        };
    }

    private static Guid TransferOf(Guid actionId) => Ids.From("payments.action", actionId.ToString());
}
