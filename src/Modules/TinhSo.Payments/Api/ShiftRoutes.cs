using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Receipts;
using TinhSo.Payments.Shifts;

namespace TinhSo.Payments.Api;

/// <summary>Shifts of collectors as JSON, and as a file.</summary>
internal static class ShiftRoutes
{
    public static void Map(IEndpointRouteBuilder cash)
    {
        var shifts = cash.MapGroup("/shifts");
        shifts.MapGet("", List).Requires(ShiftAccess.Read)
            .WithSummary("Shifts by unit, day and state, newest first").Produces<Page<ShiftLine>>();
        shifts.MapGet("/mine", Mine).Requires(TakeCash.Permission)
            .WithSummary("The caller's shift that is not over, or else the last one")
            .Produces<ShiftAnswer>().ProducesProblem(404);
        shifts.MapGet("/{id:guid}", Read).Requires(ShiftAccess.Read)
            .WithSummary("One shift: its figures once it was counted, its counts, and what was taken in it")
            .Produces<ShiftAnswer>().ProducesProblem(404);
        shifts.MapPost("", Open).Requires(TakeCash.Permission).WithIdempotency()
            .WithSummary("Open a shift; with a float it waits for a treasurer's signature")
            .Produces<ShiftAnswer>(201).ProducesProblem(409);
        shifts.MapPost("/{id:guid}/cancel", Cancel).Requires(TakeCash.Permission).WithIdempotency()
            .WithSummary("Give an own shift up that no treasurer has signed for")
            .Produces<ShiftAnswer>().ProducesProblem(409);
        shifts.MapPost("/{id:guid}/sign", Sign).Requires(ShiftAccess.Receive).WithIdempotency()
            .WithSummary("Sign for the float of a shift, or reject it")
            .Produces<ShiftAnswer>().ProducesProblem(403);
        shifts.MapPost("/{id:guid}/count", Count).Requires(TakeCash.Permission).WithIdempotency()
            .WithSummary("Count the till by denomination; the answer says what it should have come to")
            .Produces<ShiftAnswer>().ProducesProblem(409);
        shifts.MapPost("/{id:guid}/explain", Explain).Requires(TakeCash.Permission).WithIdempotency()
            .WithSummary("Say why more or less was counted than expected")
            .Produces<ShiftAnswer>().ProducesProblem(409);
        shifts.MapPost("/{id:guid}/receive", Receive).Requires(ShiftAccess.Receive).WithIdempotency()
            .WithSummary("Receive what was counted into the vault and book the difference, or have it counted again")
            .Produces<ShiftAnswer>().ProducesProblem(409);
        cash.MapGet("/denominations", Notes).Requires(TakeCash.Permission)
            .WithSummary("The denominations in circulation today").Produces<IReadOnlyList<long>>();
    }

    public static void MapPages(IEndpointRouteBuilder root) =>
        root.MapGet("/cash/shifts.csv", Export).Requires(ShiftAccess.Read).ExcludeFromDescription();

    /// <summary>What is asked for in an address or a form, or what is wrong with it.</summary>
    public static (ShiftFilter Filter, Refusal? Refusal) FilterOf(string? unit, string? day, string? state)
    {
        var errors = new FieldErrors();
        var filter = new ShiftFilter(errors.Optional("unit", unit, 100),
            string.IsNullOrEmpty(day) ? null : errors.Day("day", day),
            string.IsNullOrEmpty(state) ? null : errors.Choice<ShiftState>("state", state));
        return (filter, errors.Any ? errors.ToRefusal() : null);
    }

    private static async Task<IResult> List(FindShifts find, CancellationToken stop, string? unit = null,
        string? day = null, string? state = null, string? cursor = null, int limit = 50)
    {
        var (filter, wrong) = FilterOf(unit, day, state);
        if (wrong is not null)
        {
            return wrong.ToProblem();
        }
        var page = await find.List(filter, cursor, Math.Clamp(limit, 1, FindShifts.LimitMax), stop);
        return page.Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());
    }

    private static async Task<IResult> Export(FindShifts find, CancellationToken stop, string? unit = null,
        string? day = null, string? state = null)
    {
        var (filter, wrong) = FilterOf(unit, day, state);
        if (wrong is not null)
        {
            return wrong.ToProblem();
        }
        var page = await find.List(filter, null, FindShifts.ExportMax, stop);
        return page.Match<IResult>(
            found => Csv.File("shifts.csv",
            [
                ["id", "unit", "unit name", "collector", "state", "opened", "closed", "float", "expected", "counted",
                    "difference", "received by"],
                .. found.Items.Select(line => (IReadOnlyList<string?>)
                [
                    $"{line.Id}", line.Unit, line.UnitName, line.CollectedBy, $"{line.State}",
                    $"{line.OpenedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}", $"{line.ClosedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}",
                    Csv.Plain(line.OpeningFloat), Csv.Plain(line.Expected), Csv.Plain(line.Counted),
                    Csv.Plain(line.Difference), line.ReceivedBy,
                ]),
            ]),
            refusal => refusal.ToProblem());
    }

    private static async Task<IResult> Mine(FindShifts find, CancellationToken stop) => Found(await find.Mine(stop));

    private static async Task<IResult> Read(Guid id, FindShifts find, CancellationToken stop) =>
        Found(await find.Find(id, stop));

    private static async Task<IResult> Open(
        OpenBody body, OpenShift open, FindShifts find, CancellationToken stop)
    {
        var opened = await open.Run(body.Id, body.Unit, body.OpeningFloat, stop);
        return opened.IsRefused(out var refusal, out var shift)
            ? refusal.ToProblem()
            : TypedResults.Created($"/api/v1/cash/shifts/{shift.Id}", ShiftAnswer.Of(await find.Read(shift, stop)));
    }

    private static async Task<IResult> Cancel(
        Guid id, ReasonBody body, CancelShift cancel, FindShifts find, CancellationToken stop) =>
        await Answer(await cancel.Run(id, body.Reason, stop), find, stop);

    private static async Task<IResult> Sign(
        Guid id, SignBody body, SignFloat sign, FindShifts find, CancellationToken stop) =>
        await Answer(await sign.Answer(id, body.Approved, body.Reason, stop), find, stop);

    private static async Task<IResult> Count(
        Guid id, CountBody body, CountTill count, FindShifts find, CancellationToken stop) =>
        await Answer(await count.Run(body.Id, id, body.Notes, stop), find, stop);

    private static async Task<IResult> Explain(
        Guid id, ReasonBody body, ExplainDifference explain, FindShifts find, CancellationToken stop) =>
        await Answer(await explain.Run(id, body.Reason, stop), find, stop);

    private static async Task<IResult> Receive(
        Guid id, ReceiveBody body, ReceiveCash receive, FindShifts find, CancellationToken stop) =>
        await Answer(await receive.Answer(id, body.CountId, body.Approved, body.Reason, stop), find, stop);

    private static Ok<IReadOnlyList<long>> Notes(TimeProvider clock) => TypedResults.Ok<IReadOnlyList<long>>(
        [.. Denominations.On(clock.Today()).Select(one => one.Value)]);

    private static IResult Found(ShiftCase? found) =>
        found is null ? KernelRefusals.NotFound.ToProblem() : TypedResults.Ok(ShiftAnswer.Of(found));

    private static async Task<IResult> Answer(Outcome<CashShift> outcome, FindShifts find, CancellationToken stop) =>
        outcome.IsRefused(out var refusal, out var shift)
            ? refusal.ToProblem() : TypedResults.Ok(ShiftAnswer.Of(await find.Read(shift, stop)));

    internal sealed record OpenBody(Guid Id, string? Unit, long OpeningFloat = 0);

    internal sealed record ReasonBody(string? Reason);

    internal sealed record SignBody(bool Approved, string? Reason);

    internal sealed record CountBody(Guid Id, IReadOnlyList<NoteCount>? Notes);

    internal sealed record ReceiveBody(Guid CountId, bool Approved, string? Reason);

    internal sealed record CountAnswer(Guid Id, long Counted, long Expected, long Difference, string? Reason,
        StepState State, DateTimeOffset CountedAt, string? AnsweredBy, string? Answer, IReadOnlyList<NoteCount> Notes)
    {
        public static CountAnswer Of(GivenCount one) => new(one.Step.Id, one.Step.Amount, one.Step.Expected ?? 0,
            one.Step.Difference, one.Step.Reason, one.Step.State, one.Step.ProposedAt, one.Step.ApprovedBy,
            one.Step.Answer, one.Notes);
    }

    internal sealed record ShiftAnswer(Guid Id, string Unit, string UnitName, string CollectedBy, ShiftState State,
        long OpeningFloat, string? FloatSignedBy, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, Guid? CountId,
        ShiftFigures? Figures, IReadOnlyList<CountAnswer> Counts, int TakenCount, IReadOnlyList<TakenCash> Taken)
    {
        public static ShiftAnswer Of(ShiftCase one) => new(one.Shift.Id, one.Shift.Unit, one.UnitName,
            one.Shift.CollectedBy, one.Shift.State, one.Shift.OpeningFloat, one.Float?.ApprovedBy, one.Shift.OpenedAt,
            one.Shift.ClosedAt, one.Shift.CountId, one.Figures, [.. one.Counts.Select(CountAnswer.Of)],
            one.TakenCount, one.Taken);
    }
}
