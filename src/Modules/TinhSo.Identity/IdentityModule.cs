using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TinhSo.Identity.Access;
using TinhSo.Identity.Audit;
using TinhSo.Identity.People;
using TinhSo.Identity.Sessions;
using TinhSo.Identity.SignIn;
using TinhSo.Identity.Storage;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Privacy;
using TinhSo.Kernel.Storage;

namespace TinhSo.Identity;

/// <summary>People, their roles at units, and signing in.</summary>
public static class IdentityModule
{
    /// <summary>The rate limit of sign-in attempts, which the host defines by remote address.</summary>
    public const string SignInLimit = "sign-in";

    private const string ByPath = "by-path";

    /// <summary>Adds identity, sign-in and the permissions of routes to the host.</summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services)
    {
        services.AddModuleDb<IdentityDb>();
        services.AddScoped<ICaller, Caller>();
        services.AddScoped<RegisterPerson>();
        services.AddScoped<KeepSessions>();
        services.AddScoped<GuessLimit>();
        services.AddScoped<FindAudit>();
        services.AddScoped<KeepPersonalRecord>();
        services.AddScoped<IPersonalRecords>(provider => provider.GetRequiredService<KeepPersonalRecord>());
        services.AddScoped<IHoldPersonalData, HoldPeople>();
        services.AddAuditedName("identity_person", "Người dùng", "Person")
            .AddAuditedName("identity_role", "Vai trò", "Role")
            .AddAuditedName(RegisterPerson.SignedIn, "Đăng nhập", "Signed in")
            .AddAuditedName(RegisterPerson.SignInRefused, "Đăng nhập sai", "Sign-in refused")
            .AddAuditedName(AuditLog.PersonalDataRead, "Xem dữ liệu cá nhân", "Personal data seen")
            .AddAuditedName(KeepSessions.Ended, "Kết thúc phiên đăng nhập", "Session ended");
        services.AddScoped<IIdentity>(provider => provider.GetRequiredService<RegisterPerson>());
        services.AddScoped<IAuthorizationHandler, PermissionHandler>();
        services.AddSingleton<IAuthorizationPolicyProvider, PermissionPolicies>();
        services.AddAuthorization();
        services.AddAuthentication(ByPath)
            // Programs never come in by a cookie: so no other site can make a browser call the API.
            .AddPolicyScheme(ByPath, null, options => options.ForwardDefaultSelector = context =>
                context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
                    ? BearerTokenDefaults.AuthenticationScheme
                    : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie(options =>
            {
                options.Cookie.Name = "tinhso";
                options.Cookie.SameSite = SameSiteMode.Lax;
                options.Cookie.HttpOnly = true;
                options.LoginPath = "/sign-in";
                options.AccessDeniedPath = "/no-permission";
                options.ReturnUrlParameter = "back";
                options.ExpireTimeSpan = KeepSessions.OfPages;
                options.Events.OnValidatePrincipal = OpenSessionsOnly.Check;
            })
            .AddBearerToken(options =>
            {
                options.BearerTokenExpiration = KeepSessions.OfPrograms;
                options.Events.OnMessageReceived = OpenSessionsOnly.Check;
            });
        return services;
    }

    /// <summary>Maps identity's JSON routes under the API's prefix.</summary>
    public static IEndpointRouteBuilder MapIdentity(this IEndpointRouteBuilder api)
    {
        api.MapPost("/sessions", OpenSession.Handle).AllowAnonymous().RequireRateLimiting(SignInLimit)
            .WithTags("Identity").WithSummary("Sign in and get a bearer token of one hour");
        AccountRoutes.Map(api.MapGroup("/account").WithTags("Identity"));
        PersonRoutes.Map(api.MapGroup("/people").WithTags("Identity"));
        AuditRoutes.MapApi(api);
        return api;
    }

    /// <summary>Maps the routes that pages post to.</summary>
    public static IEndpointRouteBuilder MapIdentityPages(this IEndpointRouteBuilder root)
    {
        root.MapPost("/sign-out", OpenSession.End).AllowAnonymous().ExcludeFromDescription();
        AuditRoutes.MapPages(root);
        return root;
    }

    /// <summary>Makes a policy of each permission: by cookie for pages, by bearer token for the API.</summary>
    private sealed class PermissionPolicies(IOptions<AuthorizationOptions> options)
        : DefaultAuthorizationPolicyProvider(options)
    {
        public override async Task<AuthorizationPolicy?> GetPolicyAsync(string policyName)
        {
            if (!policyName.StartsWith(RequiresAttribute.PolicyPrefix, StringComparison.Ordinal))
            {
                return await base.GetPolicyAsync(policyName);
            }
            return new AuthorizationPolicyBuilder()
                .RequireAuthenticatedUser()
                .AddRequirements(new PermissionRequirement(policyName[RequiresAttribute.PolicyPrefix.Length..]))
                .Build();
        }
    }
}
