using TinhSo.Kernel;

namespace TinhSo.Identity;

/// <summary>The roles that people hold at units.</summary>
public static class Roles
{
    /// <summary>Quản trị hệ thống: sets the platform up; handles no money.</summary>
    public const string Administrator = "administrator";

    /// <summary>Lãnh đạo tỉnh: reads all figures down to their rows.</summary>
    public const string Leader = "leader";

    /// <summary>Cán bộ kế toán, kho bạc: clears suspense, approves money that leaves.</summary>
    public const string Treasurer = "treasurer";

    /// <summary>Trưởng ban quản lý chợ: runs one market.</summary>
    public const string MarketManager = "market-manager";

    /// <summary>Người thu phí: takes cash at one market.</summary>
    public const string Collector = "collector";

    /// <summary>Kiểm toán, thanh tra: reads who did what; changes nothing.</summary>
    public const string Auditor = "auditor";

    /// <summary>Hộ kinh doanh: sees the money that came to the own stall.</summary>
    public const string Trader = "trader";

    /// <summary>Dịch vụ tin cậy: another system of the province that posts to the ledger by itself.</summary>
    public const string Service = "service";

    /// <summary>Cán bộ bảo vệ dữ liệu cá nhân: keeps the register, answers requests, records breaches.</summary>
    public const string DataProtection = "data-protection";

    /// <summary>Every role there is.</summary>
    public static IReadOnlyCollection<string> All { get; } =
        [Administrator, Leader, Treasurer, Auditor, DataProtection, MarketManager, Collector, Trader, Service];

    /// <summary>The role's name for people, or the role itself when it is unknown.</summary>
    public static string NameOf(string role) => role switch
    {
        Administrator => Language.Say("Quản trị hệ thống", "Administrator"),
        Leader => Language.Say("Lãnh đạo tỉnh", "Provincial leader"),
        Treasurer => Language.Say("Kế toán thanh toán", "Treasurer"),
        Auditor => Language.Say("Kiểm toán viên", "Auditor"),
        DataProtection => Language.Say("Cán bộ bảo vệ dữ liệu cá nhân", "Data protection officer"),
        MarketManager => Language.Say("Ban quản lý chợ", "Market manager"),
        Collector => Language.Say("Người thu phí", "Fee collector"),
        Trader => Language.Say("Hộ kinh doanh", "Trader"),
        Service => Language.Say("Dịch vụ tin cậy", "Trusted service"),
        _ => role,
    };
}

/// <summary>
/// The one table of who may do what. A role's permissions hold at the units at which the role is held.
/// </summary>
public static class Permissions
{
    private static readonly Dictionary<string, string[]> RolesByPermission = new(StringComparer.Ordinal)
    {
        // Identity
        ["account.own"] = [.. Roles.All],
        ["identity.people"] = [Roles.Administrator],
        ["audit.read"] = [Roles.Auditor],
        // Privacy
        ["privacy.register"] = [Roles.Administrator, Roles.Auditor, Roles.DataProtection],
        ["privacy.requests"] = [Roles.DataProtection, Roles.Administrator],
        ["privacy.rules"] = [Roles.DataProtection],
        ["privacy.breaches"] = [Roles.DataProtection, Roles.Administrator],
        // Ledger
        ["ledger.read"] = [Roles.Treasurer],
        ["ledger.post"] = [Roles.Service],
        // Payments
        ["payments.request"] = [Roles.MarketManager, Roles.Treasurer],
        ["payments.read"] = [Roles.MarketManager, Roles.Collector, Roles.Treasurer],
        ["payments.cash"] = [Roles.Collector, Roles.MarketManager],
        ["payments.own-cash"] = [Roles.Trader],
        ["payments.money-in"] = [Roles.Trader],
        ["payments.refund"] = [Roles.MarketManager, Roles.Treasurer],
        ["payments.refund-approve"] = [Roles.Treasurer],
        ["payments.suspense"] = [Roles.Treasurer],
        ["payments.suspense-approve"] = [Roles.Treasurer],
        ["payments.simulate"] = [Roles.Administrator, Roles.Treasurer, Roles.MarketManager],
        // Billing
        ["billing.tariffs"] = [Roles.MarketManager],
        ["billing.read"] = [Roles.MarketManager, Roles.Collector, Roles.Treasurer],
        ["billing.run"] = [Roles.MarketManager],
        ["billing.cancel"] = [Roles.MarketManager],
        // Markets
        ["markets.read"] = [Roles.MarketManager, Roles.Collector, Roles.Treasurer, Roles.Leader, Roles.Administrator],
        ["markets.manage"] = [Roles.MarketManager],
        ["markets.register"] = [Roles.Administrator],
        ["markets.takings"] = [Roles.Trader],
        // Indicators
        ["indicators.rows"] = [Roles.Leader, Roles.Treasurer],
    };

    /// <summary>Every permission there is.</summary>
    public static IReadOnlyCollection<string> All => RolesByPermission.Keys;

    /// <summary>Whether holders of a role have a permission; false for a permission that is not in the table.</summary>
    public static bool Allows(string role, string permission) =>
        RolesByPermission.TryGetValue(permission, out var roles) && roles.Contains(role);
}
