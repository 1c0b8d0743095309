using TinhSo.Host.Web;

namespace TinhSo.Host.Commands;

/// <summary>Brings the schema up to date, under a role that may alter tables, and says what ran.</summary>
internal static class Schema
{
    public static async Task<int> Run(string[] args, CancellationToken stop)
    {
        var builder = Platform.Builder(args);
        builder.AddPlatform();
        await using var app = builder.Build();
        foreach (var script in await app.UpgradeSchema(stop))
        {
            Console.WriteLine(script);
        }
        return 0;
    }
}
