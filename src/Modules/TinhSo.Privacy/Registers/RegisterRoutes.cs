using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TinhSo.Kernel.Http;

namespace TinhSo.Privacy.Registers;

/// <summary>The register as JSON, and as a file.</summary>
internal static class RegisterRoutes
{
    public static void MapApi(IEndpointRouteBuilder privacy) =>
        privacy.MapGet("/register", List).Requires(ShowRegister.Permission)
            .WithSummary("What is held about people: purpose, legal basis, how long, who sees it")
            .Produces<IReadOnlyList<RegisterLine>>().ProducesProblem(403);

    public static void MapPages(IEndpointRouteBuilder root) =>
        root.MapGet("/privacy/register/export.csv", Export).Requires(ShowRegister.Permission).ExcludeFromDescription();

    private static async Task<IResult> List(ShowRegister register, CancellationToken stop) =>
        (await register.Lines(stop)).Match<IResult>(TypedResults.Ok, refusal => refusal.ToProblem());

    private static async Task<IResult> Export(ShowRegister register, CancellationToken stop) =>
        (await register.Lines(stop)).Match<IResult>(File, refusal => refusal.ToProblem());

    private static IResult File(IReadOnlyList<RegisterLine> lines) => Csv.File("personal-data-register.csv",
    [
        ["table", "column", "what", "purpose", "legal basis", "kept", "basis of keeping", "who may see", "sealed"],
        .. lines.Select(line => (IReadOnlyList<string?>)
        [
            line.Table, line.Column, line.What, line.Purpose, line.LegalBasis, line.Retention, line.RetentionBasis,
            line.WhoMaySee, line.IsSealed ? "yes" : "no",
        ]),
    ]);
}
