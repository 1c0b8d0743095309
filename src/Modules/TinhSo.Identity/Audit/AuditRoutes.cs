using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Audit;

/// <summary>The audit log as JSON, and as a file.</summary>
internal static class AuditRoutes
{
    private const int LimitMax = 500;

    public static void MapApi(IEndpointRouteBuilder api) =>
        api.MapGet("/audit", List).Requires(FindAudit.Permission).WithTags("Identity")
            .WithSummary("Who did what, newest first").Produces<Page<AuditLine>>().ProducesProblem(400);

    public static void MapPages(IEndpointRouteBuilder root) =>
        root.MapGet("/audit/export.csv", Export).Requires(FindAudit.Permission).ExcludeFromDescription();

    private static async Task<IResult> List(FindAudit find, CancellationToken stop, string? who = null,
        string? what = null, string? subject = null, string? from = null, string? to = null, string? cursor = null,
        int limit = 50)
    {
        var page = await find.Find(
            new AuditQuestion(who, what, subject, from, to, cursor), Math.Clamp(limit, 1, LimitMax), stop);
        return page.Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());
    }

    private static async Task<IResult> Export(FindAudit find, CancellationToken stop, string? who = null,
        string? what = null, string? subject = null, string? from = null, string? to = null)
    {
        var lines = await find.Export(new AuditQuestion(who, what, subject, from, to, null), stop);
        return lines.Match<IResult>(File, refusal => refusal.ToProblem());
    }

    private static IResult File(IReadOnlyList<AuditLine> lines) => Csv.File("audit.csv",
    [
        ["number", "at", "who", "name", "origin", "what", "subject", "why", "before", "after"],
        .. lines.Select(line => (IReadOnlyList<string?>)
        [
            Csv.Plain(line.Number), $"{line.At:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}", line.Who, line.Name, line.Origin,
            line.What, line.Subject, line.Why, line.Before, line.After,
        ]),
    ]);
}
