using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Ledger;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Statements;
using TinhSo.Payments.Storage;
using TinhSo.Payments.Suspense;

namespace TinhSo.Payments.Closing;

/// <summary>Accepts a difference for a reason: one person proposes, another approves, since money is at stake.
/// </summary>
internal sealed class AcceptDifference(PaymentsDb db, BookAccess access, SuspenseDesk suspense, AnswerOnBook answers,
    ICaller caller, TimeProvider clock)
{
    /// <summary>How many days something on its way need not be shown; then it is a difference again.</summary>
    public const int LaterDays = 7;

    /// <summary>Proposes it.</summary>
    /// <param name="id">Chosen by the caller.</param>
    /// <param name="bookId">The account's.</param>
    /// <param name="day">The day among whose differences it is.</param>
    /// <param name="subjectId">The entry, notice, refund or return.</param>
    /// <param name="way">How.</param>
    /// <param name="reason">Why.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Outcome<Acceptance>> Propose(Guid id, Guid bookId, DateOnly day, Guid subjectId,
        AcceptanceWay way, string? reason, CancellationToken stop)
    {
        var errors = new FieldErrors();
        errors.Id("id", id);
        var why = errors.Required("reason", reason, 500);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (await access.Find(bookId, BookAccess.Reconcile, stop) is null)
        {
            return KernelRefusals.NotFound;
        }
        return await db.InTransaction<Outcome<Acceptance>>(async () =>
        {
            var book = (await db.Lock<Book>(bookId, stop))!;
            if (await db.Acceptances.FindAsync([id], stop) is { } before)
            {
                return before.BookId == bookId && before.SubjectId == subjectId && before.Way == way
                    ? before : PaymentRefusals.IdUsedDifferently;
            }
            if (book.IsClosed(day))
            {
                return PaymentRefusals.DayClosed;
            }
            if (way is AcceptanceWay.Book && book.StartsOn is null)
            {
                return PaymentRefusals.NoStart;
            }
            if (await IsUnderWay(subjectId, stop)
                || await Subject(book, day, subjectId, way, stop) is not var (entryId, noticeId, moveId, change))
            {
                return PaymentRefusals.NotADifference;
            }
            var acceptance = new Acceptance
            {
                Id = id,
                BookId = bookId,
                Day = day,
                EntryId = entryId,
                NoticeId = noticeId,
                MoveId = moveId,
                Way = way,
                Change = change,
                Until = way is AcceptanceWay.Later ? day.AddDays(LaterDays) : null,
                Reason = why,
                State = StepState.Proposed,
                ProposedBy = caller.Signature,
                ProposedAt = clock.GetUtcNow(),
            };
            db.Acceptances.Add(acceptance);
            db.Note(subjectId, ChangeKind.DifferenceProposed, why, caller.Signature, acceptance.ProposedAt);
            await db.SaveChangesAsync(stop);
            return acceptance;
        }, stop);
    }

    /// <summary>Approves it, or rejects it: never the person who proposed it.</summary>
    public Task<Outcome<Acceptance>> Answer(Guid id, bool approved, CancellationToken stop) =>
        answers.Run(id, () => Decide(id, approved, stop), stop);

    private async Task<Outcome<Acceptance>> Decide(Guid id, bool approved, CancellationToken stop)
    {
        var acceptance = (await db.Acceptances.FindAsync([id], stop))!;
        var book = (await db.Lock<Book>(acceptance.BookId, stop))!;
        await db.Entry(acceptance).ReloadAsync(stop);
        var now = clock.GetUtcNow();
        var isProposed = acceptance.State is StepState.Proposed;
        if (approved && isProposed && acceptance.ProposedBy != caller.Signature)
        {
            if (book.IsClosed(acceptance.Day))
            {
                return PaymentRefusals.DayClosed;
            }
            // Somebody may have explained it since.
            var stands = await Subject(book, acceptance.Day, acceptance.SubjectId, acceptance.Way, stop);
            if (stands?.Change != acceptance.Change)
            {
                return PaymentRefusals.NotADifference;
            }
        }
        if (!acceptance.Take(approved, caller.Signature, now, out var refusal))
        {
            return refusal is null ? acceptance : refusal;
        }
        if (!approved)
        {
            db.Note(acceptance.SubjectId, ChangeKind.DifferenceRejected, null, caller.Signature, now);
        }
        else if (acceptance.Change == 0)
        {
            (acceptance.State, acceptance.DoneAt) = (StepState.Done, now);
            db.Note(acceptance.SubjectId, ChangeKind.DifferenceAccepted, acceptance.Reason, caller.Signature, now);
        }
        else
        {
            db.Moves.Add(await TakeBack(acceptance, book, now, stop) ?? Adjust(acceptance, book, now));
        }
        await db.SaveChangesAsync(stop);
        if (approved)
        {
            await AcceptanceMarks.Set(db, acceptance, stop);
            await db.SaveChangesAsync(stop);
        }
        return acceptance;
    }

    /// <summary>What is accepted, and what that adds to the bank account in the ledger; null when it is no difference.
    /// </summary>
    private async Task<(Guid? EntryId, Guid? NoticeId, Guid? MoveId, long Change)?> Subject(
        Book book, DateOnly day, Guid subjectId, AcceptanceWay way, CancellationToken stop)
    {
        if (await db.Entries.AsNoTracking().SingleOrDefaultAsync(one => one.Id == subjectId, stop) is { } entry)
        {
            if (entry.BookId != book.Id || !entry.Counts || entry.Day != day || entry.State is not EntryState.Open
                || way is not AcceptanceWay.Book)
            {
                return null;
            }
            if (entry is { Cause: EntryCause.AmountDiffers, NoticeId: { } told })
            {
                var notice = await db.Notices.AsNoTracking().SingleAsync(one => one.Id == told, stop);
                return (entry.Id, told, null, entry.Amount - notice.Amount);
            }
            return (entry.Id, null, null, entry.Change);
        }
        var from = VietnamTime.StartOf(book.StartsOn ?? day);
        var to = VietnamTime.StartOf(day.AddDays(1));
        var posted = await db.Moves.AsNoTracking()
            .Where(move => (move.NoticeId == subjectId || move.Id == subjectId) && move.MoneyAccount == book.Id
                && (move.Debit == book.Id || move.Credit == book.Id) && move.State == MoveState.Settled
                && move.ShownOn == null && move.PostedAt >= from && move.PostedAt < to)
            .ToListAsync(stop);
        // A return has its notice's id too, but went the other way.
        var came = posted.FindAll(move => move.NoticeId == subjectId && move.Debit == book.Id);
        if (came.Count > 0)
        {
            return (null, subjectId, null, way is AcceptanceWay.Later ? 0 : -came.Sum(move => move.Amount));
        }
        return posted.Find(move => move.Id == subjectId && move.Credit == book.Id) is { } went
            ? (null, null, went.Id, way is AcceptanceWay.Later ? 0 : went.Amount)
            : null;
    }

    private Task<bool> IsUnderWay(Guid subjectId, CancellationToken stop) => db.Acceptances.AnyAsync(one =>
        (one.EntryId == subjectId || one.NoticeId == subjectId || one.MoveId == subjectId)
        && (one.State == StepState.Proposed || one.State == StepState.Ordered), stop);

    /// <summary>Money that was told of, never came and still waits whole in suspense leaves it the way it came.
    /// </summary>
    private async Task<Move?> TakeBack(Acceptance acceptance, Book book, DateTimeOffset now, CancellationToken stop)
    {
        if (acceptance.EntryId is not null || acceptance.NoticeId is not { } noticeId
            || await db.Suspense.AsNoTracking()
                .SingleOrDefaultAsync(one => one.NoticeId == noticeId, stop) is not { } found
            || found.Amount != -acceptance.Change)
        {
            return null;
        }
        var item = (await db.Lock<SuspenseItem>(found.Id, stop))!;
        if (await suspense.LeftOf(item, stop) != item.Amount)
        {
            return null;
        }
        db.SuspenseActions.Add(new SuspenseAction
        {
            Id = acceptance.Id,
            SuspenseId = item.Id,
            Kind = SuspenseActionKind.Return,
            Amount = item.Amount,
            RequestId = null,
            Reason = acceptance.Reason,
            State = StepState.Ordered,
            AskedBy = acceptance.ProposedBy,
            AskedAt = acceptance.ProposedAt,
            ApprovedBy = acceptance.ApprovedBy,
            ApprovedAt = acceptance.ApprovedAt,
        });
        return NewMove(acceptance, book, now, MovePurpose.Return, item.SuspenseAccount, book.Id, "payments.return");
    }

    private Move Adjust(Acceptance acceptance, Book book, DateTimeOffset now)
    {
        var difference = LedgerAccounts.Difference(book.Account);
        var (debit, credit) = acceptance.Change > 0 ? (book.Id, difference) : (difference, book.Id);
        return NewMove(acceptance, book, now, MovePurpose.Adjustment, debit, credit, "payments.difference");
    }

    private Move NewMove(Acceptance acceptance, Book book, DateTimeOffset now, MovePurpose purpose, Guid debit,
        Guid credit, string code)
    {
        return new Move
        {
            Id = Ids.From("payments.acceptance", acceptance.Id.ToString()),
            BatchId = acceptance.Id,
            Sequence = 0,
            Purpose = purpose,
            Debit = debit,
            Credit = credit,
            Amount = Math.Abs(acceptance.Change),
            Code = code,
            // No money comes or goes: the books are brought to where it lies.
            Channel = Channels.Internal,
            Reference = acceptance.Id.ToString(),
            SubjectId = acceptance.Id,
            NoticeId = purpose is MovePurpose.Return ? acceptance.NoticeId : null,
            MoneyAccount = book.Id,
            ShownOn = acceptance.Day,
            AskedBy = caller.Signature,
            AskedAt = now,
        };
    }
}
