using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Places.Tests;

/// <summary>Places alone on a fresh database, behind a server in memory.</summary>
internal sealed class PlacesHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private PlacesHost(WebApplication app) => this.app = app;

    public static readonly string Reference = Path.Combine(AppContext.BaseDirectory, "reference", "admin-units");

    public ManualClock Clock { get; } = new();

    public IPlaces Places => app.Services.GetRequiredService<IPlaces>();

    public HttpClient Client => app.GetTestClient();

    public static async Task<PlacesHost> Start(Engine engine, Database? database = null)
    {
        database ??= TestDatabase.New(engine);
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        var clock = new ManualClock();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddKernel(database).AddPlaces();
        var app = builder.Build();
        app.MapPlaces();
        await SchemaUpgrade.Run(database, app.Services.GetServices<ModuleSchema>(), clock,
            TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new PlacesHost(app);
    }

    public async Task<PlacesLoaded> Load(string folder)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ILoadPlaces>()
            .Load(folder, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
