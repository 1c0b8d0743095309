using System.Reflection;
using TinhSo.Billing;
using TinhSo.Identity;
using TinhSo.Indicators;
using TinhSo.Markets;
using TinhSo.Payments;
using TinhSo.Privacy;

namespace TinhSo.Host.Web;

/// <summary>The modules that have pages.</summary>
internal static class PageAssemblies
{
    public static readonly IReadOnlyList<Assembly> All =
    [
        typeof(IdentityModule).Assembly, typeof(PrivacyModule).Assembly, typeof(PaymentsModule).Assembly,
        typeof(BillingModule).Assembly, typeof(MarketsModule).Assembly, typeof(IndicatorsModule).Assembly,
    ];
}
