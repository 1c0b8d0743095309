using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Privacy;
using TinhSo.Kernel.Storage;

namespace TinhSo.Kernel;

/// <summary>What every module stands on.</summary>
public static class KernelModule
{
    /// <summary>Adds the database, the clock and the delivery of facts.</summary>
    public static IServiceCollection AddKernel(this IServiceCollection services, Database database)
    {
        services.AddSingleton(database);
        services.TryAddSingleton<TimeProvider, MicrosecondClock>();
        services.AddSingleton(new ModuleSchema(typeof(KernelModule).Assembly, null));
        services.AddBadRequests();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = SayWhenToTryAgain);
        services.AddSingleton<FactSignal>();
        services.AddSingleton<FactLog>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<IHoldPersonalData, HoldRecords>();
        services.AddHttpContextAccessor();
        services.AddSingleton(provider => new ModuleDbServices(
            database,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<FactSignal>(),
            provider.GetRequiredService<IHttpContextAccessor>(),
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetServices<ModuleSchema>(),
            provider.GetServices<Subscription>(),
            provider.GetService<ColumnKeys>()));
        services.AddSingleton<ResealColumns>();
        services.AddSingleton(provider => new FactDispatcher(
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetServices<Subscription>(),
            provider.GetRequiredService<FactSignal>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<FactDispatcher>>()));
        services.AddHostedService(provider => provider.GetRequiredService<FactDispatcher>());
        return services;
    }

    private static void SayWhenToTryAgain(ProblemDetailsContext problem)
    {
        if (problem.ProblemDetails.Status == StatusCodes.Status503ServiceUnavailable)
        {
            // Seconds. Whatever is busy or away is looked for again about as often.
            problem.HttpContext.Response.Headers.RetryAfter = "2";
        }
    }
}
