using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Billing.Billers;
using TinhSo.Billing.Bills;
using TinhSo.Billing.Claims;
using TinhSo.Billing.Imports;
using TinhSo.Billing.Inquiry;
using TinhSo.Billing.Penalties;
using TinhSo.Billing.Services;
using TinhSo.Billing.Storage;
using TinhSo.Billing.Tariffs;
using TinhSo.Billing.Webhooks;
using TinhSo.Identity;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Privacy;
using TinhSo.Kernel.Storage;
using TinhSo.Payments;

namespace TinhSo.Billing;

/// <summary>Billers, dated tariffs, bills and what of them is paid.</summary>
public static class BillingModule
{
    /// <summary>Adds billing to the host.</summary>
    public static IServiceCollection AddBilling(
        this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOutboundCalls(DeliverMessages.Client, configuration);
        services.AddSingleton<DeliverMessages>();
        services.AddHostedService(provider => provider.GetRequiredService<DeliverMessages>());
        return services
            .AddModuleDb<BillingDb>()
            .AddAuditedName("billing_biller", "Đơn vị thu", "Biller")
            .AddAuditedName("billing_rate", "Mức thu", "Rate")
            .AddAuditedName("billing_provider", "Đơn vị thu dịch vụ", "Biller of services")
            .AddAuditedName("billing_provider_service", "Dịch vụ được thu", "Service billed")
            .AddAuditedName("billing_penalty_rule", "Mức tiền chậm nộp", "Penalty rule")
            .AddScoped<IssueBills>()
            .AddScoped<SetTariff>()
            .AddProposals<TariffRate, SetTariff>(
                SetTariff.Kind, SetTariff.ApprovePermission, "Đặt mức thu", "Setting a rate")
            .AddScoped<FindBills>()
            .AddScoped<IHoldPersonalData, HoldBills>()
            .AddScoped<IHoldPersonalData, HoldHolders>()
            .AddServices()
            .AddRateLimiter(options => BillingLimits.Add(options, configuration))
            .AddScoped<IBilling>(provider => provider.GetRequiredService<FindBills>())
            .AddHearer<PaymentReceived, SettleBill, BillingDb>("billing.settle-bill")
            .AddHearer<PaymentRefunded, SettleBill, BillingDb>("billing.settle-bill")
            .AddAuditedName("billing_webhook", "Nơi nhận thông báo", "Webhook")
            .AddScoped<KeepWebhooks>()
            .AddScoped<FindMessages>()
            .AddHearer<BillIssued, QueueMessages, BillingDb>("billing.webhooks")
            .AddHearer<BillPaid, QueueMessages, BillingDb>("billing.webhooks")
            .AddHearer<BillCancelled, QueueMessages, BillingDb>("billing.webhooks")
            .AddHearer<PaymentReceived, QueueMessages, BillingDb>("billing.webhooks")
            .AddHearer<PaymentRefunded, QueueMessages, BillingDb>("billing.webhooks");
    }

    /// <summary>Maps the JSON twins of the pages under the API's prefix.</summary>
    public static IEndpointRouteBuilder MapBilling(this IEndpointRouteBuilder api)
    {
        BillingApi.Map(api);
        WebhookRoutes.Map(api.MapGroup("/webhooks").WithTags("Billing"));
        ProviderRoutes.Map(api);
        ClaimRoutes.Map(api);
        ImportRoutes.Map(api);
        InquiryRoutes.Map(api);
        return api;
    }

    /// <summary>Maps what pages need beside themselves: lists as CSV.</summary>
    public static IEndpointRouteBuilder MapBillingPages(this IEndpointRouteBuilder root)
    {
        ClaimRoutes.MapPages(root);
        ImportRoutes.MapPages(root);
        return root;
    }

    private static IServiceCollection AddServices(this IServiceCollection services) => services
        .AddScoped<LoadServices>()
        .AddScoped<KeepProviders>()
        .AddScoped<LoadDemoBillers>()
        .AddScoped<FindProviders>()
        .AddScoped<INameUnits>(provider => provider.GetRequiredService<FindProviders>())
        .AddProposals<ProviderAccountChange, SetProviderAccount>(SetProviderAccount.Kind,
            SetProviderAccount.ApprovePermission, "Tài khoản của đơn vị thu", "A biller's account")
        .AddProposals<PenaltyChange, SetPenalty>(SetPenalty.Kind,
            SetProviderAccount.ApprovePermission, "Mức tiền chậm nộp", "A penalty")
        .AddScoped<CountPenalty>()
        .AddScoped<CheckClaim>()
        .AddScoped<IssueClaims>()
        .AddScoped<FindClaims>()
        .AddScoped<AskPart>()
        .AddScoped<PlanParts>()
        .AddScoped<TidyClaims>()
        .AddScoped<CancelClaim>()
        .AddScoped<SettleElsewhere>()
        .AddScoped<LookUp>()
        .AddScoped<KeepFolder>()
        .AddScoped<TakeImport>()
        .AddScoped<DecideImport>()
        .AddScoped<DropImports>()
        .AddScoped<FindImports>()
        .AddSingleton<ImportRunner>()
        .AddHostedService(provider => provider.GetRequiredService<ImportRunner>());
}
