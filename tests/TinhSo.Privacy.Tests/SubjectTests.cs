using System.Net;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Privacy.Tests;

public class SubjectTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_person_sees_takes_along_and_prints_what_is_held_and_who_looked_at_it(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var leader = await app.Browser(Roles.Leader, Units.Province);
        using var program = await app.SignedIn(Roles.Leader, Units.Province);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        await People.Describe(app, Roles.Leader);
        await administrator.Do($"/api/v1/people/{People.Of(Roles.Leader)}/personal-data",
            new { reason = "legalDuty", purpose = "Thanh tra hỏi" });

        var page = await leader.Page("/account/privacy");
        var readable = await leader.Page("/account/privacy/data");
        using var file = await leader.GetAsync(new Uri("/account/privacy/data.json", UriKind.Relative), Stop);
        var json = await file.Content.ReadAsStringAsync(Stop);
        var api = await program.Get("/api/v1/account/personal-data");

        Assert.Equal("attachment", file.Content.Headers.ContentDisposition?.DispositionType);
        foreach (var text in new[] { page, readable, json, api.GetRawText() })
        {
            Assert.Contains("0912345678", text, StringComparison.Ordinal);
            Assert.Contains("thu@example.vn", text, StringComparison.Ordinal);
        }
        Assert.Contains("Nghĩa vụ theo luật: Thanh tra hỏi", page, StringComparison.Ordinal);
        Assert.Contains("Người thử administrator", page, StringComparison.Ordinal);
        Assert.Contains("Nghĩa vụ theo luật: Thanh tra hỏi", api.GetProperty("looks")[0].GetProperty("purpose").GetString(),
            StringComparison.Ordinal);
        // A hash of a password tells nobody anything, and its person neither.
        Assert.DoesNotContain("password_hash", json, StringComparison.Ordinal);
        Assert.All(api.GetProperty("held").EnumerateArray(), line =>
            Assert.NotEmpty(line.GetProperty("legalBasis").GetString()!));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nobody_sees_what_is_held_about_somebody_else_and_the_own_looks_count_for_nothing(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        using var treasurer = await app.SignedIn(Roles.Treasurer, Units.Province);
        await People.Describe(app, Roles.Administrator);
        var own = $"/api/v1/people/{People.Of(Roles.Administrator)}/personal-data";
        await administrator.Do(own, new { reason = "case", purpose = "Của mình" });

        Assert.Empty((await administrator.Get("/api/v1/account/personal-data")).GetProperty("looks").EnumerateArray());
        Assert.DoesNotContain("0912345678", (await treasurer.Get("/api/v1/account/personal-data")).GetRawText(),
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await treasurer.Refused(own, new { reason = "case", purpose = "x" })).Status);
    }

    [Fact]
    public async Task Opening_a_person_is_recorded_even_when_nothing_is_shown_in_full()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        using var administrator = await app.Browser(Roles.Administrator, Units.Province);
        await administrator.Page($"/people/{People.Of(Roles.Leader)}");
        await administrator.Page($"/people/{People.Of(Roles.Administrator)}");

        var look = Assert.Single((await leader.Get("/api/v1/account/personal-data")).GetProperty("looks").EnumerateArray());
        Assert.Equal("Mở trang của người dùng", look.GetProperty("purpose").GetString());
        Assert.Equal("Người thử administrator", look.GetProperty("who").GetString());
    }
}
