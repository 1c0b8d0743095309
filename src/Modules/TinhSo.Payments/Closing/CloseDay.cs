using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Ledger;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Statements;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Closing;

/// <summary>Agrees with which balance an account begins, and that a day adds up: one prepares, another approves.
/// </summary>
internal sealed class CloseDay(PaymentsDb db, BookAccess access, AddUpDay addUp, FindDay find, MatchEntries match,
    AnswerOnBook answers, ICaller caller, TimeProvider clock)
{
    /// <summary>Proposes that the ledger begins with the opening balance of the first statement.</summary>
    public Task<Outcome<DayClosing>> ProposeStart(Guid id, Guid bookId, string? reason, CancellationToken stop) =>
        Propose(id, bookId, null, reason, stop);

    /// <summary>Proposes to close a day: refused, with the figures, while it does not add up to the đồng.</summary>
    public Task<Outcome<DayClosing>> ProposeDay(
        Guid id, Guid bookId, DateOnly day, string? reason, CancellationToken stop) =>
        Propose(id, bookId, day, reason, stop);

    /// <summary>Approves, or rejects: never the person who proposed it.</summary>
    public Task<Outcome<DayClosing>> Answer(Guid id, bool approved, CancellationToken stop) =>
        answers.Run(id, () => Decide(id, approved, stop), stop);

    /// <summary>Takes back what a closing has set, when the ledger will not have its transfer.</summary>
    public static async Task Reopen(PaymentsDb db, DayClosing closing, CancellationToken stop)
    {
        var book = (await db.Lock<Book>(closing.BookId, stop))!;
        if (closing.Kind is ClosingKind.Start)
        {
            book.StartsOn = null;
        }
        else
        {
            // Only the first day closed has a transfer of its own.
            book.ClosedUntil = null;
        }
    }

    private async Task<Outcome<DayClosing>> Propose(
        Guid id, Guid bookId, DateOnly? day, string? reason, CancellationToken stop)
    {
        var errors = new FieldErrors();
        errors.Id("id", id);
        var why = day is null ? errors.Required("reason", reason, 500) : errors.Optional("reason", reason, 500) ?? "";
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (await access.Find(bookId, BookAccess.Reconcile, stop) is null)
        {
            return KernelRefusals.NotFound;
        }
        // What has been told since the day was last looked at counts too.
        await match.Run(bookId, stop);
        return await db.InTransaction<Outcome<DayClosing>>(async () =>
        {
            var book = (await db.Lock<Book>(bookId, stop))!;
            if (await db.Closings.FindAsync([id], stop) is { } before)
            {
                return before.BookId == bookId && before.Kind == KindOf(day) && (day is null || before.Day == day)
                    ? before : PaymentRefusals.IdUsedDifferently;
            }
            var drawn = await Draw(id, book, day, why, stop);
            if (drawn.IsRefused(out var refusal, out var closing))
            {
                return refusal;
            }
            if (await db.Closings.AnyAsync(one => one.BookId == bookId
                && (one.State == StepState.Proposed || one.State == StepState.Ordered), stop))
            {
                return PaymentRefusals.DayOutOfOrder with
                {
                    Detail = new("Một đề nghị khác đang chờ duyệt.", "Another proposal waits for approval."),
                };
            }
            db.Closings.Add(closing);
            db.Note(bookId, day is null ? ChangeKind.StartProposed : ChangeKind.ClosingProposed, why, caller.Signature,
                closing.ProposedAt);
            await db.SaveChangesAsync(stop);
            return closing;
        }, stop);
    }

    private async Task<Outcome<DayClosing>> Decide(Guid id, bool approved, CancellationToken stop)
    {
        var closing = (await db.Closings.FindAsync([id], stop))!;
        var book = (await db.Lock<Book>(closing.BookId, stop))!;
        await db.Entry(closing).ReloadAsync(stop);
        var day = closing.Kind is ClosingKind.Start ? (DateOnly?)null : closing.Day;
        if (approved && closing.State is StepState.Proposed && closing.ProposedBy != caller.Signature)
        {
            // What is approved is what stands, not what stood when it was proposed.
            var drawn = await Draw(id, book, day, closing.Reason, stop);
            if (drawn.IsRefused(out var why, out var now))
            {
                return why;
            }
            if (Figures(now) != Figures(closing))
            {
                return PaymentRefusals.DayDoesNotAddUp with
                {
                    Detail = new("Số liệu đã thay đổi từ khi đề nghị. Hãy từ chối và đề nghị lại.",
                        "The figures have changed since they were proposed. Reject this, and propose anew."),
                };
            }
        }
        var at = clock.GetUtcNow();
        if (!closing.Take(approved, caller.Signature, at, out var refusal))
        {
            return refusal is null ? closing : refusal;
        }
        if (!approved)
        {
            db.Note(book.Id, day is null ? ChangeKind.StartRejected : ChangeKind.ClosingRejected, null,
                caller.Signature, at);
            await db.SaveChangesAsync(stop);
            return closing;
        }
        if (day is null)
        {
            book.StartsOn = closing.Day;
        }
        else
        {
            book.ClosedUntil = closing.Day;
        }
        if (closing.Change == 0)
        {
            (closing.State, closing.DoneAt) = (StepState.Done, at);
        }
        else
        {
            db.Moves.Add(OpeningMove(closing, book, at));
        }
        db.Note(book.Id, day is null ? ChangeKind.StartApproved : ChangeKind.DayClosed, $"{closing.Day:yyyy-MM-dd}",
            caller.Signature, at);
        await db.SaveChangesAsync(stop);
        return closing;
    }

    /// <summary>The closing with its figures as they stand, or why it cannot be.</summary>
    private async Task<Outcome<DayClosing>> Draw(
        Guid id, Book book, DateOnly? day, string reason, CancellationToken stop)
    {
        if (await addUp.FirstStatement(book.Id, stop) is not { } first)
        {
            return PaymentRefusals.DayOutOfOrder with
            {
                Detail = new("Chưa có sổ phụ nào.", "There is no statement yet."),
            };
        }
        if (day is null)
        {
            if (book.StartsOn is { } begun)
            {
                return PaymentRefusals.DayOutOfOrder with
                {
                    Detail = new($"Số dư đầu đã xác lập từ ngày {Words.Date(begun)}.",
                        $"The starting position is that of {Words.Date(begun)}."),
                };
            }
            return await DrawStart(id, book, first, reason, stop);
        }
        return await WhyNotYet(book, day.Value, stop) is { } refusal
            ? refusal
            : await DrawDay(id, book, day.Value, reason, stop);
    }

    private async Task<DayClosing> DrawStart(
        Guid id, Book book, StoredStatement first, string reason, CancellationToken stop)
    {
        var opening = first.Opening!.Value;
        var balance = await addUp.LedgerAt(book, AddUpDay.EndOf(first.FromDay.AddDays(-1)), stop);
        var change = await addUp.StartChange(book, first, stop);
        return New(id, book, ClosingKind.Start, first.FromDay, reason, new DayFigures(
            opening, opening, 0, 0, balance, 0, balance + change - opening, 0, change, 0));
    }

    private async Task<Refusal?> WhyNotYet(Book book, DateOnly day, CancellationToken stop)
    {
        if (book.IsClosed(day))
        {
            return PaymentRefusals.DayClosed;
        }
        if (book.StartsOn is null)
        {
            return PaymentRefusals.NoStart;
        }
        var days = await addUp.DaysAfter(book.Id, book.ClosedUntil, stop);
        if (days.Count == 0 || days[0] != day)
        {
            return PaymentRefusals.DayOutOfOrder with
            {
                Detail = days.Count == 0
                    ? new("Ngày này chưa có sổ phụ.", "No statement tells of this day.")
                    : new($"Ngày phải chốt trước: {Words.Date(days[0])}.",
                        $"To be closed first: {Words.Date(days[0])}."),
            };
        }
        if (day >= clock.Today())
        {
            return PaymentRefusals.DayOutOfOrder with { Detail = new("Ngày này chưa hết.", "The day is not over.") };
        }
        return await addUp.IsPosting(book, day, stop) ? PaymentRefusals.DayOutOfOrder with
        {
            Detail = new("Sổ cái đang ghi giao dịch của ngày này. Hãy thử lại sau ít phút.",
                "The ledger is still posting for this day. Try again in a few minutes."),
        } : null;
    }

    private async Task<Outcome<DayClosing>> DrawDay(
        Guid id, Book book, DateOnly day, string reason, CancellationToken stop)
    {
        var read = (await find.Read(book, day, stop))!;
        if (read.Hindrances > 0)
        {
            return PaymentRefusals.DayHasDifferences with
            {
                Detail = new($"Còn {Words.Number(read.Hindrances)} khoản.",
                    $"{Words.Number(read.Hindrances)} are left."),
            };
        }
        var figures = read.Figures;
        if (figures.Gap != 0)
        {
            var foreign = figures.Foreign == 0 ? new Text("", "") : new Text(
                $" Sổ cái có {Words.Dong(figures.Foreign)} từ giao dịch ngoài phân hệ thanh toán.",
                $" {Words.Dong(figures.Foreign)} in the ledger are of transfers that payments did not ask for.");
            return PaymentRefusals.DayDoesNotAddUp with
            {
                Detail = new(
                    $"Ngân hàng {Words.Dong(figures.BankClosing)}, sổ cái {Words.Dong(figures.Expected)}, "
                    + $"lệch {Words.Dong(figures.Gap)}.{foreign.Vi}",
                    $"Bank {Words.Dong(figures.BankClosing)}, ledger {Words.Dong(figures.Expected)}, "
                    + $"apart by {Words.Dong(figures.Gap)}.{foreign.En}"),
            };
        }
        return New(id, book, ClosingKind.Day, day, reason, figures);
    }

    private DayClosing New(
        Guid id, Book book, ClosingKind kind, DateOnly day, string reason, DayFigures figures)
    {
        return new DayClosing
        {
            Id = id,
            BookId = book.Id,
            Kind = kind,
            Day = day,
            BankOpening = figures.BankOpening,
            BankClosing = figures.BankClosing,
            Credits = figures.Credits,
            Debits = figures.Debits,
            LedgerBalance = figures.LedgerBalance,
            PostedLater = figures.PostedLater,
            ShownLater = figures.ShownLater,
            Carried = figures.Carried,
            Change = figures.Change,
            Reason = reason,
            State = StepState.Proposed,
            ProposedBy = caller.Signature,
            ProposedAt = clock.GetUtcNow(),
        };
    }

    private Move OpeningMove(DayClosing closing, Book book, DateTimeOffset now)
    {
        var opening = LedgerAccounts.Opening(book.Account);
        return new Move
        {
            Id = Ids.From("payments.opening", closing.Id.ToString()),
            BatchId = closing.Id,
            Sequence = 0,
            Purpose = MovePurpose.Opening,
            Debit = closing.Change > 0 ? book.Id : opening,
            Credit = closing.Change > 0 ? opening : book.Id,
            Amount = Math.Abs(closing.Change),
            Code = "payments.opening",
            Channel = Channels.Internal,
            Reference = closing.Id.ToString(),
            SubjectId = closing.Id,
            MoneyAccount = book.Id,
            ShownOn = closing.Day,
            AskedBy = caller.Signature,
            AskedAt = now,
        };
    }

    private static ClosingKind KindOf(DateOnly? day) => day is null ? ClosingKind.Start : ClosingKind.Day;

    private static (long, long, long, long, long, long) Figures(DayClosing closing) => (closing.BankOpening,
        closing.BankClosing, closing.LedgerBalance + closing.PostedLater - closing.ShownLater - closing.Carried,
        closing.Credits, closing.Debits, closing.Change);
}
