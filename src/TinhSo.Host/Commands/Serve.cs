using TinhSo.Host.Web;

namespace TinhSo.Host.Commands;

/// <summary>Serves pages and API until it is told to stop.</summary>
internal static class Serve
{
    public static async Task<int> Run(string[] args, CancellationToken stop)
    {
        var builder = Platform.Builder(args);
        builder.WebHost.UseStaticWebAssets();
        builder.AddPlatform();

        var app = builder.Build();
        await app.UpgradeSchema(stop);
        app.UsePlatform();
        await app.RunAsync(stop);
        return 0;
    }
}
