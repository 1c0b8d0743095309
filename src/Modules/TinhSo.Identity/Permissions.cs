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

    /// <summary>Người đại diện tổ chức: acts for an organisation, at that organisation.</summary>
    public const string Representative = "representative";

    /// <summary>Người dân: uses services for the own affairs.</summary>
    public const string Citizen = "citizen";

    /// <summary>Cán bộ: works at a department, an agency or a commune.</summary>
    public const string Officer = "officer";

    /// <summary>Cán bộ bảo vệ dữ liệu cá nhân: keeps the register, answers requests, records breaches.</summary>
    public const string DataProtection = "data-protection";

    /// <summary>Every role there is.</summary>
    public static IReadOnlyCollection<string> All { get; } =
        [Administrator, Leader, Treasurer, Auditor, DataProtection, MarketManager, Collector, Officer, Trader,
            Representative, Citizen];

    /// <summary>Those whose holders act for nobody but themselves.</summary>
    internal static readonly string[] OfOwnAffairs = [Trader, Citizen];

    /// <summary>Whether holders act for the administration: two people give the role, and a password does not open it.
    /// </summary>
    public static bool IsStaff(string role) => role is not (Trader or Representative or Citizen);

    /// <summary>The role's name for people, or the role itself when it is unknown.</summary>
    public static string NameOf(string role) => TextOf(role).ToString();

    /// <summary>The role's name in both languages, or the role itself when it is unknown.</summary>
    public static Text TextOf(string role) => role switch
    {
        Administrator => new("Quản trị hệ thống", "Administrator"),
        Leader => new("Lãnh đạo tỉnh", "Provincial leader"),
        Treasurer => new("Kế toán thanh toán", "Treasurer"),
        Auditor => new("Kiểm toán viên", "Auditor"),
        DataProtection => new("Cán bộ bảo vệ dữ liệu cá nhân", "Data protection officer"),
        MarketManager => new("Ban quản lý chợ", "Market manager"),
        Collector => new("Người thu phí", "Fee collector"),
        Trader => new("Hộ kinh doanh", "Trader"),
        Representative => new("Người đại diện tổ chức", "Representative of an organisation"),
        Citizen => new("Người dân", "Citizen"),
        Officer => new("Cán bộ", "Officer"),
        _ => new(role, role),
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
        [Sessions.KeepSessions.Permission] = [.. Roles.All],
        ["identity.people"] = [Roles.Administrator],
        ["identity.people-approve"] = [Roles.Administrator],
        ["identity.organisations"] = [Roles.Administrator],
        ["approvals.read"] = [Roles.Administrator, Roles.MarketManager, Roles.Treasurer, Roles.Auditor],
        ["approvals.decide"] = [Roles.Administrator, Roles.MarketManager, Roles.Treasurer],
        ["identity.clients"] = [Roles.Administrator],
        ["audit.read"] = [Roles.Auditor],
        // Privacy
        ["privacy.register"] = [Roles.Administrator, Roles.Auditor, Roles.DataProtection],
        ["privacy.requests"] = [Roles.DataProtection, Roles.Administrator],
        ["privacy.rules"] = [Roles.DataProtection],
        ["privacy.breaches"] = [Roles.DataProtection, Roles.Administrator],
        // Ledger
        ["ledger.read"] = [Roles.Treasurer],
        // Nobody's: people move money through the modules, and only systems of others post by themselves.
        ["ledger.post"] = [],
        // Payments
        ["payments.request"] = [Roles.MarketManager, Roles.Treasurer],
        ["payments.read"] = [Roles.MarketManager, Roles.Collector, Roles.Treasurer],
        ["payments.cash"] = [Roles.Collector, Roles.MarketManager],
        ["payments.cash-shifts"] = [Roles.Treasurer, Roles.MarketManager, Roles.Auditor],
        ["payments.cash-receive"] = [Roles.Treasurer],
        ["payments.own-cash"] = [Roles.Trader],
        ["payments.money-in"] = [Roles.Trader],
        ["payments.refund"] = [Roles.MarketManager, Roles.Treasurer],
        ["payments.refund-approve"] = [Roles.Treasurer],
        ["payments.suspense"] = [Roles.Treasurer],
        ["payments.suspense-approve"] = [Roles.Treasurer],
        ["payments.statements"] = [Roles.Treasurer, Roles.MarketManager, Roles.Auditor],
        ["payments.reconcile"] = [Roles.Treasurer],
        ["payments.reconcile-approve"] = [Roles.Treasurer],
        ["payments.partners"] = [Roles.Treasurer],
        ["payments.partner-files"] = [Roles.Treasurer],
        ["payments.simulate"] = [Roles.Administrator, Roles.Treasurer, Roles.MarketManager],
        // Billing
        ["billing.tariffs"] = [Roles.MarketManager],
        ["billing.tariffs-approve"] = [Roles.Treasurer, Roles.MarketManager],
        ["billing.read"] = [Roles.MarketManager, Roles.Collector, Roles.Treasurer],
        ["billing.run"] = [Roles.MarketManager],
        ["billing.cancel"] = [Roles.MarketManager],
        ["billing.webhooks"] =
            [Roles.Administrator, Roles.MarketManager, Roles.Officer, Roles.Representative],
        // Billers of services
        ["billers.register"] = [Roles.Administrator],
        ["billers.read"] =
            [Roles.Administrator, Roles.Officer, Roles.Representative, Roles.Treasurer, Roles.Leader],
        ["billers.manage"] = [Roles.Officer, Roles.Representative],
        ["billers.accounts-approve"] = [Roles.Treasurer],
        ["billers.bills"] = [Roles.Officer, Roles.Representative, Roles.Treasurer],
        ["billers.issue"] = [Roles.Officer, Roles.Representative],
        ["billers.settle"] = [Roles.Officer, Roles.Representative],
        // Markets
        ["markets.read"] = [Roles.MarketManager, Roles.Collector, Roles.Treasurer, Roles.Leader, Roles.Administrator],
        ["markets.manage"] = [Roles.MarketManager],
        ["markets.register"] = [Roles.Administrator],
        ["markets.accounts-approve"] = [Roles.Treasurer],
        ["markets.takings"] = [Roles.Trader],
        // Indicators
        ["indicators.rows"] = [Roles.Leader, Roles.Treasurer],
    };

    // What a system of others may be given. What is not named here it can never have: rights over people and systems,
    // and the second pair of eyes.
    private static readonly Dictionary<string, Text> ClientScopes = new(StringComparer.Ordinal)
    {
        ["ledger.post"] = new("Ghi bút toán vào sổ cái", "Post transfers to the ledger"),
        ["ledger.read"] = new("Đọc sổ cái", "Read the ledger"),
        ["payments.request"] = new("Lập khoản phải nộp", "Open payment requests"),
        ["payments.read"] = new("Xem khoản phải nộp và biên lai", "Read payment requests and receipts"),
        ["billing.read"] = new("Xem phiếu thu", "Read bills"),
        ["billers.bills"] = new("Tra khoản phải nộp của đơn vị thu", "Look a biller's bills up"),
        ["billers.issue"] = new("Lập phiếu thu của đơn vị thu", "Issue a biller's bills"),
        ["billers.settle"] = new("Báo phiếu đã nộp tại quầy của đơn vị thu",
            "Report bills as paid at the biller's counter"),
        ["markets.read"] = new("Xem chợ và điểm kinh doanh", "Read markets and stalls"),
        ["audit.read"] = new("Đọc nhật ký hệ thống", "Read the audit log"),
    };

    // What these open knows no units, so whoever has one has it everywhere.
    private static readonly string[] OfTheWholeProvince = ["ledger.post", "ledger.read", "audit.read"];

    /// <summary>What a service client may be given, in the order in which it is offered.</summary>
    public static IReadOnlyCollection<string> Scopes => ClientScopes.Keys;

    /// <summary>What a scope lets a system do, for people, or the scope itself when it is unknown.</summary>
    public static string NameOf(string scope) =>
        ClientScopes.TryGetValue(scope, out var name) ? name.ToString() : scope;

    /// <summary>Whether a scope can only be given for the whole province.</summary>
    public static bool IsOfTheWholeProvince(string scope) => OfTheWholeProvince.Contains(scope);

    /// <summary>Every permission there is.</summary>
    public static IReadOnlyCollection<string> All => RolesByPermission.Keys;

    /// <summary>Whether everybody who is signed in has a permission, with or without a role.</summary>
    public static bool IsOfEverybody(string permission) => permission == Sessions.KeepSessions.Permission;

    /// <summary>Whether holders of a role have a permission; false for a permission that is not in the table.</summary>
    public static bool Allows(string role, string permission) =>
        RolesByPermission.TryGetValue(permission, out var roles) && roles.Contains(role);

    /// <summary>The roles whose holders have a permission.</summary>
    public static IReadOnlyCollection<string> RolesWith(string permission) =>
        RolesByPermission.GetValueOrDefault(permission, []);
}
