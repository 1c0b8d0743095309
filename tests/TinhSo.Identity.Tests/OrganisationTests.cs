using System.Net;
using System.Text.Json;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

public class OrganisationTests
{
    private const string Officer = "can.bo.moi";
    private const string PersonalId = "022085012345";
    private static readonly Guid OrganisationId = Ids.From("test", "organisation");
    private static readonly string Path = $"/api/v1/organisations/{OrganisationId}";

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Tax_codes_are_right_by_form_and_check_digit()
    {
        var cases = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(
            AppContext.BaseDirectory, "Vectors", "mst_vectors.json"))).RootElement.GetProperty("vectors").EnumerateArray().ToList();

        Assert.NotEmpty(cases);
        Assert.All(cases, c => Assert.Equal(
            c.GetProperty("valid").GetBoolean(), TaxCode.IsValid(c.GetProperty("mst").GetString()!)));
        Assert.All(["", "0102182292-99", "0102182292x998", "01021822920", "０１０２１８２２９２", "012345678901x"],
            wrong => Assert.False(TaxCode.IsValid(wrong)));
        Assert.True(TaxCode.IsValid("001085012345"));
        // Every other last digit is wrong.
        Assert.All(cases.Select(c => c.GetProperty("mst").GetString()!).Where(code => code.Length == 10 && TaxCode.IsValid(code)),
            code => Assert.Single(Enumerable.Range(0, 10), last => TaxCode.IsValid($"{code[..9]}{last}")));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Organisations_are_registered_once_changed_found_and_exported(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        using var browser = await app.Browser(Roles.Administrator, Units.Province);

        var made = await administrator.Do("/api/v1/organisations", Order());
        Assert.Equal(made.GetRawText(), (await administrator.Do("/api/v1/organisations", Order())).GetRawText());
        var household = await administrator.Do("/api/v1/organisations",
            Order(Ids.From("test", "household"), PersonalId, "Hộ Đặng Thị Đào", "household"));
        Assert.Equal("identity.tax-code-taken", (await administrator.Refused(
            "/api/v1/organisations", Order(Ids.From("test", "other")))).Code);
        Assert.Equal(["id"], (await administrator.Refused(
            "/api/v1/organisations", Order(OrganisationId, "0102595740"))).Fields);
        Assert.Equal(HttpStatusCode.NotFound, (await administrator.Refused(
            $"/api/v1/organisations/{Guid.CreateVersion7()}/change", Order(taxCode: "0201315592"))).Status);
        var changed = await administrator.Do($"{Path}/change", Order(name: "Công ty Hạ Long Xanh", taxCode: "0102595740"));
        Assert.Equal("0102595740", changed.GetProperty("taxCode").GetString());

        // Found by words without marks, and by the whole tax code alone.
        foreach (var (query, count) in new[]
        {
            ("", 2), ("q=ha%20long%20xanh", 1), ("q=HỘ%20ĐẶNG", 1), ("q=0102595740", 1), ("q=010259574", 0),
            ($"q={PersonalId}", 1), ($"q={PersonalId[..6]}", 0), ("kind=household", 1), ("kind=cooperative", 0),
        })
        {
            Assert.Equal(count, (await administrator.Get($"/api/v1/organisations?{query}")).GetProperty("items").GetArrayLength());
        }
        Assert.Equal(["kind"], (await administrator.RefusedToGet("/api/v1/organisations?kind=bank")).Fields);
        Assert.Equal(["cursor"], (await administrator.RefusedToGet("/api/v1/organisations?cursor=x")).Fields);
        var first = await administrator.Get("/api/v1/organisations?limit=1");
        var next = await administrator.Get(
            $"/api/v1/organisations?limit=1&cursor={Uri.EscapeDataString(first.GetProperty("next").GetString()!)}");
        Assert.Equal(["Công ty Hạ Long Xanh", "Hộ Đặng Thị Đào"], [Name(first), Name(next)]);
        Assert.Null(next.GetProperty("next").GetString());

        // A personal id stands in full only on the page of its own.
        var csv = await browser.GetStringAsync(new Uri("/organisations/export.csv", UriKind.Relative), Stop);
        Assert.Contains("Hộ Đặng Thị Đào", csv, StringComparison.Ordinal);
        var household1 = $"/organisations/{household.GetProperty("id").GetGuid()}";
        Assert.All([csv, await browser.Page("/organisations"), (await administrator.Get("/api/v1/organisations")).GetRawText()],
            text => Assert.DoesNotContain(PersonalId, text, StringComparison.Ordinal));
        Assert.Contains(PersonalId, await browser.Page(household1), StringComparison.Ordinal);
        using var auditor = await app.SignedIn(Roles.Auditor, Units.Province);
        Assert.DoesNotContain(PersonalId, (await auditor.Get("/api/v1/audit?limit=500")).GetRawText(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_wrong_field_of_an_organisation_is_named_and_nothing_is_kept(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        foreach (var (body, field) in new[]
        {
            (Order(id: Guid.Empty), "id"), (Order(name: " "), "name"), (Order(name: new string('x', 201)), "name"),
            (Order(name: "a\0"), "name"), (Order(kind: "bank"), "kind"), (Order(kind: null), "kind"),
            (Order(taxCode: null), "taxCode"), (Order(taxCode: "0100109107"), "taxCode"),
            (Order(taxCode: PersonalId), "taxCode"), (Order(commune: "6673"), "commune"), (Order(commune: "O6673"), "commune"),
            (Order(from: null), "validFrom"), (Order(from: "32/1/2020"), "validFrom"), (Order(to: "x"), "validTo"),
            (Order(to: "2019-12-31"), "validTo"), (Order(address: new string('x', 201)), "address"),
        })
        {
            var problem = await administrator.Refused("/api/v1/organisations", body);
            Assert.Equal(("kernel.invalid", field), (problem.Code, Assert.Single(problem.Fields)));
        }
        Assert.Equal(0, (await administrator.Get("/api/v1/organisations")).GetProperty("items").GetArrayLength());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_person_represents_an_organisation_from_one_day_to_another_and_there_alone(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        await ApprovalTests.Register(app);
        await administrator.Do("/api/v1/organisations", Order());
        var representatives = $"{Path}/representatives";
        var today = clock.Today();
        var right = new Dictionary<string, object?> { ["userName"] = Officer, ["reason"] = "Giấy ủy quyền số 5" };

        foreach (var (field, value) in new (string, object?)[]
        {
            ("userName", null), ("userName", "khong.co"), ("from", "2020-01-01"), ("to", "2020-01-01"), ("reason", null),
        })
        {
            Assert.Equal([field], (await administrator.Refused(
                representatives, new Dictionary<string, object?>(right) { [field] = value })).Fields);
        }
        var added = await administrator.Do(representatives,
            new Dictionary<string, object?>(right) { ["to"] = $"{today.AddDays(1):yyyy-MM-dd}" });
        var one = Assert.Single(added.GetProperty("representatives").EnumerateArray());
        Assert.Equal((Officer, "held"), (one.GetProperty("userName").GetString(), one.GetProperty("state").GetString()));
        Assert.Equal([(Roles.Representative, Units.Organisation(OrganisationId))], await ApprovalTests.Held(app, Officer));
        Assert.Equal("identity.role-held", (await administrator.Refused(representatives, right)).Code);

        clock.Sleep(TimeSpan.FromDays(2));
        using var later = await app.SignedIn(Roles.Administrator, Units.Province);
        Assert.Empty(await ApprovalTests.Held(app, Officer));
        var again = await later.Do(representatives, right);
        Assert.Equal(["held", "ended"], again.GetProperty("representatives").EnumerateArray()
            .Select(r => r.GetProperty("state").GetString()));
        var role = again.GetProperty("representatives")[0].GetProperty("roleId").GetGuid();
        Assert.Equal(HttpStatusCode.NotFound, (await later.Refused(
            $"/api/v1/organisations/{Guid.CreateVersion7()}/representatives/end", new { roleId = role })).Status);
        await later.Do($"{representatives}/end", new { roleId = role, reason = "Thu hồi ủy quyền" });
        Assert.Empty(await ApprovalTests.Held(app, Officer));
    }

    [Fact]
    public async Task An_organisation_is_made_and_given_a_representative_on_pages()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var browser = await app.Browser(Roles.Administrator, Units.Province);
        await ApprovalTests.Register(app);

        using var wrong = await browser.PostForm("/organisations/new", "organisation",
            ("name", "Công ty Hạ Long"), ("kind", "Enterprise"), ("taxCode", "0100109107"), ("validFrom", "2020-01-01"));
        Assert.Contains("#taxCode", await wrong.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var made = await browser.PostForm("/organisations/new", "organisation",
            ("name", "Công ty Hạ Long"), ("kind", "Enterprise"), ("taxCode", "0100109106"), ("validFrom", "2020-01-01"));
        var page = made.RequestMessage!.RequestUri!.AbsolutePath;
        using var added = await browser.PostForm(page, "representative", ("userName", Officer), ("reason", "Giấy ủy quyền"));

        Assert.Contains("Đang đại diện", await browser.Page(page), StringComparison.Ordinal);
        Assert.Contains("Công ty Hạ Long", await browser.Page($"/people/{TestApp.PersonId(Officer)}"), StringComparison.Ordinal);
        using var edited = await browser.PostForm($"{page}/edit", "organisation", ("name", "Công ty Hạ Long Mới"),
            ("kind", "Enterprise"), ("taxCode", "0100109106"), ("validFrom", "2020-01-01"));
        Assert.Contains("Công ty Hạ Long Mới", await browser.Page("/organisations"), StringComparison.Ordinal);
        using var ended = await browser.PostForm(page, "end-0");
        Assert.Contains("Đã kết thúc", await browser.Page(page), StringComparison.Ordinal);
    }

    private static string Name(JsonElement page) => page.GetProperty("items")[0].GetProperty("name").GetString()!;

    private static Dictionary<string, object?> Order(Guid? id = null, string? taxCode = "0100109106",
        string? name = "Công ty Hạ Long", string? kind = "Enterprise", string? commune = "06673", string? address = null,
        string? from = "2020-01-01", string? to = null) => new()
        {
            ["id"] = id ?? OrganisationId,
            ["taxCode"] = taxCode,
            ["name"] = name,
            ["kind"] = kind,
            ["commune"] = commune,
            ["address"] = address,
            ["validFrom"] = from,
            ["validTo"] = to,
        };
}
