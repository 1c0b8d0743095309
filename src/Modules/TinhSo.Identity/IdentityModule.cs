using Microsoft.AspNetCore.Authentication;
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
using TinhSo.Identity.Clients;
using TinhSo.Identity.People;
using TinhSo.Identity.Sessions;
using TinhSo.Identity.SignIn;
using TinhSo.Identity.Signing;
using TinhSo.Identity.Storage;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;

namespace TinhSo.Identity;

/// <summary>People, their roles at units, and signing in.</summary>
public static class IdentityModule
{
    /// <summary>The rate limit of sign-in attempts, which the host defines by remote address.</summary>
    public const string SignInLimit = "sign-in";

    /// <summary>The claim that holds the id of the service client that asks; people have none.</summary>
    public const string ClientClaim = "client";

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
        services.AddScoped<KeepClients>();
        services.AddScoped<FindClients>();
        services.AddScoped<CheckSignature>();
        services.AddAuditedName("identity_person", "Người dùng", "Person")
            .AddAuditedName("identity_role", "Vai trò", "Role")
            .AddAuditedName("identity_client", "Hệ thống kết nối", "Service client")
            .AddAuditedName("identity_client_key", "Khóa của hệ thống kết nối", "Key of a service client")
            .AddAuditedName(RegisterPerson.SignedIn, "Đăng nhập", "Signed in")
            .AddAuditedName(RegisterPerson.SignInRefused, "Đăng nhập sai", "Sign-in refused")
            .AddAuditedName(KeepSessions.Ended, "Kết thúc phiên đăng nhập", "Session ended");
        services.AddScoped<IIdentity>(provider => provider.GetRequiredService<RegisterPerson>());
        services.AddScoped<IAuthorizationHandler, PermissionHandler>();
        services.AddSingleton<IAuthorizationPolicyProvider, PermissionPolicies>();
        services.AddAuthorization();
        services.AddAuthentication(ByPath)
            // Programs never come in by a cookie: so no other site can make a browser call the API.
            .AddPolicyScheme(ByPath, null, options => options.ForwardDefaultSelector = context =>
                !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
                    ? CookieAuthenticationDefaults.AuthenticationScheme
                    : RecogniseClient.IsMeant(context.Request)
                        ? RecogniseClient.SchemeName
                        : BearerTokenDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, RecogniseClient>(RecogniseClient.SchemeName, null)
            .AddCookie(options =>
            {
                options.Cookie.Name = "tinhso";
                options.Cookie.SameSite = SameSiteMode.Lax;
                options.Cookie.HttpOnly = true;
                options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
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

    /// <summary>Checks signatures on routes that say so. Goes behind authorization, before anything has an effect.
    /// </summary>
    public static IApplicationBuilder UseRequestSignatures(this IApplicationBuilder app) => app.Use(SignedRoutes.Check);

    /// <summary>Maps identity's JSON routes under the API's prefix.</summary>
    public static IEndpointRouteBuilder MapIdentity(this IEndpointRouteBuilder api)
    {
        api.MapPost("/sessions", OpenSession.Handle).AllowAnonymous().RequireRateLimiting(SignInLimit)
            .WithTags("Identity").WithSummary("Sign in and get a bearer token of one hour");
        AccountRoutes.Map(api.MapGroup("/account").WithTags("Identity"));
        AuditRoutes.MapApi(api);
        ClientRoutes.Map(api.MapGroup("/clients").WithTags("Identity"));
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
