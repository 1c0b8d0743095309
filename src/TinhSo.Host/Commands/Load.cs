using TinhSo.Host.Web;

namespace TinhSo.Host.Commands;

/// <summary>Loads reference data, as often as wanted, and tells what changed.</summary>
internal static class Load
{
    public static async Task<int> Run(string[] args, CancellationToken stop)
    {
        var builder = Platform.Builder(args);
        builder.AddPlatform();
        await using var app = builder.Build();
        await app.UpgradeSchema(stop);
        return 0;
    }
}
