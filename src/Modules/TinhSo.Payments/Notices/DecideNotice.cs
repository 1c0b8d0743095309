using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Payees;
using TinhSo.Payments.Points;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Settlements;
using TinhSo.Payments.Statements;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Notices;

/// <summary>Turns a kept notice into transfers: decided once, under the locks of the notice and its request.</summary>
internal sealed class DecideNotice(PaymentsDb db, LedgerAccounts accounts, PostMoves moves, LateNotices late,
    MatchEntries match, TimeProvider clock)
{
    private const string SuspenseCode = "payments.suspense";

    /// <summary>Decides, and asks the ledger; null when it has the money. Again, nothing changes.</summary>
    public async Task<Refusal?> Run(Guid noticeId, CancellationToken stop)
    {
        var notice = await db.Notices.AsNoTracking().SingleAsync(kept => kept.Id == noticeId, stop);
        return notice.State is NoticeState.Received or NoticeState.Decided
            ? await Decide(notice, NoticeState.Received, stop)
            : null;
    }

    /// <summary>Decides a notice that was held, once a person has said that it is other money.</summary>
    public async Task<Refusal?> Release(Guid noticeId, CancellationToken stop)
    {
        var notice = await db.Notices.AsNoTracking().SingleAsync(kept => kept.Id == noticeId, stop);
        return await Decide(notice, NoticeState.Held, stop);
    }

    private async Task<Refusal?> Decide(StoredNotice notice, NoticeState from, CancellationToken stop)
    {
        var account = await AccountOf(notice, stop);
        if (await accounts.OpenMoney(account, stop) is { } refusal)
        {
            return refusal;
        }
        var judged = await db.InTransaction(() => Decide(notice.Id, from, account, stop), stop);
        var refused = judged.State is NoticeState.Decided ? await moves.Post(notice.Id, stop) : null;
        if (judged is { State: NoticeState.Decided, IsLate: true })
        {
            // The statement may have shown it before it was told.
            db.ChangeTracker.Clear();
            await match.Run(account.Id, stop);
        }
        return refused;
    }

    private async Task<Judged> Decide(Guid noticeId, NoticeState from, IMoneyAccount account, CancellationToken stop)
    {
        var notice = (await db.Lock<StoredNotice>(noticeId, stop))!;
        if (notice.State != from)
        {
            return new Judged(notice.State, IsLate: false);
        }
        var judged = from is NoticeState.Held
            ? new Judged(NoticeState.Decided, IsLate: true)
            : await late.Judge(notice, account.Id, stop);
        if (judged.State is not NoticeState.Decided)
        {
            notice.State = judged.State;
            await db.SaveChangesAsync(stop);
            return judged;
        }
        var (match, request, point) = await Match(notice.Memo, stop);
        var payee = (request?.PayeeId ?? point?.PayeeId) is { } payeeId
            ? await db.Payees.FindAsync([payeeId], stop)
            : null;
        var decision = NoticeRules.Decide(new NoticeFacts(match, notice.Amount,
            payee is not null && account.Serves(payee), request?.Amount ?? 0, request?.State,
            request?.PaymentId is not null, request?.IsLateAt(BankedAt(notice, request)) ?? false));

        notice.State = NoticeState.Decided;
        notice.DecidedAt = clock.GetUtcNow();
        notice.RequestId = request?.Id;
        notice.PointId = point?.Id;
        if (decision.Pays > 0)
        {
            var move = Pay(notice, account, decision, payee!, request, point);
            db.Moves.Add(move);
            if (request is not null)
            {
                request.PaymentId = move.SubjectId;
            }
        }
        if (decision.Waits > 0)
        {
            db.Moves.Add(Suspend(notice, account, decision, request));
        }
        await db.SaveChangesAsync(stop);
        return judged;
    }

    private async Task<(NoticeMatch Match, StoredRequest? Request, StoredPoint? Point)> Match(
        string memo, CancellationToken stop)
    {
        var quoted = Memos.CodesIn(memo);
        var owners = await db.Codes.AsNoTracking().Where(owner => quoted.Contains(owner.Code)).ToListAsync(stop);
        return (quoted.Count, owners) switch
        {
            (0, _) => (NoticeMatch.NoCode, null, null),
            (_, { Count: 0 }) => (NoticeMatch.UnknownCode, null, null),
            (_, { Count: > 1 }) => (NoticeMatch.SeveralCodes, null, null),
            (_, [{ RequestId: { } id }]) =>
                (NoticeMatch.Request, await db.Lock<StoredRequest>(id, stop), null),
            (_, [var owner, ..]) =>
                (NoticeMatch.Point, null, await db.Points.FindAsync([owner.PointId], stop)),
        };
    }

    private Move Pay(StoredNotice notice, IMoneyAccount account, NoticeDecision decision, StoredPayee payee,
        StoredRequest? request, StoredPoint? point)
    {
        var paymentId = Ids.From("payments.payment", $"{notice.Provider}:{notice.BankReference}");
        return new Move
        {
            Id = Ids.From("payments.notice", $"{notice.Provider}:{notice.BankReference}"),
            BatchId = notice.Id,
            Sequence = 0,
            Purpose = MovePurpose.Payment,
            Debit = account.Id,
            Credit = LedgerAccounts.Payee(payee.Id),
            Amount = decision.Pays,
            Code = (request?.ServiceCode ?? point?.ServiceCode)!,
            Channel = account.Channel,
            Place = request is null ? point?.Place : request.Place,
            Reference = paymentId.ToString(),
            SubjectId = paymentId,
            PayeeId = payee.Id,
            RequestId = request?.Id,
            PointId = point?.Id,
            NoticeId = notice.Id,
            MoneyAccount = account.Id,
            Late = decision.Late,
            ShownOn = notice.ShownOn,
            AskedBy = Signature(notice),
            AskedAt = clock.GetUtcNow(),
        };
    }

    private Move Suspend(
        StoredNotice notice, IMoneyAccount account, NoticeDecision decision, StoredRequest? request)
    {
        // The whole of a notice takes the notice's own transfer; only a rest needs a second one.
        var scope = decision.Pays > 0 ? "payments.notice.rest" : "payments.notice";
        var itemId = Ids.From("payments.suspense", $"{notice.Provider}:{notice.BankReference}");
        return new Move
        {
            Id = Ids.From(scope, $"{notice.Provider}:{notice.BankReference}"),
            BatchId = notice.Id,
            Sequence = 1,
            Purpose = MovePurpose.Suspense,
            Debit = account.Id,
            Credit = account.Suspense,
            Amount = decision.Waits,
            Code = SuspenseCode,
            Channel = account.ChannelByHand,
            Reference = itemId.ToString(),
            SubjectId = itemId,
            RequestId = request?.Id,
            NoticeId = notice.Id,
            MoneyAccount = account.Id,
            SuspenseReason = decision.Reason,
            ShownOn = notice.ShownOn,
            AskedBy = Signature(notice),
            AskedAt = clock.GetUtcNow(),
        };
    }

    /// <summary>The account that the money came into: a partner's, a payee's, or as the notice has it.</summary>
    private async Task<IMoneyAccount> AccountOf(StoredNotice notice, CancellationToken stop)
    {
        if (PartnerAccount.CodeIn(notice.Provider) is { } code)
        {
            return (await db.Partners.AsNoTracking().SingleAsync(partner => partner.Code == code, stop)).Account;
        }
        var numbers = new[] { notice.AccountNumber, notice.SubAccount ?? notice.AccountNumber };
        var payees = await db.Payees.AsNoTracking()
            .Where(payee => numbers.Contains(payee.AccountNumber)).OrderBy(payee => payee.Id).Take(100)
            .ToListAsync(stop);
        var known = payees
            .Where(payee => notice.BankBin is null || payee.BankBin == notice.BankBin)
            .Select(BankAccount.Of).Distinct().ToList();
        // Two banks may have given out the same number: then only the bank's name could tell.
        return known is [var one] ? one : new BankAccount(notice.BankBin ?? notice.Provider, notice.AccountNumber);
    }

    /// <summary>When the bank took the money in: nobody is late because a notice was.</summary>
    private static DateTimeOffset BankedAt(StoredNotice notice, StoredRequest request) =>
        notice.BankedAt is { } banked && banked >= request.OpenedAt && banked <= notice.ReceivedAt
            ? banked
            : notice.ReceivedAt;

    private static string Signature(StoredNotice notice) =>
        PartnerAccount.CodeIn(notice.Provider) is null ? $"bank:{notice.Provider}" : notice.Provider;
}
