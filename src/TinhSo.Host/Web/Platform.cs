using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.WebEncoders;
using TinhSo.Billing;
using TinhSo.Host.Components;
using TinhSo.Host.Demo;
using TinhSo.Identity;
using TinhSo.Indicators;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;
using TinhSo.Markets;
using TinhSo.Payments;
using TinhSo.Places;
using TinhSo.Privacy;

namespace TinhSo.Host.Web;

/// <summary>Composes the modules into one application; holds no rule of its own.</summary>
internal static class Platform
{
    /// <summary>Begins the host; its settings lie beside the program, wherever it is started from.</summary>
    public static WebApplicationBuilder Builder(string[] args) => WebApplication.CreateBuilder(
        new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

    /// <summary>Adds every module, lowest floor first: schema scripts run in this order.</summary>
    public static void AddPlatform(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var database = Database.Parse(builder.Configuration["Database:ConnectionString"]
            ?? throw new InvalidOperationException("Database:ConnectionString is missing."));
        var folder = DataFolder.Of(database, builder.Configuration["DataFolder"]);

        builder.AddTransport();
        services.AddSingleton(folder);
        var secrets = new SecretKeys(builder.Configuration, folder.Sub("keys"));
        services.AddSingleton(secrets);
        services.AddSingleton(ColumnKeys.From(builder.Configuration, secrets, builder.Environment.IsProduction()));
        services.AddDemo(builder.Configuration, builder.Environment, folder);
        services.AddKernel(database)
            .AddIdentity(builder.Configuration, builder.Environment).AddPrivacy().AddPlaces().AddLedger()
            .AddPayments(builder.Configuration)
            .AddBilling(builder.Configuration)
            .AddMarkets()
            .AddIndicators();

        services.AddDataProtection().SetApplicationName("TinhSo").PersistKeysToFileSystem(folder.Sub("keys"));
        services.AddRazorComponents();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "tinhso.form";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
        services.AddSingleton<MetricsPage>();
        services.AddLimits(builder.Configuration);
        services.AddApiDocument();
        services.AddResponseCompression(options => options.EnableForHttps = true);
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.Converters.Add(
            new JsonStringEnumConverter(System.Text.Json.JsonNamingPolicy.CamelCase)));
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SetDefaultCulture("vi-VN");
            options.SupportedCultures = [Language.Vietnamese];
            options.SupportedUICultures = [Language.Vietnamese, Language.English];
            options.DefaultRequestCulture = new RequestCulture(Language.Vietnamese, Language.Vietnamese);
            options.RequestCultureProviders = [new QueryStringRequestCultureProvider { UIQueryStringKey = "lang" },
                new CookieRequestCultureProvider { CookieName = LanguageChoice.Cookie },
                new AcceptLanguageHeaderRequestCultureProvider()];
        });
        // Vietnamese letters are written as they are: pages stay readable and a third smaller.
        services.Configure<WebEncoderOptions>(options =>
            options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
    }

    /// <summary>Runs the schema scripts that the database has not seen, and returns their names.</summary>
    /// <remarks>What a script has marked as not yet sealed is sealed before anybody reads it.</remarks>
    public static async Task<IReadOnlyList<string>> UpgradeSchema(this WebApplication app, CancellationToken stop)
    {
        var ran = await SchemaUpgrade.Run(app.Services.GetRequiredService<Database>(),
            app.Services.GetServices<ModuleSchema>(), app.Services.GetRequiredService<TimeProvider>(), stop);
        await app.Services.GetRequiredService<ResealColumns>().SealPlain(stop);
        return ran;
    }

    /// <summary>Maps everything, in the order in which a request passes through.</summary>
    public static void UsePlatform(this WebApplication app)
    {
        app.UseTransport();
        app.UseResponseCompression();
        app.UseMiddleware<SafetyHeaders>();
        app.UseReadableAddresses();
        app.UseRequestLocalization();
        app.UseWhen(IsForPrograms, branch => branch.UseExceptionHandler().UseStatusCodePages());
        // The error page is drawn in a scope of its own: in that of the page it stands for, navigation has ended.
        app.UseWhen(http => !IsForPrograms(http), branch => branch
            .UseExceptionHandler("/error", createScopeForErrors: true)
            .UseStatusCodePagesWithReExecute("/error", "?status={0}", createScopeForStatusCodePages: true));
        // Behind what runs a request again under another path, so that the path is then looked up again.
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseRequestSignatures();
        app.UseAntiforgery();
        app.Use(RefuseForeignForms);
        app.UseIdempotency(
            app.Services.GetRequiredService<Database>(), app.Services.GetRequiredService<TimeProvider>());

        app.MapStaticAssets().AllowAnonymous();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready").AllowAnonymous();
        app.MapMetrics();
        app.MapLanguageChoice();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.MapIdentityPages();
        app.MapPrivacyPages();
        app.MapPaymentHooks();
        app.MapBillingPages();
        app.MapPlaces().MapIndicators();

        // Programs come in by a bearer token, never by a cookie: there is no form to protect.
        var api = app.MapGroup("/api/v1").DisableAntiforgery();
        api.MapIdentity().MapPrivacy().MapPayments().MapBilling().MapMarkets().MapDemo();
        api.MapGroup("/ledger").MapLedger();

        app.MapRazorComponents<App>().AddAdditionalAssemblies([.. PageAssemblies.All]);
        app.DemandDeclaredAccess();
    }

    /// <summary>Answers a form of another site before a route reads it: each kind of route would do so differently.
    /// </summary>
    private static Task RefuseForeignForms(HttpContext http, RequestDelegate next)
    {
        // The page that then says so comes by here too, for the same form.
        if (http.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false }
            || http.Features.Get<IStatusCodeReExecuteFeature>() is not null
            || http.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            return next(http);
        }
        http.Features.Set<IAntiforgeryValidationFeature>(null);
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    }

    private static bool IsForPrograms(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/api") || http.Request.Path.StartsWithSegments("/hooks");

    /// <summary>The framework's own routes: files beside the fingerprinted ones, redirects of forms.</summary>
    private static readonly string[] FrameworkRoutes = ["Fallback {**path:file}", "Blazor Opaque Redirection"];

    /// <summary>Stops the start when a route neither needs a permission nor says that it is open to all.</summary>
    private static void DemandDeclaredAccess(this IEndpointRouteBuilder app)
    {
        var undeclared = app.DataSources.SelectMany(source => source.Endpoints)
            .Where(e => e.Metadata.GetMetadata<IAuthorizeData>() is null
                && e.Metadata.GetMetadata<IAllowAnonymous>() is null
                && !FrameworkRoutes.Contains(e.DisplayName))
            .Select(e => e.DisplayName).ToList();
        if (undeclared.Count > 0)
        {
            throw new InvalidOperationException($"Routes without declared access: {string.Join(", ", undeclared)}.");
        }
    }
}
