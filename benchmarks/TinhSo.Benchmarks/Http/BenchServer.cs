using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Benchmarks.Loads;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;

namespace TinhSo.Benchmarks.Http;

/// <summary>A web server with the ledger's own endpoints and an empty one, in a process of its own.</summary>
/// <remarks>Nobody signs in. Both endpoints ask for the same permission, which everybody has.</remarks>
internal sealed class BenchServer : IAsyncDisposable
{
    public const string Argument = "serve";
    public const string EmptyPath = "/empty";
    public const string TransfersPath = "/ledger/transfers";

    private readonly Process process;

    private BenchServer(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    public int ProcessId => process.Id;

    public static async Task<BenchServer> Start(Database database, CancellationToken stop)
    {
        var program = typeof(BenchServer).Assembly.Location;
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, Argument, database.ConnectionString])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var told = await process.StandardOutput.ReadLineAsync(stop);
        return told is null
            ? throw new InvalidOperationException("The web server did not start.")
            : new BenchServer(process, new Uri(told));
    }

    /// <summary>What runs in that process, until nobody holds its input any longer.</summary>
    public static async Task<int> Serve(string connectionString)
    {
        var builder = WebApplication.CreateSlimBuilder();
        Logs.ToStandardError(builder.Logging);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Ledger:ConnectionString"] = connectionString;
        builder.Services.AddSingleton(Database.Parse(connectionString)).AddSingleton<TimeProvider, MicrosecondClock>()
            .AddLedger();
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(LedgerModule.ReadPolicy, policy => policy.RequireAssertion(_ => true))
            .AddPolicy(LedgerModule.PostPolicy, policy => policy.RequireAssertion(_ => true));
        await using var app = builder.Build();
        app.UseAuthorization();
        app.MapPost(EmptyPath, () => TypedResults.Ok()).RequireAuthorization(LedgerModule.PostPolicy);
        app.MapGroup("/ledger").MapLedger();
        await app.StartAsync();
        // It is ready when it has taken the ledger over.
        await app.Services.GetRequiredService<ILedger>().Open(LedgerStand.AccountOrder(0), CancellationToken.None);
        await Console.Out.WriteLineAsync(app.Urls.Single());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
