namespace TinhSo.Host.Web;

/// <summary>Runs the jobs of the platform, and no server, while a command does its work.</summary>
internal static class Background
{
    /// <summary>Starts what works behind the pages: the ledger's writer, its followers, facts.</summary>
    public static async Task StartBackground(this WebApplication app, CancellationToken stop)
    {
        foreach (var job in Jobs(app))
        {
            await job.StartAsync(stop);
        }
    }

    /// <summary>Stops it, last started first.</summary>
    public static async Task StopBackground(this WebApplication app)
    {
        foreach (var job in Jobs(app).Reverse())
        {
            await job.StopAsync(CancellationToken.None);
        }
    }

    // The web server itself is also a hosted service, and stays out.
    private static IEnumerable<IHostedService> Jobs(WebApplication app) =>
        app.Services.GetServices<IHostedService>().Where(job =>
            job.GetType().Namespace?.StartsWith("TinhSo", StringComparison.Ordinal) is true);
}
