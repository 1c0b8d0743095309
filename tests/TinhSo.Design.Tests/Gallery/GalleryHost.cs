using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Localization;
using TinhSo.Kernel;

namespace TinhSo.Design.Tests.Gallery;

/// <summary>A web host that shows every component in every state, under the strict policy of the real one.</summary>
public sealed class GalleryHost : IAsyncDisposable
{
    // Pictures in the styles are data addresses; nothing else may come from anywhere but this host.
    private const string Policy =
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; " +
        "frame-ancestors 'none'";

    private readonly WebApplication app;

    private GalleryHost(WebApplication app, Uri address) => (this.app, Address) = (app, address);

    /// <summary>Where it listens, on a port of its own.</summary>
    public Uri Address { get; }

    /// <summary>Starts it on any free port.</summary>
    public static async Task<GalleryHost> Start()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = "Production",
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        // Where assets may change under a running host they are packed anew for each answer, and hardly smaller.
        builder.WebHost.UseSetting("ReloadStaticAssetsAtRuntime", "false");
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Services.AddRazorComponents();
        var app = builder.Build();
        app.UseRequestLocalization(options =>
        {
            options.DefaultRequestCulture = new RequestCulture(Language.Vietnamese);
            options.SupportedCultures = [Language.Vietnamese];
            options.SupportedUICultures = [Language.Vietnamese, Language.English];
            options.RequestCultureProviders = [new QueryStringRequestCultureProvider { UIQueryStringKey = "language" }];
        });
        app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            return next();
        });
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<GalleryRoot>().WithStaticAssets();
        await app.StartAsync();
        var features = app.Services.GetRequiredService<IServer>().Features;
        var address = features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new(app, new Uri(address));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();
}
