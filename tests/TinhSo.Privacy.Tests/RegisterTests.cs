using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Privacy;
using TinhSo.Kernel.Storage;
using TinhSo.Privacy.Rules;
using TinhSo.Testing;

namespace TinhSo.Privacy.Tests;

public partial class RegisterTests
{
    // Columns that look personal and tell of nobody, each with the reason.
    private static readonly Dictionary<string, string> Explained = new(StringComparer.Ordinal)
    {
        ["kernel_cursor.name"] = "who follows a log: a part of the program",
        ["kernel_fact.name"] = "the name of a kind of fact",
        ["places_unit.name_vi"] = "a commune",
        ["places_unit.name_en"] = "a commune",
        ["markets_market.name"] = "a market",
        ["billing_biller.name"] = "a board",
        ["billing_webhook.name"] = "a system",
        ["billing_item.name_vi"] = "a fee",
        ["billing_item.name_en"] = "a fee",
        ["billing_service.name_vi"] = "a service",
        ["billing_service.name_en"] = "a service",
        ["billing_provider.name"] = "an organisation",
        ["billing_provider.customer_pattern"] = "how codes look",
        ["billing_provider.customer_check"] = "how codes are checked",
        ["billing_provider.customer_example"] = "a code that nobody has",
        ["billing_import.file_name"] = "a file",
        ["indicators_document.name"] = "a file",
        ["indicators_published.name_vi"] = "a published figure",
        ["indicators_published.name_en"] = "a published figure",
        ["privacy_consent.purpose"] = "a purpose",
        ["identity_client.name"] = "a system",
        ["payments_statement.file_name"] = "a bank's file",
        ["payments_partner.name_vi"] = "an enterprise that collects",
        ["payments_partner.name_en"] = "an enterprise that collects",
        ["payments_partner_file.file_name"] = "a partner's file",
        ["payments_csv_format.name"] = "how a bank's table is read",
        ["payments_csv_format.payer_column"] = "the name of a column",
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_column_that_looks_personal_is_in_the_register_or_explained()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var client = app.CreateClient();
        await using var scope = app.Services.CreateAsyncScope();
        var columns = Columns(app, scope.ServiceProvider);
        var registered = Registered(scope.ServiceProvider).Select(field => $"{field.Table}.{field.Column}").ToHashSet();

        var missing = columns.Where(column => LooksPersonal(column.Split('.')[1]))
            .Except(registered).Except(Explained.Keys).Order();

        Assert.True(columns.Count > 150, "The sweep sees the models.");
        Assert.True(!missing.Any(), string.Join(", ", missing));
        // What is explained is there, and what is registered is not explained away.
        Assert.Empty(Explained.Keys.Except(columns));
        Assert.Empty(Explained.Keys.Intersect(registered));
    }

    [Fact]
    public async Task Everything_that_is_sealed_is_in_the_register()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var officer = await app.SignedIn(Roles.DataProtection, Units.Province);
        var lines = (await officer.Get("/api/v1/privacy/register")).EnumerateArray().ToList();

        var isSealed = lines.Where(line => line.GetProperty("isSealed").GetBoolean())
            .Select(line => $"{line.GetProperty("table")}.{line.GetProperty("column")}").Order();

        Assert.Equal(
            ["billing_holder.code", "billing_holder.name", "billing_import_chunk.body", "billing_saved_code.code",
                "billing_saved_code.label", "identity_authenticator.pending_secret", "identity_authenticator.secret",
                "identity_person.birth_date",
                "identity_person.email", "identity_person.personal_id", "identity_person.phone",
                "markets_trader.phone", "markets_trader.tax_code", "payments_entry.payer_account", "payments_entry.payer_name",
                "payments_notice.payer_account", "payments_notice.payer_name",
                "payments_shift.collector_name", "payments_shift.receiver_name",
                "privacy_request.answer", "privacy_request.reason", "privacy_request.value"], isSealed);
    }

    [Fact]
    public async Task Each_line_of_the_register_is_a_column_with_a_rule_of_keeping_and_known_roles()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var client = app.CreateClient();
        await using var scope = app.Services.CreateAsyncScope();
        var columns = Columns(app, scope.ServiceProvider).ToHashSet();
        foreach (var field in Registered(scope.ServiceProvider))
        {
            var name = $"{field.Table}.{field.Column}";
            // The audit log and the answers are only ever spoken to in SQL.
            Assert.True(columns.Contains(name) || field.Table is "kernel_audit" or "kernel_idempotency", name);
            Assert.Contains(RuleCodes.Retention(field.Retention), RuleCodes.All);
            Assert.All(field.WhoMaySee, role => Assert.Contains(role, Roles.All));
            Assert.All((Kernel.Text[])[field.What, field.Purpose, field.LegalBasis], text =>
                Assert.True(text.Vi.Length > 3 && text.En.Length > 2, name));
        }
        foreach (var holder in scope.ServiceProvider.GetServices<IHoldPersonalData>())
        {
            Assert.All(holder.Retires, rule => Assert.Contains(RuleCodes.Retention(rule), RuleCodes.All));
        }
    }

    [Theory]
    [InlineData("phone_number", true)]
    [InlineData("payer_name", true)]
    [InlineData("ip", true)]
    [InlineData("client_ip", true)]
    [InlineData("person_id", true)]
    [InlineData("equipment", false)]
    [InlineData("amount", false)]
    [InlineData("description", false)]
    public void The_check_knows_what_looks_personal(string column, bool looks) =>
        Assert.Equal(looks, LooksPersonal(column));

    [Fact]
    public async Task The_register_is_read_as_a_page_as_a_file_and_as_json()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var auditor = await app.Browser(Roles.Auditor, Units.Province);
        using var program = await app.SignedIn(Roles.Administrator, Units.Province);

        var page = await auditor.Page("/privacy/register");
        var csv = await auditor.GetStringAsync(new Uri("/privacy/register/export.csv", UriKind.Relative), Stop);
        var lines = (await program.Get("/api/v1/privacy/register")).EnumerateArray().ToList();

        Assert.Contains("Số định danh cá nhân", page, StringComparison.Ordinal);
        Assert.Contains("Mã hóa khi lưu", page, StringComparison.Ordinal);
        Assert.Contains("90 ngày", page, StringComparison.Ordinal);
        Assert.Equal(lines.Count + 1, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.All(lines, line => Assert.NotEmpty(line.GetProperty("retentionBasis").GetString()!));
    }

    private static List<string> Columns(TestApp app, IServiceProvider scope) =>
        [.. from module in app.Services.GetServices<ModuleSchema>()
            where module.DbContext is not null
            from entity in ((DbContext)scope.GetRequiredService(module.DbContext!)).Model.GetEntityTypes()
            from property in entity.GetProperties()
            select $"{entity.GetTableName()}.{property.GetColumnName()}" into column
            group column by column into one
            select one.Key];

    private static List<HeldField> Registered(IServiceProvider scope) =>
        [.. scope.GetServices<IHoldPersonalData>().SelectMany(holder => holder.Register)];

    private static bool LooksPersonal(string column) => Personal().IsMatch(column);

    [GeneratedRegex("name|phone|email|address|account_number|person|payer|customer|birth|tax_code|password"
        + "|representative|(^|_)(ip|origin|device)($|_)")]
    private static partial Regex Personal();
}
