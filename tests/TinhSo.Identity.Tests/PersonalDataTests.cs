using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Privacy;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

public class PersonalDataTests
{
    private static readonly Guid An = Ids.From("test", "an");

    private static readonly PersonOrder Order = new(An, "an.nguyen", "Nguyễn Văn An", "a long password")
    {
        PersonalId = "022 085 012 345",
        Phone = "+84 912.345.678",
        Email = "An.Nguyen@example.vn",
        BirthDate = "31/05/1985",
    };

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_identifies_a_person_is_stored_sealed_and_shown_masked(Engine engine)
    {
        await using var app = new TestApp(engine);
        await Register(app, Order);
        using var administrator = await app.Browser(Roles.Administrator, Units.Province);

        var page = await administrator.Page($"/people/{An}");

        Assert.Contains("••••••345", page, StringComparison.Ordinal);
        Assert.Contains("••••••678", page, StringComparison.Ordinal);
        string[] secrets = ["022085012345", "0912345678", "An.Nguyen@example.vn", "31/05/1985", "1985-05-31"];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, page, StringComparison.Ordinal));
        var rows = string.Join('\n', await TestDatabase.Rows(app.Database, "identity_", "kernel_"));
        Assert.Contains("Nguyễn Văn An", rows, StringComparison.Ordinal);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, rows, StringComparison.OrdinalIgnoreCase));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_person_is_found_by_the_whole_of_what_is_sealed_and_by_no_part_of_it(Engine engine)
    {
        await using var app = new TestApp(engine);
        await Register(app, Order);
        using var administrator = await app.Browser(Roles.Administrator, Units.Province);
        foreach (var whole in new[] { "022085012345", "022 085 012 345", "0912345678", "+84912345678", "an.nguyen@EXAMPLE.vn" })
        {
            Assert.Contains("Nguyễn Văn An", await administrator.Page(Href.Of("/people", ("q", whole))), StringComparison.Ordinal);
        }
        foreach (var part in new[] { "02208501234", "091234567", "@example.vn", "345" })
        {
            Assert.DoesNotContain("Nguyễn Văn An", await administrator.Page(Href.Of("/people", ("q", part))), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_sees_it_in_full_says_what_for_and_that_is_recorded(Engine engine)
    {
        await using var app = new TestApp(engine);
        await Register(app, Order);
        using var administrator = await app.Browser(Roles.Administrator, Units.Province);
        using var program = await app.SignedIn(Roles.Administrator, Units.Province);

        using var silent = await administrator.PostForm($"/people/{An}", "show", ("reason", "Case"), ("purpose", " "));
        Assert.DoesNotContain("022085012345", await silent.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(["purpose", "reason"], (await program.Refused($"/api/v1/people/{An}/personal-data", new { })).Fields);
        Assert.Equal("kernel.not-found", (await program.Refused($"/api/v1/people/{Guid.CreateVersion7()}/personal-data",
            new { reason = "case", purpose = "x" })).Code);
        using var seen = await administrator.PostForm(
            $"/people/{An}", "show", ("reason", "Case"), ("purpose", "Đối chiếu hồ sơ 17"));
        var page = WebUtility.HtmlDecode(await seen.Content.ReadAsStringAsync(Stop));
        Assert.Contains("022085012345", page, StringComparison.Ordinal);
        Assert.Contains("0912345678", page, StringComparison.Ordinal);
        Assert.Contains("31/05/1985", page, StringComparison.Ordinal);
        Assert.Equal("0912345678", (await program.Do($"/api/v1/people/{An}/personal-data",
            new { reason = "legalDuty", purpose = "Trích lục" })).GetProperty("phone").GetString());

        using var auditor = await app.SignedIn(Roles.Auditor, Units.Province);
        var reads = (await auditor.Get($"/api/v1/audit?what=personal-data.read&subject={An}")).GetProperty("items");
        Assert.Equal(
            ["Nghĩa vụ theo luật: Trích lục", "Giải quyết một việc cụ thể: Đối chiếu hồ sơ 17"],
            reads.EnumerateArray().Select(read => read.GetProperty("why").GetString())
                .Where(why => why != "Mở trang của người dùng"));
        Assert.Contains(reads.EnumerateArray(), read => read.GetProperty("why").GetString() == "Mở trang của người dùng");
        Assert.DoesNotContain("022085012345", JsonSerializer.Serialize(reads), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task While_a_person_restricts_the_use_only_the_reasons_of_the_list_open_the_data(Engine engine)
    {
        await using var app = new TestApp(engine);
        await Register(app, Order);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        using var browser = await app.Browser(Roles.Administrator, Units.Province);
        var path = $"/api/v1/people/{An}/personal-data";
        await app.With<IPersonalRecords, Outcome<PersonalRecord>>(data => data.Restrict(An, true, Stop));

        Assert.Contains("hạn chế việc sử dụng", await browser.Page($"/people/{An}"), StringComparison.Ordinal);
        Assert.Equal("identity.person-restricted", (await administrator.Refused(path, new { reason = "case", purpose = "x" })).Code);
        foreach (var reason in new[] { "personAsked", "legalDuty", "protection" })
        {
            await administrator.Do(path, new { reason, purpose = "x" });
        }
        await app.With<IPersonalRecords, Outcome<PersonalRecord>>(data => data.Restrict(An, false, Stop));
        await administrator.Do(path, new { reason = "case", purpose = "x" });
    }

    [Theory]
    [InlineData("personalId", "12345678901")]
    [InlineData("personalId", "1234567890123")]
    [InlineData("personalId", "12345678901x")]
    [InlineData("phone", "12345")]
    [InlineData("phone", "1912345678")]
    [InlineData("phone", "+85 912345678")]
    [InlineData("phone", "call me")]
    [InlineData("email", "an")]
    [InlineData("email", "an@vn")]
    [InlineData("email", "an @example.vn")]
    [InlineData("birthDate", "31/02/1985")]
    [InlineData("birthDate", "24/11/2026")]
    public async Task What_has_not_the_form_of_personal_data_is_refused_by_the_field_s_name(string field, string value)
    {
        await using var app = new TestApp(Engine.Sqlite, new ManualClock());
        var order = Order with
        {
            PersonalId = field == "personalId" ? value : null,
            Phone = field == "phone" ? value : null,
            Email = field == "email" ? value : null,
            BirthDate = field == "birthDate" ? value : null,
        };
        var outcome = await app.With<IIdentity, Outcome<Person>>(identity => identity.Register(order, Stop));

        Assert.True(outcome.IsRefused(out var why, out _));
        Assert.Equal([field], why.Fields.Keys);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Erasing_takes_all_of_somebody_without_roles_and_of_others_what_nothing_needs(Engine engine)
    {
        await using var app = new TestApp(engine);
        await Register(app, Order);
        await app.With<IIdentity, Outcome<Person>>(identity => identity.Grant(An, Roles.Leader, Units.Province, Stop));
        var subject = new DataSubject(An, []);

        var held = await Erase(app, subject);
        Assert.Equal(["accounts"], held.Select(one => one.KeptUnder).OfType<string>());
        Assert.Equal("Nguyễn Văn An", (await Stored(app)).Name);
        Assert.Null((await Stored(app)).PersonalIdIndex);
        Assert.Null((await Stored(app)).Phone);

        await app.With<IIdentity, Outcome<Person>>(identity => identity.Revoke(An, Roles.Leader, Units.Province, Stop));
        Assert.All(await Erase(app, subject), one => Assert.Null(one.KeptUnder));
        Assert.All(await Erase(app, subject), one => Assert.Null(one.KeptUnder));
        var erased = await Stored(app);
        Assert.NotNull(erased.ErasedAt);
        Assert.Equal($"erased-{An:N}", erased.UserName);
        Assert.DoesNotContain("An", erased.Name.Split(' '));
        using var client = app.CreateClient();
        Assert.Equal("identity.wrong-sign-in",
            (await client.Refused("/api/v1/sessions", new { userName = erased.UserName, password = Order.Password })).Code);
    }

    private static Task<IReadOnlyList<ErasedOrKept>> Erase(TestApp app, DataSubject subject) =>
        app.With<IEnumerable<IHoldPersonalData>, IReadOnlyList<ErasedOrKept>>(holders => holders
            .Single(one => one.Register.Any(field => field.Table == "identity_person")).Erase(subject, Stop));

    private static Task<People.PersonRow> Stored(TestApp app) =>
        app.Tables<IdentityDb, People.PersonRow>(db => db.People.AsNoTracking().SingleAsync(p => p.Id == An, Stop));

    private static async Task Register(TestApp app, PersonOrder order) => Assert.False(
        (await app.With<IIdentity, Outcome<Person>>(identity => identity.Register(order, Stop))).IsRefused(out _, out _));
}
