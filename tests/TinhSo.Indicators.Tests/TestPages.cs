using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace TinhSo.Indicators.Tests;

/// <summary>What the host would give to pages: languages and permissions.</summary>
internal static class TestPages
{
    public const string MayReadRows = "X-May-Read-Rows";

    public static void Add(IServiceCollection services) => services.AddRazorComponents();

    public static void Map(WebApplication app) => app.UseRouting();
}
