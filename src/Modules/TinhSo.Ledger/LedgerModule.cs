using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Accounts;
using TinhSo.Ledger.Followers;
using TinhSo.Ledger.Nodes;
using TinhSo.Ledger.Storage;
using TinhSo.Ledger.Transfers;
using TinhSo.Ledger.Writing;

namespace TinhSo.Ledger;

/// <summary>The record of money, for the host to add.</summary>
public static class LedgerModule
{
    /// <summary>The policy that every reading endpoint of the ledger asks for.</summary>
    public const string ReadPolicy = "permission:ledger.read";

    /// <summary>The policy for posting transfers over HTTP, which must also be signed.</summary>
    public const string PostPolicy = "permission:ledger.post";

    /// <summary>Adds <see cref="ILedger"/> and its writer, which starts with the host or the first order.</summary>
    /// <remarks>
    /// The store is beside the platform's database, <c>tinhso-ledger.db</c> beside <c>tinhso.db</c> or the schema
    /// <c>ledger</c>, unless the configuration's <c>Ledger:ConnectionString</c> names another. Of several processes
    /// that share one, one writes; on PostgreSQL the others pass their orders to it, and one of them takes over.
    /// </remarks>
    public static IServiceCollection AddLedger(this IServiceCollection services)
    {
        services.AddSingleton(provider => new LedgerDatabase(
            LedgerDatabase.Beside(
                provider.GetRequiredService<Database>(),
                provider.GetService<IConfiguration>()?["Ledger:ConnectionString"]),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LedgerSignal>();
        services.AddSingleton<LedgerReader>();
        services.AddSingleton(provider => LedgerNode.Of(
            provider.GetRequiredService<LedgerDatabase>(),
            provider.GetRequiredService<LedgerSignal>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<IOrders>(provider => provider.GetRequiredService<LedgerNode>());
        services.AddSingleton<ILedger, SingleWriterLedger>();
        services.AddSingleton(provider => new LedgerFollowers(
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetServices<LedgerFollower>(),
            provider.GetRequiredService<LedgerSignal>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LedgerFollowers>>()));
        services.AddHostedService<NodeHost>();
        services.AddHostedService(provider => provider.GetRequiredService<LedgerFollowers>());
        return services;
    }

    /// <summary>Has <typeparamref name="TFollower"/> take the log in from its beginning, each transfer once.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="name">The cursor's, such as <c>payments.ledger</c>; another name begins anew.</param>
    public static IServiceCollection AddLedgerFollower<TFollower, TDb>(this IServiceCollection services, string name)
        where TFollower : class, IFollowLedger where TDb : ModuleDb
    {
        services.TryAddScoped<TFollower>();
        return services.AddSingleton(LedgerFollower.Of<TFollower, TDb>(name));
    }

    /// <summary>Maps what may be read over HTTP, under the host's prefix.</summary>
    public static IEndpointRouteBuilder MapLedger(this IEndpointRouteBuilder routes)
    {
        var ledger = routes.MapGroup("").RequireAuthorization(ReadPolicy).WithTags("Ledger");
        ledger.MapGet("/accounts/{id:guid}", ReadAccount.Handle).WithName("ReadLedgerAccount")
            .WithSummary("An account and its balance");
        ledger.MapGet("/accounts/{id:guid}/statement", ReadStatement.Handle).WithName("ReadLedgerStatement")
            .WithSummary("An account's transfers, newest first, with the balance after each");
        ledger.MapGet("/accounts/{id:guid}/balance", ReadBalance.Handle).WithName("ReadLedgerBalance")
            .WithSummary("What stood on an account at a moment");
        ledger.MapGet("/trial-balance", ReadTrialBalance.Handle).WithName("ReadLedgerTrialBalance")
            .WithSummary("All debits and all credits, which are equal, by kind of account");
        ledger.MapGet("/transfers/{id:guid}", ReadTransfer.Handle).WithName("ReadLedgerTransfer")
            .WithSummary("One transfer");
        routes.MapGet("/roots/{day}", ReadRoot.Handle).AllowAnonymous().WithTags("Ledger").WithName("ReadLedgerRoot")
            .WithSummary("The hash over everything up to the end of a day in Vietnam, to be noted elsewhere");
        routes.MapPost("/transfers", TakeTransfers.Handle).RequireAuthorization(PostPolicy).WithTags("Ledger")
            .Accepts<TakeTransfers.Request>("application/json").Produces<ReadTransfer.Response>()
            .ProducesProblem(StatusCodes.Status400BadRequest).WithName("PostLedgerTransfers")
            .WithSummary("Post one transfer, or an array of up to 8,190, each by itself, answered in order")
            .WithMetadata(new RequestSizeLimitAttribute(BodyMax)).RequiresSignature();
        return routes;
    }

    // 8,190 transfers with every field at its longest.
    private const long BodyMax = 16 * 1024 * 1024;

    private sealed class NodeHost(LedgerNode node) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            node.Start();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => node.DisposeAsync().AsTask();
    }
}
