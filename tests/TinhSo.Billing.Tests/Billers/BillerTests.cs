using System.Net;
using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Billers;
using TinhSo.Billing.Storage;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Places;
using TinhSo.Testing;
using static TinhSo.Billing.Tests.Billers.BillersWorld;

namespace TinhSo.Billing.Tests.Billers;

public class BillerTests
{
    private static readonly string[] Unknown = ["khong.co"];

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    // ISO/IEC 7812-1 as it is commonly shown; an ORCID iD for MOD 11-2; a Legal Entity Identifier for MOD 97-10.
    [Theory]
    [InlineData("Luhn", "79927398713", true)]
    [InlineData("Luhn", "79927398710", false)]
    [InlineData("Luhn", "79927398A13", false)]
    [InlineData("Mod11", "0000-0002-1825-0097", true)]
    [InlineData("Mod11", "0000-0002-1694-233X", true)]
    [InlineData("Mod11", "0000-0002-1825-0079", false)]
    [InlineData("Mod11", "X", false)]
    [InlineData("Mod97", "5493001KJTIIGC8Y1R12", true)]
    [InlineData("Mod97", "5493001KJTIIGC8Y1R21", false)]
    [InlineData("None", "ABC", true)]
    [InlineData("None", "=ABC", false)]
    [InlineData("None", "A,B", false)]
    public void The_last_signs_of_a_code_are_checked_by_their_rule(string rule, string code, bool fits) =>
        Assert.Equal(fits, new CodeFormat(".*", Enum.Parse<CheckRule>(rule)).Fits(code));

    [Theory]
    [InlineData("[A-Z]{2}[0-9]{11}", true)]
    [InlineData("(", false)]
    [InlineData("(a)\\1", false)]
    [InlineData("", false)]
    public void A_pattern_is_one_that_can_be_read_and_takes_no_longer_than_its_text(string pattern, bool isOne) =>
        Assert.Equal(isOne, CodeFormat.IsPattern(pattern));

    [Theory, MemberData(nameof(Engines))]
    public async Task The_billers_of_the_demonstration_have_bills_to_look_up_and_are_made_once(Engine engine)
    {
        await using var app = new TestApp(engine, new ManualClock());
        await app.With<ILoadPlaces, PlacesLoaded>(places => places.Load(Path.Combine(Folder, "admin-units"), Stop));
        await app.With<IBilling, LoadReport>(billing => billing.LoadServices(Folder, Stop));

        var units = await app.With<IBilling, IReadOnlyList<string>>(billing => billing.LoadDemo(Stop));
        Assert.Equal(units, await app.With<IBilling, IReadOnlyList<string>>(billing => billing.LoadDemo(Stop)));

        Assert.Equal((3, 180), (units.Count, await app.Tables<BillingDb, int>(db => db.Bills.CountAsync(Stop))));
        using var anyone = app.CreateClient();
        var owed = await anyone.Do("/api/v1/bill-inquiry",
            new { biller = Guid.Parse(units[0]["biller:".Length..]), customerCode = "KH000001" });
        Assert.True(owed.GetProperty("bills")[0].GetProperty("owed").GetInt64() > 46_000);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_account_is_used_once_another_person_approved_it(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var first = await world.Tables(db => db.Providers.AsNoTracking().SingleAsync(p => p.Id == WaterId, Stop));
        var change = new { bankBin = "970415", accountNumber = "77", accountName = "NUOC SACH", reason = "Đổi ngân hàng" };

        Assert.Equal(HttpStatusCode.Forbidden, (await world.Stranger.Refused($"/api/v1/billers/{WaterId}/account", change)).Status);
        Assert.Equal(["accountName", "accountNumber", "bankBin", "reason"],
            (await world.Officer.Refused($"/api/v1/billers/{WaterId}/account", new { })).Fields);
        await world.Officer.Do($"/api/v1/billers/{WaterId}/account", change);
        Assert.Equal(first.PayeeId, await Payee(world));

        await world.Officer.DoWith(world.Treasurer, $"/api/v1/billers/{WaterId}/account", change);
        Assert.NotEqual(first.PayeeId, await Payee(world));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_biller_s_people_see_and_change_their_own_biller_alone(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var bill = await world.Issue("HD-1");
        var terms = Terms(WaterId, "Công ty Nước sạch", "NUOC", Water);

        Assert.Equal(HttpStatusCode.Forbidden, (await world.Stranger.Refused($"/api/v1/billers/{WaterId}/terms", terms)).Status);
        Assert.Equal(HttpStatusCode.Forbidden,
            (await world.Stranger.Refused($"/api/v1/billers/{WaterId}/bills", world.Bill("HD-2"))).Status);
        foreach (var path in new[] { $"/api/v1/billers/{WaterId}", $"/api/v1/billers/{WaterId}/bills", $"/api/v1/claims/{bill}",
            $"/api/v1/billers/{WaterId}/bills/export.csv", $"/api/v1/billers/{WaterId}/penalties" })
        {
            Assert.Equal(HttpStatusCode.NotFound, await world.Stranger.Status(path));
            Assert.Equal(HttpStatusCode.OK, await world.Officer.Status(path));
        }
        foreach (var (path, body) in new (string, object)[]
        {
            ($"/api/v1/claims/{bill}/ask", new { }), ($"/api/v1/claims/{bill}/cancel", new { reason = "x" }),
            ($"/api/v1/claims/{bill}/paid-elsewhere", new { }), ($"/api/v1/claims/{bill}/paid-elsewhere/reverse", new { reason = "x" }),
            ($"/api/v1/billers/{WaterId}/bills/inquiry", new { reference = "HD-1" }),
        })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await world.Stranger.Refused(path, body)).Status);
        }
        Assert.Equal(["Trường Tiểu học Hạ Long"], (await world.Stranger.Get("/api/v1/billers")).EnumerateArray()
            .Select(one => one.GetProperty("name").GetString()));
        using var manager = await world.App.SignedIn(Roles.MarketManager, Units.Province);
        Assert.Equal(HttpStatusCode.Forbidden, (await manager.Refused("/api/v1/billers", terms)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await manager.Refused($"/api/v1/bills/{bill}/cancel", new { reason = "x" })).Status);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Terms_that_contradict_themselves_are_named_field_by_field(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        using var administrator = await world.App.SignedIn(Roles.Administrator, Units.Province);
        Assert.Equal(["customerExample", "customerPattern", "id", "name", "prefix", "referencePattern", "services"],
            (await administrator.Refused("/api/v1/billers", new { services = Unknown })).Fields);
        Assert.Equal("billing.prefix-taken", (await administrator.Refused("/api/v1/billers",
            Terms(Guid.CreateVersion7(), "Khác", "NUOC", Water))).Code);
        using var browser = await world.App.Browser(Roles.Administrator, Units.Province);
        using var page = await browser.PostForm("/billers/new", "biller", ("name", "Điện lực"), ("prefix", "DIEN"),
            ("services", "utility.electricity"),
            ("customerPattern", "PA[0-9]{11}"), ("customerCheck", "None"), ("customerExample", "PA00000000000"),
            ("referencePattern", "[0-9]+"), ("referenceCheck", "None"), ("instalmentsMax", "0"));
        Assert.Contains("Điện lực", WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        Assert.Contains("Điện lực", await browser.Page("/billers"), StringComparison.Ordinal);
        Assert.Equal(3, await world.Tables(db => db.Providers.CountAsync(Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_reference_is_one_bill_for_ever(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var path = $"/api/v1/billers/{WaterId}/bills";
        var first = await world.Issue("HD-1");

        Assert.Equal(first, await world.Issue("hd-1"));
        Assert.Equal("billing.reference-used-differently", (await world.Officer.Refused(path, world.Bill("HD-1", amount: 1_000))).Code);
        Assert.Equal("billing.reference-used-differently", (await world.Officer.Refused(path, world.Bill("HD-1", code: "KH000002"))).Code);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => world.Issue("HD-2")));

        Assert.Equal(2, await world.Bills());
        Assert.Equal(1, await world.Tables(db => db.Holders.CountAsync(Stop)));
        var found = await world.Officer.Do($"{path}/inquiry", new { customerCode = "KH000001" });
        Assert.Equal(2, found.GetProperty("items").GetArrayLength());
        Assert.Equal("N••• V••• A•••", found.GetProperty("items")[0].GetProperty("holderName").GetString());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_bill_is_withdrawn_with_every_request_for_it_and_only_while_no_money_came(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var (bill, paid) = (await world.Issue("HD-1"), await world.Issue("HD-2"));
        var part = (await world.Ask(bill, 100_000)).GetProperty("id").GetGuid();
        await world.TakeCash((await world.Ask(paid, 20_000)).GetProperty("id").GetGuid(), 20_000);

        await world.Officer.Do($"/api/v1/claims/{bill}/cancel", new { reason = "Lập nhầm" });

        foreach (var (request, amount) in new[] { (bill, 300_000), (part, 100_000) })
        {
            Assert.Equal("payments.already-cancelled", (await world.Collector.Refused(
                $"/api/v1/payments/requests/{request}/cash", new { paymentId = Guid.CreateVersion7(), amount })).Code);
        }
        Assert.Equal("billing.not-owed", (await world.Officer.Refused($"/api/v1/claims/{paid}/cancel", new { reason = "x" })).Code);
        Assert.Single(await world.Facts(), fact => fact.Name == BillCancelled.Name);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_bill_paid_at_the_biller_s_counter_says_so_and_the_report_can_be_taken_back(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var bill = await world.Issue("HD-1");
        var path = $"/api/v1/claims/{bill}/paid-elsewhere";
        object Report(long amount, string reference = "PT-9") => new { reference, amount, paidOn = "2026-11-22" };

        Assert.Equal("payments.amount-differs", (await world.Officer.Refused(path, Report(1_000))).Code);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.Officer.Do(path, Report(300_000))));
        Assert.Equal("billing.reported-elsewhere", (await world.Officer.Refused(path, Report(300_000, "PT-10"))).Code);
        Assert.Equal("paidElsewhere", (await world.Claim(bill)).GetProperty("state").GetString());
        Assert.Equal(0, (await world.Claim(bill)).GetProperty("paid").GetInt64());
        Assert.Empty(await world.LookUp("KH000001"));
        Assert.Equal("payments.already-cancelled", (await world.Collector.Refused(
            $"/api/v1/payments/requests/{bill}/cash", new { paymentId = Guid.CreateVersion7(), amount = 300_000 })).Code);

        await world.Officer.Do($"{path}/reverse", new { reason = "Nhầm hộ" });
        await world.Officer.Do($"{path}/reverse", new { reason = "Nhầm hộ" });
        Assert.Equal(300_000, await world.Owed(bill));
        await world.TakeCash((await world.Ask(bill)).GetProperty("id").GetGuid(), 300_000);
        Assert.Equal("paid", (await world.Claim(bill)).GetProperty("state").GetString());
        var facts = await world.Facts();
        Assert.Single(facts, fact => fact.Name == BillPaidElsewhere.Name);
        Assert.Single(facts, fact => fact.Name == BillPaidElsewhereReversed.Name);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_pages_of_a_bill_do_the_same_by_forms(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var (first, second) = (await world.Issue("HD-1"), await world.Issue("HD-2", amount: 200_000));
        using var browser = await world.App.Browser(Roles.Officer, UnitOf(WaterId));

        using var wrong = await browser.PostForm($"/claims/{first}", "plan", ("plan", "100.000 23/11/2026"), ("why", "x"));
        Assert.Contains("#plan", await wrong.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var planned = await browser.PostForm(
            $"/claims/{first}", "plan", ("plan", "100.000 23/11/2026\n200.000 23/12/2026"), ("why", "Hộ khó khăn"));
        Assert.Contains("Chia thành đợt", WebUtility.HtmlDecode(await planned.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        using var asked = await browser.PostForm($"/claims/{second}", "ask");
        Assert.StartsWith("/pay/", asked.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        using var reported = await browser.PostForm(
            $"/claims/{second}", "elsewhere", ("reference", "PT-1"), ("amount", "200.000"), ("paidOn", "2026-11-23"));
        Assert.Contains("Đã nộp tại quầy đơn vị",
            WebUtility.HtmlDecode(await reported.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        using var old = await browser.GetAsync(new Uri($"/claims/{second}", UriKind.Relative), Stop);
        Assert.DoesNotContain("Nguyễn", WebUtility.HtmlDecode(await old.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
    }

    private static Task<Guid?> Payee(BillersWorld world) =>
        world.Tables(db => db.Providers.AsNoTracking().Where(p => p.Id == WaterId).Select(p => p.PayeeId).SingleAsync(Stop));
}
