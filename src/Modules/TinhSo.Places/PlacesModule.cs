using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Storage;
using TinhSo.Places.Storage;
using TinhSo.Places.Units;

namespace TinhSo.Places;

/// <summary>The communes, wards and special zones of the province, by dated codes.</summary>
public static class PlacesModule
{
    /// <summary>Adds places to the host.</summary>
    public static IServiceCollection AddPlaces(this IServiceCollection services) => services
        .AddModuleDb<PlacesDb>()
        .AddSingleton<KnownPlaces>()
        .AddSingleton<IPlaces>(provider => provider.GetRequiredService<KnownPlaces>())
        .AddScoped<ILoadPlaces, LoadUnits>();

    /// <summary>Maps the routes of places, from the site's root.</summary>
    public static IEndpointRouteBuilder MapPlaces(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/places", ListPlaces.Handle).WithTags("Places")
            .WithSummary("The communes, wards and special zones alive on a day").AllowAnonymous();
        return routes;
    }
}
