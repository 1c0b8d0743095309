using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Billing.Tests.Billers;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Privacy;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Billing.Tests.Billers.BillersWorld;

namespace TinhSo.Billing.Tests.Inquiry;

public class LookUpTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_code_that_nobody_has_and_one_that_owes_nothing_are_answered_alike(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var bill = await world.Issue("HD-1");
        await world.TakeCash(bill, 300_000);

        var paid = await world.Public.Do("/api/v1/bill-inquiry", Question("KH000001"));
        var unknown = await world.Public.Do("/api/v1/bill-inquiry", Question("KH999999"));
        Assert.Equal(paid.GetRawText(), unknown.GetRawText());
        var path = $"/pay-bills?service={Water}&biller={WaterId}";
        var pages = new List<string>();
        foreach (var code in new[] { "KH000001", "KH999999" })
        {
            using var answer = await world.Public.PostForm(path, "look-up", ("customerCode", code));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            pages.Add(Middle(await answer.Content.ReadAsStringAsync(Stop)).Replace(code, "", StringComparison.Ordinal));
        }
        Assert.Equal(pages[0], pages[1]);
        Assert.Contains("Không có khoản nào phải nộp", pages[0], StringComparison.Ordinal);
        Assert.Equal(["customerCode"], (await world.Public.Refused("/api/v1/bill-inquiry", Question("KH1"))).Fields);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_payer_finds_the_bill_by_choosing_and_typing_and_pays_it_without_seeing_a_name(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        await world.Issue("HD-1");
        Assert.Contains("/pay-bills?service=utility.water", await world.Public.Page("/pay-bills"), StringComparison.Ordinal);
        Assert.Contains($"{WaterId}", await world.Public.Page("/pay-bills?service=utility.water"), StringComparison.Ordinal);
        var path = $"/pay-bills?service={Water}&biller={WaterId}";
        using var found = await world.Public.PostForm(path, "look-up", ("customerCode", " kh 000 001 "));
        var page = await found.Content.ReadAsStringAsync(Stop);

        Assert.Contains("300.000", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Nguyễn", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        var bill = await world.Tables(db => db.Bills.SingleAsync(Stop));
        using var wrong = await world.Public.SendForm(path, page, $"pay-{bill.Id}", ("amount", "1"));
        Assert.Contains("#amount", await wrong.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var asked = await world.Public.SendForm(path, page, $"pay-{bill.Id}", ("amount", "120.000"));
        Assert.StartsWith("/pay/", asked.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        var pay = WebUtility.HtmlDecode(await asked.Content.ReadAsStringAsync(Stop));
        Assert.Contains("120.000", pay, StringComparison.Ordinal);
        Assert.DoesNotContain("Nguyễn", pay, StringComparison.Ordinal);
        // Neither the facts nor a row of bills hold the name or the code.
        Assert.DoesNotContain(await world.Facts(), fact =>
            fact.Body.Contains("KH000001", StringComparison.Ordinal) || fact.Body.Contains("Nguyễn", StringComparison.Ordinal));
        Assert.DoesNotContain(await TestDatabase.Rows(world.App.Database, "billing_"), row =>
            row.Contains("KH000001", StringComparison.Ordinal) || row.Contains("Nguyễn", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Guessing_is_slowed_down_for_each_address(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine, ("Billing:Limits:LookupsPerMinute", "10"));
        var statuses = new List<HttpStatusCode>();
        foreach (var code in Enumerable.Range(1, 12))
        {
            using var answer = await world.Public.Send("/api/v1/bill-inquiry", Question($"KH{code:D6}"));
            statuses.Add(answer.StatusCode);
        }
        Assert.Equal(HttpStatusCode.OK, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_person_keeps_codes_with_consent_sees_all_bills_and_removes_them_again(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        await world.Issue("HD-1");
        await world.Issue("HD-2", code: "KH000002", amount: 50_000);
        using var citizen = await world.App.SignedIn(Roles.Citizen, Units.Province);
        using var other = await world.App.SignedIn(Roles.Citizen, Units.Province, "nguoi.khac");
        object Save(string code, string label, bool consent = true) => new { biller = WaterId, customerCode = code, label, consent };

        Assert.Equal(["consent"], (await citizen.Refused("/api/v1/my-bills", Save("KH000001", "Nhà", consent: false))).Fields);
        Assert.Equal(["customerCode", "label"], (await citizen.Refused("/api/v1/my-bills", Save("KH1", ""))).Fields);
        var first = await citizen.Do("/api/v1/my-bills", Save("KH000001", "Nhà"));
        await citizen.Do("/api/v1/my-bills", Save("kh 000001", "Nhà mình"));
        await citizen.Do("/api/v1/my-bills", Save("KH000002", "Nhà mẹ"));

        var mine = (await citizen.Get("/api/v1/my-bills")).EnumerateArray().ToList();
        Assert.Equal(["Nhà mình", "Nhà mẹ"], mine.Select(code => code.GetProperty("label").GetString()));
        Assert.Equal([300_000, 50_000], mine.Select(code => code.GetProperty("bills")[0].GetProperty("owed").GetInt64()));
        var id = first.GetProperty("id").GetGuid();
        await other.Send($"/api/v1/my-bills/{id}/remove");
        Assert.Empty((await other.Get("/api/v1/my-bills")).EnumerateArray());
        Assert.Equal(2, await world.Tables(db => db.SavedCodes.CountAsync(Stop)));
        using (var browser = await world.App.Browser(Roles.Citizen, Units.Province))
        {
            Assert.Contains("Nhà mẹ", await browser.Page("/my-bills"), StringComparison.Ordinal);
            using var removed = await browser.PostForm("/my-bills", $"remove-{id}");
            Assert.DoesNotContain("Nhà mình", await removed.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
        var person = TestApp.PersonId(TestApp.UserName(Roles.Citizen, Units.Province));
        await using var scope = world.App.Services.CreateAsyncScope();
        var holder = scope.ServiceProvider.GetServices<IHoldPersonalData>().Single(h => h.GetType().Name == "HoldHolders");
        Assert.Contains(await holder.Collect(new(person, []), Stop), held => held.Value == "KH000002");
        await holder.Erase(new(person, []), Stop);
        Assert.Equal(0, await world.Tables(db => db.SavedCodes.CountAsync(Stop)));
    }

    private static string Middle(string page)
    {
        var (from, to) = (page.IndexOf("<main", StringComparison.Ordinal), page.IndexOf("</main", StringComparison.Ordinal));
        var text = WebUtility.HtmlDecode(page[from..to]);
        return System.Text.RegularExpressions.Regex.Replace(text, "name=\"__RequestVerificationToken\" value=\"[^\"]*\"", "");
    }
}
