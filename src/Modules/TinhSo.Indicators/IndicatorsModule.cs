using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Indicators.Counting;
using TinhSo.Indicators.Definitions;
using TinhSo.Indicators.Figures;
using TinhSo.Indicators.Loading;
using TinhSo.Indicators.Storage;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;

namespace TinhSo.Indicators;

/// <summary>Figures, each of which opens down to the transfers and facts that it is made of.</summary>
public static class IndicatorsModule
{
    /// <summary>Adds indicators to the host, behind ledger and places.</summary>
    public static IServiceCollection AddIndicators(this IServiceCollection services) => services
        .AddHttpContextAccessor()
        .AddModuleDb<IndicatorsDb>()
        .AddHearerOfAll<TakeIn, IndicatorsDb>("indicators.count")
        .AddLedgerFollower<TakeIn, IndicatorsDb>(Recount.LedgerCursor)
        .AddSingleton<Selections>()
        .AddSingleton<Recount>()
        .AddSingleton<BookKeeper>()
        .AddScoped<ListRows>()
        .AddScoped<PlaceBreakdown>()
        .AddScoped<VerifyCounts>()
        .AddScoped<LoadReference>()
        .AddScoped<IIndicators, IndicatorDesk>();

    /// <summary>Maps the JSON twins and downloads, from the site's root; the pages are found by their routes.</summary>
    public static IEndpointRouteBuilder MapIndicators(this IEndpointRouteBuilder routes)
    {
        FigureRoutes.Map(routes);
        return routes;
    }
}
