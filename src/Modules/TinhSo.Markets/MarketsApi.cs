using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.BillRuns;
using TinhSo.Markets.Markets;
using TinhSo.Markets.Meters;
using TinhSo.Markets.Signs;
using TinhSo.Markets.Stalls;
using TinhSo.Markets.Storage;
using TinhSo.Markets.Traders;
using TinhSo.Payments;

namespace TinhSo.Markets;

/// <summary>The JSON twins of the market pages; they run the same use cases.</summary>
internal static class MarketsApi
{
    internal sealed record StallView(
        Guid Id, Guid MarketId, string Code, string Zone, string Goods, decimal AreaM2, Guid? TraderId, Guid? SignId);

    internal sealed record MeterView(Guid Id, string Item, string Serial);

    internal sealed record RunRequest(string? Period, string? DueOn);

    internal sealed record RunView(
        Guid Id, string Period, DateOnly DueOn, BillRunState State, int Total, int Done, int Issued,
        IReadOnlyList<string> LeftOut, string? Fault);

    internal sealed record ReadingRequest(string? Period, string? Value);

    internal sealed record ReadingView(Guid MeterId, string Period, long Value);

    internal sealed record SignView(Guid Id, Guid StallId, string Code, string Payload, string Signature);

    internal sealed record CheckRequest(string? Scanned);

    internal sealed record SaleRequest(Guid Id, Guid SignId, long? Amount);

    public static void Map(IEndpointRouteBuilder api)
    {
        var markets = api.MapGroup("/markets").WithTags("Markets");
        markets.MapGet("", List).Requires("markets.read").WithSummary("Markets that the caller may see, by name");
        markets.MapGet("/{id:guid}", Find).Requires("markets.read").WithSummary("One market");
        markets.MapPost("", Register).Requires("markets.register").WithIdempotency().WithSummary("Register a market");
        markets.MapPost("/{id:guid}/account", SetAccount).Requires("markets.manage").WithIdempotency()
            .WithSummary("Give the bank account into which a market's fees are paid, or propose another");
        markets.MapPost("/{id:guid}/describe", Describe).Requires("markets.manage").WithIdempotency()
            .WithSummary("Describe a registered market anew");
        markets.MapGet("/{id:guid}/stalls", Stalls).Requires("markets.read").WithSummary("Stalls of a market, by code");
        markets.MapPost("/{id:guid}/stalls", AddStall).Requires("markets.manage").WithIdempotency()
            .WithSummary("Add a stall");
        markets.MapPost("/{id:guid}/bill-runs", Run).Requires("billing.run").WithIdempotency()
            .WithSummary("Make the bills of a market for a month; again, only what is missing");
        api.MapGet("/bill-runs/{id:guid}", FindRun).Requires("markets.read").WithTags("Markets")
            .WithSummary("How far a bill run is");
        var stalls = api.MapGroup("/stalls").WithTags("Markets");
        stalls.MapGet("/{id:guid}/meters", Meters).Requires("markets.read").WithSummary("Meters of a stall");
        stalls.MapPost("/{id:guid}/tenancy", Let).Requires("markets.manage").WithIdempotency()
            .WithSummary("Let a vacant stall to a trader");
        stalls.MapPost("/{id:guid}/vacate", Vacate).Requires("markets.manage").WithIdempotency()
            .WithSummary("End a stall's tenancy; its sign is revoked");
        stalls.MapPost("/{id:guid}/meters", AddMeter).Requires("markets.manage").WithIdempotency()
            .WithSummary("Install a meter at a stall");
        stalls.MapPost("/{id:guid}/sign", Sign).Requires("markets.manage").WithIdempotency()
            .WithSummary("Issue the stall's QR sign; the one before is revoked");
        api.MapPost("/meters/{id:guid}/readings", ReadMeter).Requires("markets.manage").WithIdempotency()
            .WithTags("Markets").WithSummary("Record a meter's reading at the end of a month");
        api.MapPost("/traders", Trader).Requires("markets.manage").WithIdempotency().WithTags("Markets")
            .WithSummary("Register a trader");
        api.MapGet("/my/stalls", MyStalls).Requires("markets.takings").WithTags("Markets")
            .WithSummary("The caller's own stalls");
        api.MapGet("/my/money-in", MoneyIn).Requires("markets.takings").WithTags("Markets")
            .WithSummary("What came in for the caller's own stalls today");
        api.MapPost("/my/sales", CashSale).Requires("markets.takings").WithIdempotency().WithTags("Markets")
            .WithSummary("Record a sale for cash at an own stall");
        api.MapGet("/signs/{id:guid}", FindSign).Requires("markets.read").WithTags("Markets")
            .WithSummary("One sign, with what its QR code says");
        api.MapPost("/signs/check", CheckSign).AllowAnonymous().RequireRateLimiting(PaymentLimits.Lookups)
            .WithTags("Markets")
            .WithSummary("Whether a scanned code is the stall's own");
    }

    private static async Task<Ok<Page<MarketLine>>> List(FindMarkets find, string? q, int? marketClass, string? place,
        bool? digital, string? cursor, int? limit, CancellationToken stop) =>
        TypedResults.Ok(await find.List(new(q, marketClass, place, digital, cursor, limit ?? 50), stop));

    private static async Task<Results<Ok<MarketDescribed>, ProblemHttpResult>> Find(
        Guid id, FindMarkets find, CancellationToken stop) =>
        await find.Find(id, stop) is { } market
            ? TypedResults.Ok(market.Describe()) : KernelRefusals.NotFound.ToProblem();

    private static async Task<Results<Ok<MarketDescribed>, ProblemHttpResult>> Register(
        MarketOrder request, RegisterMarket register, CancellationToken stop) =>
        Answer(await register.Register(request with { Demo = false }, stop), market => market.Describe());

    private static async Task<Results<Ok<MarketDescribed>, ProblemHttpResult>> Describe(
        Guid id, MarketOrder request, RegisterMarket register, CancellationToken stop) =>
        Answer(await register.Describe(request with { Id = id }, stop), market => market.Describe());

    private static async Task<Results<Ok<MarketDescribed>, Accepted<Proposal>, ProblemHttpResult>> SetAccount(
        Guid id, BoardAccount request, SetBoardAccount set, CancellationToken stop) =>
        (await set.Run(id, request, stop)).Match<Results<Ok<MarketDescribed>, Accepted<Proposal>, ProblemHttpResult>>(
            done => done.Proposal is { } proposal
                ? TypedResults.Accepted($"/api/v1{proposal.Page()}", proposal)
                : TypedResults.Ok(done.Market.Describe()),
            refusal => refusal.ToProblem());

    private static async Task<Results<Ok<Page<StallView>>, ProblemHttpResult>> Stalls(
        Guid id, FindMarkets find, MarketsDb db, string? cursor, int? limit, CancellationToken stop)
    {
        if (await find.Find(id, stop) is null)
        {
            return KernelRefusals.NotFound.ToProblem();
        }
        var most = Math.Clamp(limit ?? 50, 1, 500);
        var read = await db.Stalls.AsNoTracking()
            .Where(s => s.MarketId == id && (cursor == null || s.Code.CompareTo(cursor) > 0))
            .OrderBy(s => s.Code).Take(most + 1).ToListAsync(stop);
        return TypedResults.Ok(Page.Cut(read.ConvertAll(View), most, s => s.Code));
    }

    private static async Task<Results<Ok<StallView>, ProblemHttpResult>> AddStall(
        Guid id, StallOrder request, KeepStalls keep, CancellationToken stop) =>
        Answer(await keep.Add(id, request, stop), View);

    private static async Task<Results<Ok<StallView>, ProblemHttpResult>> Let(
        Guid id, TenancyOrder request, KeepStalls keep, CancellationToken stop) =>
        Answer(await keep.Let(id, request, stop), View);

    private static async Task<Results<Ok<StallView>, ProblemHttpResult>> Vacate(
        Guid id, KeepStalls keep, CancellationToken stop) => Answer(await keep.Vacate(id, stop), View);

    private static async Task<Results<Ok<MeterView>, ProblemHttpResult>> AddMeter(
        Guid id, MeterOrder request, ReadMeter meters, CancellationToken stop) =>
        Answer(await meters.Install(id, request, stop), m => new MeterView(m.Id, m.Item, m.Serial));

    private static async Task<Results<Ok<RunView>, ProblemHttpResult>> Run(
        Guid id, RunRequest request, RunBills run, CancellationToken stop) =>
        Answer(await run.Begin(id, request.Period, request.DueOn, stop), View);

    private static async Task<Results<Ok<RunView>, ProblemHttpResult>> FindRun(
        Guid id, FindMarkets find, MarketsDb db, CancellationToken stop)
    {
        var run = await db.BillRuns.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, stop);
        return run is null || await find.Find(run.MarketId, stop) is null
            ? KernelRefusals.NotFound.ToProblem() : TypedResults.Ok(View(run));
    }

    private static async Task<Results<Ok<List<MeterView>>, ProblemHttpResult>> Meters(
        Guid id, FindMarkets find, MarketsDb db, CancellationToken stop)
    {
        var stall = await db.Stalls.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, stop);
        if (stall is null || await find.Find(stall.MarketId, stop) is null)
        {
            return KernelRefusals.NotFound.ToProblem();
        }
        var meters = await db.Meters.AsNoTracking().Where(m => m.StallId == id).OrderBy(m => m.Item).ToListAsync(stop);
        return TypedResults.Ok(meters.ConvertAll(m => new MeterView(m.Id, m.Item, m.Serial)));
    }

    private static async Task<Results<Ok<ReadingView>, ProblemHttpResult>> ReadMeter(
        Guid id, ReadingRequest request, ReadMeter read, CancellationToken stop) =>
        Answer(await read.Record(id, request.Period, request.Value, stop),
            r => new ReadingView(r.MeterId, r.Period, r.Value));

    private static async Task<Results<Ok<SignView>, ProblemHttpResult>> Sign(
        Guid id, IssueSign issue, TimeProvider clock, CancellationToken stop) =>
        Answer(await issue.Issue(Ids.New(clock), id, stop),
            s => new SignView(s.Id, s.StallId, s.Code, s.Payload, s.Signature));

    private static async Task<Results<Ok<SignView>, ProblemHttpResult>> FindSign(
        Guid id, FindMarkets find, MarketsDb db, CancellationToken stop)
    {
        var sign = await db.Signs.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, stop);
        var stall = sign is null ? null : await db.Stalls.AsNoTracking().SingleAsync(s => s.Id == sign.StallId, stop);
        return stall is null || await find.Find(stall.MarketId, stop) is null
            ? KernelRefusals.NotFound.ToProblem()
            : TypedResults.Ok(new SignView(sign!.Id, sign.StallId, sign.Code, sign.Payload, sign.Signature));
    }

    private static async Task<Ok<SignCheck>> CheckSign(CheckRequest request, CheckSign check, CancellationToken stop) =>
        TypedResults.Ok(await check.Check(request.Scanned, stop));

    private static async Task<Results<Ok<TraderView>, ProblemHttpResult>> Trader(
        TraderOrder request, RegisterTrader register, CancellationToken stop) =>
        Answer(await register.Register(request with { Demo = false }, stop),
            done => new TraderView(done.Trader.Id, done.Trader.Name, done.Trader.Kind, done.Trader.PayeeId is not null,
                done.Proposal?.Id));

    private static async Task<Ok<List<StallView>>> MyStalls(MarketsDb db, ICaller caller, CancellationToken stop)
    {
        var own = Own(caller);
        var stalls = await db.Stalls.AsNoTracking().Where(s => s.TraderId != null && own.Contains(s.TraderId.Value))
            .OrderBy(s => s.Code).Take(100).ToListAsync(stop);
        return TypedResults.Ok(stalls.ConvertAll(View));
    }

    private static async Task<Ok<List<Receipt>>> MoneyIn(
        MarketsDb db, IPayments payments, ICaller caller, TimeProvider clock, CancellationToken stop)
    {
        var own = Own(caller);
        var payees = await db.Traders.AsNoTracking().Where(t => own.Contains(t.Id) && t.PayeeId != null)
            .OrderBy(t => t.Id).Select(t => t.PayeeId!.Value).ToListAsync(stop);
        var receipts = new List<Receipt>();
        foreach (var payee in payees)
        {
            receipts.AddRange(await payments.MoneyIn(payee, VietnamTime.StartOf(clock.Today()), 200, stop));
        }
        return TypedResults.Ok(receipts);
    }

    private static async Task<Results<Ok<Receipt>, ProblemHttpResult>> CashSale(
        SaleRequest request, MarketsDb db, IPayments payments, ICaller caller, CancellationToken stop)
    {
        var errors = new FieldErrors();
        errors.Id("id", request.Id);
        errors.Id("signId", request.SignId);
        errors.Range("amount", request.Amount ?? 0, 1, 1_000_000_000);
        if (errors.Any)
        {
            return errors.ToRefusal().ToProblem();
        }
        var own = Own(caller);
        var isOwn = await db.Stalls.AnyAsync(
            s => s.SignId == request.SignId && s.TraderId != null && own.Contains(s.TraderId.Value), stop);
        return isOwn
            ? Answer(await payments.TakeCashAtPoint(request.Id, request.SignId, request.Amount!.Value, stop), r => r)
            : KernelRefusals.NotFound.ToProblem();
    }

    private static List<Guid> Own(ICaller caller) => [.. caller.UnitsFor("markets.takings")
        .Select(u => u.Split(':')).Where(u => u is ["payee", _]).Select(u => Guid.Parse(u[1])).Take(20)];

    private static Results<Ok<TView>, ProblemHttpResult> Answer<T, TView>(Outcome<T> outcome, Func<T, TView> view)
        where T : class =>
        outcome.Match<Results<Ok<TView>, ProblemHttpResult>>(
            given => TypedResults.Ok(view(given)), refusal => refusal.ToProblem());

    private static StallView View(Stall s) =>
        new(s.Id, s.MarketId, s.Code, s.Zone, s.Goods, s.AreaM2, s.TraderId, s.SignId);

    private static RunView View(BillRun r) => new(r.Id, r.Period, r.DueOn, r.State, r.Total, r.Done, r.Issued,
        [.. LeftOutStall.Read(r.LeftOut).Select(s => s.ToString())], r.Fault?.ToString());

    internal sealed record TraderView(
        Guid Id, string Name, TraderKind Kind, bool TakesTransfers, Guid? ProposalId);
}
