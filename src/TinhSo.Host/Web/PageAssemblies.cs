using System.Reflection;
using TinhSo.Identity;

namespace TinhSo.Host.Web;

/// <summary>The modules that have pages.</summary>
internal static class PageAssemblies
{
    public static readonly IReadOnlyList<Assembly> All = [typeof(IdentityModule).Assembly];
}
