using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Identity;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Privacy.Tests;

public class ConsentTests
{
    private const string News = "contact.news";
    private const string Path = "/api/v1/account/consents";

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task Nothing_is_consented_to_until_somebody_says_so_and_one_press_takes_it_back(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var browser = await app.Browser(Roles.Leader, Units.Province);
        var page = await browser.Page("/account/privacy");
        Assert.DoesNotContain("Bạn đã đồng ý", page, StringComparison.Ordinal);
        Assert.DoesNotContain("checked", page, StringComparison.Ordinal);
        Assert.False(await Stands(app));

        using var given = await browser.PostForm("/account/privacy", "consent-0");
        Assert.Contains("Bạn đã đồng ý", await Text(given), StringComparison.Ordinal);
        Assert.True(await Stands(app));

        using var withdrawn = await browser.PostForm("/account/privacy", "consent-0");
        Assert.DoesNotContain("Bạn đã đồng ý", await Text(withdrawn), StringComparison.Ordinal);
        Assert.False(await Stands(app));
        Assert.Equal(["privacy.consent-given.v1", "privacy.consent-withdrawn.v1"], await Facts(app));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_consent_is_given_once_to_a_purpose_that_there_is_and_others_hear_of_it_once(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);

        Assert.Equal(["purpose"], (await leader.Refused(Path, new { })).Fields);
        Assert.Equal(["purpose"], (await leader.Refused(Path, new { purpose = "to.sell-it" })).Fields);
        await leader.Do(Path, new { purpose = News });
        await leader.Do(Path, new { purpose = News });
        await leader.Do($"{Path}/withdraw", new { purpose = News });
        await leader.Do($"{Path}/withdraw", new { purpose = News });

        Assert.Equal(["privacy.consent-given.v1", "privacy.consent-withdrawn.v1"], await Facts(app));
        Assert.Equal(HttpStatusCode.NotFound,
            (await leader.Refused(Path, new { purpose = News, personId = People.Of(Roles.Treasurer) })).Status);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_new_wording_is_asked_for_anew_and_the_old_consent_stays_on_record(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        using var officer = await app.SignedIn(Roles.DataProtection, Units.Province);
        await leader.Do(Path, new { purpose = News });
        await officer.Do("/api/v1/privacy/purposes", new
        {
            code = News,
            vietnamese = "Lời mới",
            english = "New wording",
            legalBasis = "Luật 91/2025/QH15",
            validFrom = "24/11/2026",
        });
        Assert.Equal(1, (await Of(leader)).GetProperty("version").GetInt32());

        clock.Sleep(TimeSpan.FromDays(1));
        using var again = await app.SignedIn(Roles.Leader, Units.Province);
        var asked = await Of(again);
        Assert.Equal((2, 1, "Lời mới"), (asked.GetProperty("version").GetInt32(),
            asked.GetProperty("givenVersion").GetInt32(), asked.GetProperty("text").GetString()));
        await again.Do(Path, new { purpose = News });
        Assert.Equal(2, (await Of(again)).GetProperty("givenVersion").GetInt32());
        Assert.Equal(2, (await TestDatabase.Rows(app.Database, "privacy_consent")).Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task For_a_child_the_representative_consents_for_as_long_as_that_lasts(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var child = await app.SignedIn(Roles.Trader, Units.Province);
        using var parent = await app.SignedIn(Roles.Leader, Units.Province);
        using var officer = await app.SignedIn(Roles.DataProtection, Units.Province);
        var id = People.Of(Roles.Trader);
        await People.Describe(app, Roles.Trader, "25/11/2010");
        await People.Describe(app, Roles.Leader);

        Assert.Equal("privacy.needs-representative", (await child.Refused(Path, new { purpose = News })).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await parent.Refused(Path, new { purpose = News, personId = id })).Status);
        var path = $"/api/v1/privacy/people/{id}/representatives";
        Assert.Equal(["kind", "proof", "userName", "validFrom"], (await officer.Refused(path, new { })).Fields);
        foreach (var nobody in new[] { "khong.co", TestApp.UserName(Roles.Trader, Units.Province) })
        {
            Assert.Equal(["userName"], (await officer.Refused(path, Relation(nobody))).Fields);
        }
        var relation = await officer.Do(path, Relation(TestApp.UserName(Roles.Leader, Units.Province)));
        await parent.Do(Path, new { purpose = News, personId = id });
        Assert.True(await Stands(app, id));
        // The child may always say no.
        await child.Do($"{Path}/withdraw", new { purpose = News });
        Assert.False(await Stands(app, id));
        using var browser = await app.Browser(Roles.Leader, Units.Province);
        Assert.Contains($"/account/privacy?for={id}", await browser.Page("/account/privacy"), StringComparison.Ordinal);
        using var given = await browser.PostForm($"/account/privacy?for={id}", "consent-0");
        Assert.True(await Stands(app, id));
        Assert.DoesNotContain("0912345678", await browser.Page($"/account/privacy?for={id}"), StringComparison.Ordinal);

        await officer.Do($"/api/v1/privacy/representatives/{relation.GetProperty("id").GetGuid()}/end", new { });
        Assert.Equal(HttpStatusCode.NotFound, (await parent.Refused(Path, new { purpose = News, personId = id })).Status);
        // Sixteen years old on 25 November 2026.
        clock.Sleep(TimeSpan.FromDays(2));
        using var grown = await app.SignedIn(Roles.Trader, Units.Province);
        await grown.Do(Path, new { purpose = "survey.invitation" });
    }

    private static object Relation(string userName) =>
        new { userName, kind = "parent", validFrom = "23/11/2026", proof = "Giấy khai sinh số 12" };

    private static async Task<JsonElement> Of(HttpClient client) => (await client.Get(Path)).EnumerateArray()
        .Single(one => one.GetProperty("purpose").GetString() == News);

    private static Task<bool> Stands(TestApp app, Guid? person = null) => app.With<IConsents, bool>(
        consents => consents.Stands(person ?? People.Of(Roles.Leader), News, Stop));

    private static async Task<string> Text(HttpResponseMessage page) =>
        WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync(Stop));

    private static async Task<IEnumerable<string>> Facts(TestApp app) =>
        (await app.Services.GetRequiredService<FactLog>().Read(Guid.Empty, 100, Stop)).Select(fact => fact.Name);
}
