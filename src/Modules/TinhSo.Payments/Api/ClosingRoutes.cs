using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Closing;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Statements;

namespace TinhSo.Payments.Api;

/// <summary>Differences and the closing of days as JSON, and as files.</summary>
internal static class ClosingRoutes
{
    public static void Map(IEndpointRouteBuilder payments)
    {
        var closings = payments.MapGroup("/closings");
        closings.MapGet("/{accountId:guid}/{day}", Read).Requires(BookAccess.Read)
            .WithSummary("A day of an account: its figures, its differences, and who has signed it")
            .Produces<DayAnswer>().ProducesProblem(404);
        closings.MapPost("/{accountId:guid}/start", Start).Requires(BookAccess.Reconcile).WithIdempotency()
            .WithSummary("Propose that the ledger begins with the first statement's opening balance")
            .Produces<ClosingAnswer>().ProducesProblem(409);
        closings.MapPost("/{accountId:guid}/{day}", Close).Requires(BookAccess.Reconcile).WithIdempotency()
            .WithSummary("Propose to close a day; refused while it does not add up")
            .Produces<ClosingAnswer>().ProducesProblem(409);
        closings.MapPost("/{id:guid}/approve", Approve).Requires(BookAccess.Approve).WithIdempotency()
            .WithSummary("Approve or reject a start or a closing that another person proposed")
            .Produces<ClosingAnswer>().ProducesProblem(403);
        closings.MapPost("/differences", Accept).Requires(BookAccess.Reconcile).WithIdempotency()
            .WithSummary("Propose to accept a difference for a reason")
            .Produces<AcceptanceAnswer>().ProducesProblem(409);
        closings.MapPost("/differences/{id:guid}/approve", ApproveDifference).Requires(BookAccess.Approve)
            .WithIdempotency().WithSummary("Approve or reject an acceptance that another person proposed")
            .Produces<AcceptanceAnswer>().ProducesProblem(403);
    }

    public static void MapPages(IEndpointRouteBuilder root) =>
        root.MapGet("/payments/closings/{accountId:guid}/{day}/differences.csv", Export).Requires(BookAccess.Read)
            .ExcludeFromDescription();

    private static async Task<IResult> Read(Guid accountId, string day, FindDay find, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var on = errors.Day("day", day);
        return errors.Any ? errors.ToRefusal().ToProblem()
            : await find.Run(accountId, on, stop) is { } found ? TypedResults.Ok(DayAnswer.Of(found))
            : KernelRefusals.NotFound.ToProblem();
    }

    private static async Task<IResult> Export(Guid accountId, string day, FindDay find, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var on = errors.Day("day", day);
        if (errors.Any || await find.Run(accountId, on, stop) is not { } found)
        {
            return (errors.Any ? errors.ToRefusal() : KernelRefusals.NotFound).ToProblem();
        }
        return Csv.File($"differences-{on:yyyy-MM-dd}.csv",
        [
            ["id", "cause", "change", "line", "reference", "memo", "at", "belongs to", "proposed"],
            .. found.Differences.Select(one => (IReadOnlyList<string?>)
            [
                $"{one.Id}", $"{one.Cause}", Csv.Plain(one.Change), Csv.Plain(one.Line), one.Reference, one.Memo,
                $"{one.At:yyyy-MM-dd'T'HH:mm:ss'Z'}", $"{one.LateFor:yyyy-MM-dd}", $"{one.Proposal?.Way}",
            ]),
        ]);
    }

    private static async Task<IResult> Start(Guid accountId, CloseBody body, CloseDay close, CancellationToken stop) =>
        Answer(await close.ProposeStart(body.Id, accountId, body.Reason, stop));

    private static async Task<IResult> Close(
        Guid accountId, string day, CloseBody body, CloseDay close, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var on = errors.Day("day", day);
        return errors.Any
            ? errors.ToRefusal().ToProblem()
            : Answer(await close.ProposeDay(body.Id, accountId, on, body.Reason, stop));
    }

    private static async Task<IResult> Approve(Guid id, ApproveBody body, CloseDay close, CancellationToken stop) =>
        Answer(await close.Answer(id, body.Approved, stop));

    private static async Task<IResult> Accept(AcceptBody body, AcceptDifference accept, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var on = errors.Day("day", body.Day);
        var way = errors.Choice<AcceptanceWay>("way", body.Way);
        return errors.Any
            ? errors.ToRefusal().ToProblem()
            : Answer(await accept.Propose(body.Id, body.AccountId, on, body.SubjectId, way, body.Reason, stop));
    }

    private static async Task<IResult> ApproveDifference(
        Guid id, ApproveBody body, AcceptDifference accept, CancellationToken stop) =>
        Answer(await accept.Answer(id, body.Approved, stop));

    private static IResult Answer(Outcome<DayClosing> outcome) => outcome.Match<IResult>(
        closing => TypedResults.Ok(ClosingAnswer.Of(closing)), refusal => refusal.ToProblem());

    private static IResult Answer(Outcome<Acceptance> outcome) => outcome.Match<IResult>(
        acceptance => TypedResults.Ok(AcceptanceAnswer.Of(acceptance)), refusal => refusal.ToProblem());

    internal sealed record CloseBody(Guid Id, string? Reason);

    internal sealed record ApproveBody(bool Approved = true);

    internal sealed record AcceptBody(Guid Id, Guid AccountId, string? Day, Guid SubjectId, string? Way,
        string? Reason);

    internal sealed record ClosingAnswer(Guid Id, Guid AccountId, ClosingKind Kind, DateOnly Day, long BankOpening,
        long BankClosing, long Credits, long Debits, long LedgerBalance, long PostedLater, long ShownLater,
        long Carried,
        long Change, string Reason, StepState State, string ProposedBy, string? ApprovedBy, DateTimeOffset? DoneAt)
    {
        public static ClosingAnswer Of(DayClosing one) => new(one.Id, one.BookId, one.Kind, one.Day, one.BankOpening,
            one.BankClosing, one.Credits, one.Debits, one.LedgerBalance, one.PostedLater, one.ShownLater, one.Carried,
            one.Change, one.Reason, one.State, one.ProposedBy, one.ApprovedBy, one.DoneAt);
    }

    internal sealed record AcceptanceAnswer(Guid Id, Guid AccountId, DateOnly Day, Guid SubjectId, AcceptanceWay Way,
        long Change, DateOnly? Until, string Reason, StepState State, string ProposedBy, string? ApprovedBy,
        DateTimeOffset? DoneAt)
    {
        public static AcceptanceAnswer Of(Acceptance one) => new(one.Id, one.BookId, one.Day, one.SubjectId, one.Way,
            one.Change, one.Until, one.Reason, one.State, one.ProposedBy, one.ApprovedBy, one.DoneAt);
    }

    internal sealed record DifferenceAnswer(Guid Id, DifferenceCause Cause, long Change, string Memo, string? Reference,
        DateTimeOffset? At, DateOnly? LateFor, int? Line, IReadOnlyList<Candidate> Candidates,
        AcceptanceAnswer? Proposal);

    internal sealed record DayAnswer(Guid AccountId, DateOnly Day, Guid StatementId, bool IsClosed, long BankOpening,
        long BankClosing, long Credits, long Debits, long LedgerBalance, long PostedLater, long ShownLater,
        long Carried,
        long Change, long Gap, int Entries, int Matched, IReadOnlyList<DifferenceAnswer> Differences,
        ClosingAnswer? Start, ClosingAnswer? Closing)
    {
        public static DayAnswer Of(BankDay day) => new(day.Book.Id, day.Day, day.Statement.Id, day.IsClosed,
            day.Figures.BankOpening, day.Figures.BankClosing, day.Figures.Credits, day.Figures.Debits,
            day.Figures.LedgerBalance, day.Figures.PostedLater, day.Figures.ShownLater, day.Figures.Carried,
            day.Figures.Change, day.Figures.Gap, day.Entries, day.Matched,
            [.. day.Differences.Select(one => new DifferenceAnswer(one.Id, one.Cause, one.Change, one.Memo,
                one.Reference,
                one.At, one.LateFor, one.Line, one.Candidates,
                one.Proposal is null ? null : AcceptanceAnswer.Of(one.Proposal)))],
            day.Start is null ? null : ClosingAnswer.Of(day.Start),
            day.Closing is null ? null : ClosingAnswer.Of(day.Closing));
    }
}
