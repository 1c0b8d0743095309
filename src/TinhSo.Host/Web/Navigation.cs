using TinhSo.Design;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Host.Web;

/// <summary>The main entries of the navigation, by what the visitor may open.</summary>
internal static class Navigation
{
    private sealed record Entry(string Href, Text Label, string? Permission);

    private static readonly Entry[] Entries =
    [
        new("/my-stall", new("Tiền về hôm nay", "Money in today"), "markets.takings"),
        new("/markets", new("Chợ", "Markets"), "markets.read"),
        new("/bills", new("Phiếu thu", "Bills"), "billing.read"),
        new("/my-bills", new("Khoản của tôi", "My bills"), "account.own"),
        new("/billers", new("Đơn vị thu", "Billers"), "billers.read"),
        new("/cash/shift", new("Ca thu của tôi", "My shift"), "payments.cash"),
        new("/cash/shifts", new("Ca thu tiền mặt", "Shifts"), "payments.cash-shifts"),
        new("/payments/suspense", new("Khoản chờ xử lý", "Suspense"), "payments.suspense"),
        new("/payments/statements", new("Sổ phụ và chốt ngày", "Statements"), "payments.statements"),
        new("/payments/partner-files", new("Tệp của đối tác", "Partners' files"), "payments.statements"),
        new("/people", new("Người dùng", "People"), "identity.people"),
        new("/organisations", new("Tổ chức", "Organisations"), "identity.organisations"),
        new("/approvals", new("Phê duyệt", "Approvals"), "approvals.read"),
        new("/clients", new("Hệ thống kết nối", "Service clients"), "identity.clients"),
        new("/audit", new("Nhật ký", "Audit log"), "audit.read"),
        new("/privacy/requests", new("Yêu cầu về dữ liệu", "Data requests"), "privacy.requests"),
        new("/privacy/breaches", new("Sự cố dữ liệu", "Data breaches"), "privacy.breaches"),
        new("/privacy/register", new("Sổ dữ liệu cá nhân", "Personal data"), "privacy.register"),
        new("/privacy/rules", new("Thời hạn dữ liệu", "Data periods"), "privacy.rules"),
        new("/indicators", new("Chỉ số", "Indicators"), null),
        new("/data-quality", new("Chất lượng số liệu", "Data quality"), null),
    ];

    public static IReadOnlyList<NavItem> For(ICaller caller, PathString path) =>
        [.. Entries
            .Where(e => e.Permission is null
                || (caller.PersonId is not null && caller.UnitsFor(e.Permission).Count > 0))
            .Select(e => new NavItem(e.Href, e.Label.ToString(), path.StartsWithSegments(e.Href)))];
}
