using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Storage;

namespace TinhSo.Kernel.Facts;

/// <summary>One module's interest in one fact, erased of its types so that the dispatcher can loop over all.</summary>
/// <param name="FactName">The fact's stored name, or <see cref="AnyFact"/>.</param>
/// <param name="Subscriber">The stored name of who hears: stable, whatever its class is called.</param>
internal sealed record Subscription(
    string FactName,
    string Subscriber,
    Func<IServiceProvider, DbContext> Db,
    Func<IServiceProvider, NamedFact, CancellationToken, Task> Deliver)
{
    public const string AnyFact = "*";
}

/// <summary>Registers who hears which fact.</summary>
public static class SubscriptionExtensions
{
    /// <summary>Has <typeparamref name="THandler"/> hear every <typeparamref name="TFact"/> from now on.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="subscriber">
    /// A name for ever, such as <c>billing.close-bill</c>: deliveries are kept under it.
    /// </param>
    public static IServiceCollection AddHearer<TFact, THandler, TDb>(
        this IServiceCollection services, string subscriber)
        where TFact : IFact
        where THandler : class, IHear<TFact>
        where TDb : ModuleDb
    {
        services.AddScoped<THandler>();
        return services.AddSingleton(new Subscription(
            TFact.Name,
            subscriber,
            provider => provider.GetRequiredService<TDb>(),
            (provider, fact, stop) => provider.GetRequiredService<THandler>()
                .Hear(JsonSerializer.Deserialize<TFact>(fact.Body, FactJson.Options)!, stop)));
    }

    /// <summary>Has <typeparamref name="THandler"/> hear every fact of every module from now on.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="subscriber">A name for ever: deliveries are kept under it.</param>
    public static IServiceCollection AddHearerOfAll<THandler, TDb>(this IServiceCollection services, string subscriber)
        where THandler : class, IHearAll
        where TDb : ModuleDb
    {
        services.AddScoped<THandler>();
        return services.AddSingleton(new Subscription(
            Subscription.AnyFact,
            subscriber,
            provider => provider.GetRequiredService<TDb>(),
            (provider, fact, stop) => provider.GetRequiredService<THandler>().Hear(fact, stop)));
    }
}
