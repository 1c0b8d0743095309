using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using TinhSo.Host.Web;
using TinhSo.Kernel.Http;

namespace TinhSo.Host.Demo;

/// <summary>The demonstration: its mark on pages, its people, and a clock that the simulator may move.</summary>
internal static class DemoModule
{
    public static void AddDemo(
        this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment, DataFolder folder)
    {
        services.AddSingleton(new DemoMark(folder));
        services.AddScoped<LoadDemonstration>();
        if (!environment.IsProduction() && configuration.GetValue("Simulator:Enabled", false))
        {
            var clock = new DemoClock(folder);
            services.AddSingleton(clock);
            services.AddSingleton<TimeProvider>(clock);
            // Nobody is to be signed out because the simulator has moved the clock by a day.
            services.ConfigureAll<CookieAuthenticationOptions>(options => options.TimeProvider = TimeProvider.System);
            services.ConfigureAll<BearerTokenOptions>(options => options.TimeProvider = TimeProvider.System);
        }
    }

    /// <summary>Maps the simulator's clock, where there is one.</summary>
    public static void MapDemo(this IEndpointRouteBuilder api)
    {
        if (api.ServiceProvider.GetService<DemoClock>() is not { } clock)
        {
            return;
        }
        var routes = api.MapGroup("/simulator").WithTags("Simulator").Requires("payments.simulate");
        routes.MapGet("/clock", () => TypedResults.Ok(ClockView.Of(clock)))
            .WithSummary("SIMULATOR: what time it is here, and how far that is behind the world");
        routes.MapPost("/clock", (AdvanceRequest request) =>
        {
            clock.AdvanceTo(request.AdvanceTo);
            return TypedResults.Ok(ClockView.Of(clock));
        }).WithSummary("SIMULATOR: move the clock forward, at most to the world's own time");
    }

    internal sealed record AdvanceRequest(DateTimeOffset AdvanceTo);

    internal sealed record ClockView(DateTimeOffset Now, double BehindSeconds)
    {
        public static ClockView Of(DemoClock clock) => new(clock.GetUtcNow(), clock.Lag.TotalSeconds);
    }
}
