using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Identity;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Privacy;
using TinhSo.Kernel.Storage;
using TinhSo.Markets.BillRuns;
using TinhSo.Markets.Loading;
using TinhSo.Markets.Markets;
using TinhSo.Markets.Meters;
using TinhSo.Markets.Signs;
using TinhSo.Markets.Stalls;
using TinhSo.Markets.Storage;
using TinhSo.Markets.Traders;

namespace TinhSo.Markets;

/// <summary>Chợ 4.0: markets, stalls, traders, monthly bills and the signs that buyers scan.</summary>
public static class MarketsModule
{
    /// <summary>Adds markets to the host.</summary>
    public static IServiceCollection AddMarkets(this IServiceCollection services) => services
        .AddModuleDb<MarketsDb>()
        .AddAuditedName("markets_market", "Chợ", "Market")
        .AddAuditedName("markets_tenancy", "Hợp đồng thuê quầy", "Tenancy")
        .AddAuditedName("markets_sign", "Biển mã QR", "QR sign")
        .AddScoped<FindMarkets>()
        .AddScoped<INameUnits, NameMarkets>()
        .AddScoped<RegisterMarket>()
        .AddScoped<SetBoardAccount>()
        .AddScoped<TraderAccount>()
        .AddProposals<BoardAccountChange, SetBoardAccount>(SetBoardAccount.Kind, SetBoardAccount.ApprovePermission,
            "Tài khoản của ban quản lý chợ", "A board's account")
        .AddProposals<TraderAccountChange, TraderAccount>(TraderAccount.Kind, SetBoardAccount.ApprovePermission,
            "Tài khoản của hộ kinh doanh", "A trader's account")
        .AddScoped<KeepStalls>()
        .AddScoped<RegisterTrader>()
        .AddScoped<LetTraderIn>()
        .AddScoped<IHoldPersonalData, HoldTraders>()
        .AddScoped<ReadMeter>()
        .AddScoped<IssueSign>()
        .AddScoped<CheckSign>()
        .AddScoped<RunBills>()
        .AddScoped<LoadDemo>()
        .AddScoped<LoadMarkets>()
        .AddScoped<IMarkets>(provider => provider.GetRequiredService<LoadMarkets>())
        .AddSingleton<BillRunner>()
        .AddHostedService(provider => provider.GetRequiredService<BillRunner>());

    /// <summary>Maps the JSON twins of the pages under the API's prefix.</summary>
    public static IEndpointRouteBuilder MapMarkets(this IEndpointRouteBuilder api)
    {
        MarketsApi.Map(api);
        return api;
    }
}
