using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Statements;
using TinhSo.Payments.Statements.Files;

namespace TinhSo.Payments.Api;

/// <summary>Statements and their entries as JSON, and as files.</summary>
internal static class StatementRoutes
{
    // The file, and the few fields beside it.
    private const long BodyMax = ImportStatement.BytesMax + (64 * 1024);

    public static void Map(IEndpointRouteBuilder payments)
    {
        var statements = payments.MapGroup("/statements");
        statements.MapGet("/accounts", Books).Requires(BookAccess.Read)
            .WithSummary("The bank accounts whose statements are read, with the state of each day")
            .Produces<IReadOnlyList<BookLine>>();
        statements.MapGet("", List).Requires(BookAccess.Read)
            .WithSummary("The statements of an account, newest first")
            .Produces<Page<StatementLineItem>>().ProducesProblem(404);
        statements.MapPost("", Import).Requires(BookAccess.Reconcile).WithIdempotency()
            .WithMetadata(new RequestSizeLimitAttribute(BodyMax))
            .WithSummary("Import a file, sent as a form: camt.053, camt.054, or a bank's own table")
            .Produces<IReadOnlyList<ImportAnswer>>().ProducesProblem(422);
        statements.MapGet("/{id:guid}", Read).Requires(BookAccess.Read)
            .WithSummary("One statement").Produces<StatementLineItem>().ProducesProblem(404);
        statements.MapGet("/{id:guid}/entries", Entries).Requires(BookAccess.Read)
            .WithSummary("The entries of a statement, by state and by what they hold")
            .Produces<Page<EntryLine>>().ProducesProblem(404);
        statements.MapPost("/{id:guid}/take-in", TakeAll).Requires(BookAccess.Reconcile).WithIdempotency()
            .WithSummary("Take in all money of a statement that no notice told of or resembles")
            .Produces<TakenAnswer>().ProducesProblem(404);
        statements.MapPost("/entries/{id:guid}/take-in", Take).Requires(BookAccess.Reconcile).WithIdempotency()
            .WithSummary("Take in money that no notice told of; with a reason where one resembles it")
            .Produces<EntryLine>().ProducesProblem(409);
        statements.MapPost("/entries/{id:guid}/match", Match).Requires(BookAccess.Reconcile).WithIdempotency()
            .WithSummary("Say that an entry is the same money as a notice, a refund or a return")
            .Produces<EntryLine>().ProducesProblem(409);
        statements.MapPost("/entries/{id:guid}/unmatch", Unmatch).Requires(BookAccess.Reconcile).WithIdempotency()
            .WithSummary("Take back what a person said of an entry, as long as its day is open")
            .Produces<EntryLine>().ProducesProblem(409);
        statements.MapPost("/notices/{id:guid}/answer", AnswerHeld).Requires(BookAccess.Reconcile).WithIdempotency()
            .WithSummary("Say which entry a held notice repeats, or that it is other money")
            .Produces<HeldAnswer>().ProducesProblem(409);
        statements.MapGet("/formats", Formats).Requires(BookAccess.Read)
            .WithSummary("How banks' own tables are read").Produces<IReadOnlyList<CsvFormat>>();
        statements.MapPut("/formats/{id:guid}", SetFormat).Requires(BookAccess.Reconcile).WithIdempotency()
            .WithSummary("Say how a bank's own table is read").Produces<CsvFormat>().ProducesProblem(400);
    }

    public static void MapPages(IEndpointRouteBuilder root) =>
        root.MapGet("/payments/statements/{id:guid}/entries.csv", Export).Requires(BookAccess.Read)
            .ExcludeFromDescription();

    private static async Task<IResult> Books(FindStatements find, CancellationToken stop) =>
        TypedResults.Ok(await find.Books(stop));

    private static async Task<IResult> List(
        Guid accountId, FindStatements find, CancellationToken stop, string? cursor = null, int limit = 50) =>
        Answer(await find.List(accountId, cursor, limit, stop));

    private static async Task<IResult> Import(HttpRequest request, ImportStatement import, CancellationToken stop)
    {
        var form = await ImportForm.Read(request, stop);
        if (form.IsRefused(out var refusal, out var file))
        {
            return refusal.ToProblem();
        }
        await using (file.Content)
        {
            var imported = await import.Run(file, stop);
            return imported.Match<IResult>(
                done => TypedResults.Ok(done.ConvertAll(ImportAnswer.Of)), why => why.ToProblem());
        }
    }

    private static async Task<IResult> Read(Guid id, FindStatements find, CancellationToken stop) =>
        await find.Find(id, stop) is var (_, line, _) ? TypedResults.Ok(line) : KernelRefusals.NotFound.ToProblem();

    private static async Task<IResult> Entries(Guid id, FindStatements find, CancellationToken stop,
        string? state = null,
        string? q = null, string? cursor = null, int limit = 50)
    {
        var errors = new FieldErrors();
        var wanted = string.IsNullOrEmpty(state) ? (EntryState?)null : errors.Choice<EntryState>("state", state);
        return errors.Any
            ? errors.ToRefusal().ToProblem()
            : Answer(await find.Entries(id, wanted, q, cursor, Math.Clamp(limit, 1, FindStatements.LimitMax), stop));
    }

    private static async Task<IResult> Export(Guid id, FindStatements find, CancellationToken stop) =>
        (await find.Entries(id, null, null, null, FindStatements.ExportMax, stop)).Match<IResult>(
            page => Csv.File("entries.csv",
            [
                ["line", "day", "booked on", "change", "reference", "memo", "payer", "state", "cause"],
                .. page.Items.Select(line => (IReadOnlyList<string?>)
                [
                    Csv.Plain(line.Line), $"{line.Day:yyyy-MM-dd}", $"{line.BookedOn:yyyy-MM-dd}",
                        Csv.Plain(line.Change),
                    line.Reference, line.Memo, line.Payer, $"{line.State}", $"{line.Cause}",
                ]),
            ]),
            refusal => refusal.ToProblem());

    private static async Task<IResult> TakeAll(Guid id, FindStatements find, TakeIn take, CancellationToken stop) =>
        await find.Find(id, stop) is null
            ? KernelRefusals.NotFound.ToProblem()
            : (await take.All(id, stop)).Match<IResult>(
                taken => TypedResults.Ok(new TakenAnswer(taken.Count)), refusal => refusal.ToProblem());

    private static async Task<IResult> Take(Guid id, TakeBody body, TakeIn take, CancellationToken stop) =>
        Answer(await take.Run(id, body.Reason, stop));

    private static async Task<IResult> Match(Guid id, MatchBody body, MatchDesk desk, CancellationToken stop) =>
        Answer(await desk.Match(id, body.SubjectId, stop));

    private static async Task<IResult> Unmatch(Guid id, MatchDesk desk, CancellationToken stop) =>
        Answer(await desk.Unmatch(id, stop));

    private static async Task<IResult> AnswerHeld(Guid id, HeldBody body, MatchDesk desk, CancellationToken stop) =>
        (await desk.AnswerHeld(id, body.EntryId, stop)).Match<IResult>(
            notice => TypedResults.Ok(new HeldAnswer(notice.Id, notice.State)), refusal => refusal.ToProblem());

    private static async Task<IResult> Formats(SetCsvFormat formats, CancellationToken stop) =>
        TypedResults.Ok(await formats.List(stop));

    private static async Task<IResult> SetFormat(
        Guid id, CsvFormatOrder order, SetCsvFormat formats, CancellationToken stop) =>
        Answer(await formats.Run(id, order, stop));

    private static IResult Answer(Outcome<StatementEntry> outcome) => outcome.Match<IResult>(
        entry => TypedResults.Ok(EntryLine.Of(entry)), refusal => refusal.ToProblem());

    private static IResult Answer<T>(Outcome<T> outcome) where T : class =>
        outcome.Match<IResult>(given => TypedResults.Ok(given), refusal => refusal.ToProblem());

    internal sealed record TakeBody(string? Reason);

    internal sealed record MatchBody(Guid SubjectId);

    internal sealed record HeldBody(Guid? EntryId);

    internal sealed record HeldAnswer(Guid Id, NoticeState State);

    internal sealed record TakenAnswer(int Taken);

    internal sealed record ImportAnswer(Guid Id, Guid AccountId, StatementKind Kind, string Reference, DateOnly From,
        DateOnly To, long? Opening, long? Closing, int Entries, bool IsNew)
    {
        public static ImportAnswer Of(Imported one) => new(one.Statement.Id, one.Statement.BookId, one.Statement.Kind,
            one.Statement.Reference, one.Statement.FromDay, one.Statement.ToDay, one.Statement.Opening,
            one.Statement.Closing, one.Statement.Entries, one.IsNew);
    }
}
