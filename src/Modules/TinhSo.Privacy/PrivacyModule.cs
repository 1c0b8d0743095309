using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Privacy;
using TinhSo.Kernel.Storage;
using TinhSo.Privacy.Breaches;
using TinhSo.Privacy.Consents;
using TinhSo.Privacy.Registers;
using TinhSo.Privacy.Representatives;
using TinhSo.Privacy.Requests;
using TinhSo.Privacy.Retention;
using TinhSo.Privacy.Rules;
using TinhSo.Privacy.Storage;
using TinhSo.Privacy.Subjects;

namespace TinhSo.Privacy;

/// <summary>What the law on personal data gives people, and asks of who holds their data.</summary>
public static class PrivacyModule
{
    /// <summary>Adds privacy to the host, behind identity.</summary>
    public static IServiceCollection AddPrivacy(this IServiceCollection services) => services
        .AddModuleDb<PrivacyDb>()
        .AddAuditedName("privacy_rule", "Thời hạn về dữ liệu cá nhân", "Period about personal data")
        .AddAuditedName("privacy_purpose", "Mục đích cần đồng ý", "Purpose that needs consent")
        .AddAuditedName("privacy_request", "Yêu cầu về dữ liệu cá nhân", "Request about personal data")
        .AddAuditedName("privacy_retention_run", "Xóa theo thời hạn", "Erased because its time was over")
        .AddAuditedName("privacy_breach", "Sự cố dữ liệu cá nhân", "Breach of personal data")
        .AddAuditedName("privacy_representation", "Người đại diện", "Representative")
        .AddSingleton<SealedNames>()
        .AddScoped<ShowRegister>()
        .AddScoped<KeepRules>()
        .AddScoped<Represent>()
        .AddScoped<KeepConsents>()
        .AddScoped<IConsents>(provider => provider.GetRequiredService<KeepConsents>())
        .AddScoped<CollectSubject>()
        .AddScoped<AskAboutOwn>()
        .AddScoped<DecideRequest>()
        .AddScoped<RetireOld>()
        .AddScoped<KeepBreaches>()
        .AddScoped<IHoldPersonalData, HoldRights>()
        .AddHostedService<RetentionClock>();

    /// <summary>Maps the JSON twins of the pages under the API's prefix.</summary>
    public static IEndpointRouteBuilder MapPrivacy(this IEndpointRouteBuilder api)
    {
        AccountRoutes.MapApi(api);
        var privacy = api.MapGroup("/privacy").WithTags("Privacy");
        RegisterRoutes.MapApi(privacy);
        RequestRoutes.MapApi(privacy);
        RuleRoutes.MapApi(privacy);
        BreachRoutes.MapApi(privacy);
        RepresentationRoutes.MapApi(privacy);
        return api;
    }

    /// <summary>Maps the files that pages lead to.</summary>
    public static IEndpointRouteBuilder MapPrivacyPages(this IEndpointRouteBuilder root)
    {
        RegisterRoutes.MapPages(root);
        AccountRoutes.MapPages(root);
        BreachRoutes.MapPages(root);
        return root;
    }
}
