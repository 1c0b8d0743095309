using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TinhSo.Identity.Access;
using TinhSo.Identity.Approvals;
using TinhSo.Identity.Audit;
using TinhSo.Identity.Clients;
using TinhSo.Identity.Organisations;
using TinhSo.Identity.Passkeys;
using TinhSo.Identity.People;
using TinhSo.Identity.Providers;
using TinhSo.Identity.SecondFactors;
using TinhSo.Identity.Sessions;
using TinhSo.Identity.SignIn;
using TinhSo.Identity.Signing;
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

    /// <summary>The claim that holds the id of the service client that asks; people have none.</summary>
    public const string ClientClaim = "client";

    private const string ByPath = "by-path";

    /// <summary>Adds identity, sign-in and the permissions of routes to the host.</summary>
    /// <exception cref="InvalidOperationException">The configuration opens what production must not.</exception>
    public static IServiceCollection AddIdentity(
        this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddSingleton(SecondFactorPolicy.Of(configuration, environment));
        services.AddSingleton(new Passwords(configuration, environment));
        services.AddModuleDb<IdentityDb>();
        services.AddScoped<ICaller, Caller>();
        services.AddScoped<RegisterPerson>();
        services.AddScoped<KeepSessions>();
        services.AddScoped<GuessLimit>();
        services.AddScoped<Steps>();
        services.AddScoped<Factors>();
        services.AddScoped<SetAuthenticator>();
        services.AddPasskeys(configuration);
        services.AddProviders(configuration);
        services.AddScoped<FindAudit>();
        services.AddScoped<KeepClients>();
        services.AddScoped<FindClients>();
        services.AddScoped<CheckSignature>();
        AddRolesAndApprovals(services);
        services.AddScoped<KeepPersonalRecord>();
        services.AddScoped<IPersonalRecords>(provider => provider.GetRequiredService<KeepPersonalRecord>());
        services.AddScoped<IHoldPersonalData, HoldPeople>();
        services.AddAuditedName("identity_person", "Người dùng", "Person")
            .AddAuditedName("identity_role", "Vai trò", "Role")
            .AddAuditedName("identity_client", "Hệ thống kết nối", "Service client")
            .AddAuditedName("identity_client_key", "Khóa của hệ thống kết nối", "Key of a service client")
            .AddAuditedName(KeepSessions.Began, "Đăng nhập", "Signed in")
            .AddAuditedName(Factors.Asked, "Mật khẩu đúng, hỏi thêm mã", "Password right, a code was asked for")
            .AddAuditedName(Factors.Added, "Thêm cách đăng nhập", "Way to sign in added")
            .AddAuditedName(Factors.Removed, "Bỏ cách đăng nhập", "Way to sign in removed")
            .AddAuditedName(Factors.RecoveryCodesMade, "Tạo mã dự phòng", "Recovery codes made")
            .AddAuditedName(LinkPerson.Linked, "Gắn định danh", "Identity linked")
            .AddAuditedName(LinkPerson.Unlinked, "Bỏ gắn định danh", "Identity unlinked")
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

    private static void AddRolesAndApprovals(IServiceCollection services)
    {
        services.AddScoped<UnitNames>();
        services.AddScoped<HeldRoles>();
        services.AddScoped<FindPeople>();
        services.AddScoped<FindOrganisations>();
        services.AddScoped<INameUnits>(provider => provider.GetRequiredService<FindOrganisations>());
        services.AddScoped<RegisterOrganisation>();
        services.AddScoped<KeepRepresentatives>();
        services.AddSingleton(provider => ApprovalTerms.Of(provider.GetRequiredService<IConfiguration>()));
        services.AddScoped<SecondPerson>();
        services.AddScoped<FindProposals>();
        services.AddScoped<DecideProposal>();
        services.AddScoped<IProposals, ProposeChange>();
        services.AddProposals<RoleGiven, GiveRole>(
            GiveRole.Kind, GiveRole.ApprovePermission, "Giao vai trò", "Giving a role");
        services.AddProposals<RoleMoved, MoveRole>(
            MoveRole.Kind, GiveRole.ApprovePermission, "Chuyển đơn vị", "Moving an officer");
        services.AddAuditedName("identity_proposal", "Đề nghị", "Proposal")
            .AddAuditedName("identity_organisation", "Tổ chức", "Organisation")
            .AddAuditedName(ProposeChange.ActedAlone, "Một mình quyết định, chưa có người thứ hai",
                "Decided alone, for want of a second person");
    }

    /// <summary>Maps identity's JSON routes under the API's prefix.</summary>
    public static IEndpointRouteBuilder MapIdentity(this IEndpointRouteBuilder api)
    {
        api.MapPost("/sessions", OpenSession.Handle).AllowAnonymous().RequireRateLimiting(SignInLimit)
            .WithTags("Identity").WithSummary("Sign in and get a bearer token of one hour");
        var account = api.MapGroup("/account").WithTags("Identity");
        AccountRoutes.Map(account);
        FactorRoutes.Map(account);
        AuditRoutes.MapApi(api);
        PeopleRoutes.Map(api);
        ApprovalRoutes.Map(api);
        OrganisationRoutes.MapApi(api);
        ClientRoutes.Map(api.MapGroup("/clients").WithTags("Identity"));
        return api;
    }

    /// <summary>Maps the routes that pages post to.</summary>
    public static IEndpointRouteBuilder MapIdentityPages(this IEndpointRouteBuilder root)
    {
        root.MapPost("/sign-out", OpenSession.End).AllowAnonymous().ExcludeFromDescription();
        PasskeyRoutes.Map(root);
        ProviderRoutes.Map(root);
        AuditRoutes.MapPages(root);
        OrganisationRoutes.MapPages(root);
        return root;
    }

    private static void AddPasskeys(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddIdentityCore<PersonRow>().AddUserStore<PersonStore>();
        services.AddScoped<IPasskeyHandler<PersonRow>, PasskeyHandler<PersonRow>>();
        services.AddScoped<UsePasskeys>();
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            // Else the host that the browser asked for.
            options.ServerDomain = configuration["SignIn:PasskeyDomain"];
            options.UserVerificationRequirement = "required";
            options.ResidentKeyRequirement = "required";
        });
    }

    private static void AddProviders(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<TrustedProviders>();
        services.AddScoped<AskProvider>();
        services.AddScoped<LinkPerson>();
        services.AddOutboundCalls(TrustedProviders.Client, configuration);
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
