using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Http;

namespace TinhSo.Indicators.Tests;

/// <summary>What the host gives to pages: languages and permissions.</summary>
internal static class TestPages
{
    public const string MayReadRows = "X-May-Read-Rows";

    public static void Add(IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddProblemDetails();
        services.AddScoped<ICaller, TestCaller>();
        services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, TestSignIn>("test", null);
        services.AddAuthorization(options => options.AddPolicy(RequiresAttribute.PolicyPrefix + "indicators.rows",
            policy => policy.RequireAuthenticatedUser()));
        services.AddAntiforgery();
    }

    public static void Map(WebApplication app)
    {
        app.Use((context, next) =>
        {
            CultureInfo.CurrentUICulture = context.Request.Headers.AcceptLanguage.ToString() == "en"
                ? Kernel.Language.English
                : Kernel.Language.Vietnamese;
            return next(context);
        });
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapIndicators();
        app.MapRazorComponents<TestRoot>().AddAdditionalAssemblies(typeof(IndicatorsModule).Assembly);
    }

    private static bool May(HttpContext? context) => context?.Request.Headers.ContainsKey(MayReadRows) == true;

    private sealed class TestCaller(IHttpContextAccessor http) : ICaller
    {
        public Guid? PersonId => null;

        public string Name => "";

        public string RoleName => "";

        public string Signature => "test";

        bool ICaller.May(string permission, string unit) => TestPages.May(http.HttpContext);

        public IReadOnlySet<string> UnitsFor(string permission) =>
            TestPages.May(http.HttpContext) ? new HashSet<string> { Units.Province } : [];
    }

    private sealed class TestSignIn(
        Microsoft.Extensions.Options.IOptionsMonitor<AuthenticationSchemeOptions> options,
        Microsoft.Extensions.Logging.ILoggerFactory logger, System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(May(Context)
            ? AuthenticateResult.Success(new AuthenticationTicket(
                new ClaimsPrincipal(new ClaimsIdentity([], "test")), "test"))
            : AuthenticateResult.NoResult());
    }
}
