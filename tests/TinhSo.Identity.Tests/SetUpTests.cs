using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.People;
using TinhSo.Identity.Storage;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

public class SetUpTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task The_first_administrator_is_made_once_and_a_page_left_open_makes_no_second(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var first = app.CreateClient();
        using var second = app.CreateClient();
        var leftOpen = await second.GetStringAsync(new Uri("/set-up", UriKind.Relative), Stop);

        using var wrong = await first.PostForm("/set-up", "set-up",
            ("name", " "), ("userName", "ô"), ("password", "short"));
        var said = WebUtility.HtmlDecode(await wrong.Content.ReadAsStringAsync(Stop));
        Assert.Contains("#name", said, StringComparison.Ordinal);
        Assert.Contains("#userName", said, StringComparison.Ordinal);
        Assert.Contains("#password", said, StringComparison.Ordinal);
        Assert.Empty(await People(app));

        using var made = await first.PostForm("/set-up", "set-up",
            ("name", "Nguyễn Thị Quản Trị"), ("userName", "Quan.Tri"), ("password", "a long first password"));
        Assert.Contains("Nguyễn Thị Quản Trị", WebUtility.HtmlDecode(await made.Content.ReadAsStringAsync(Stop)),
            StringComparison.Ordinal);

        using var late = await second.SendForm("/set-up", leftOpen, "set-up",
            ("name", "Người Khác"), ("userName", "quan.tri"), ("password", "another long password"));
        Assert.DoesNotContain("Người Khác", WebUtility.HtmlDecode(await late.Content.ReadAsStringAsync(Stop)),
            StringComparison.Ordinal);
        var person = Assert.Single(await People(app));
        Assert.Equal("quan.tri", person.UserName);
        var administrator = await app.With<IIdentity, Person?>(identity => identity.Find(person.Id, Stop));
        Assert.Equal((Roles.Administrator, Units.Province),
            Assert.Single(administrator!.Roles.Select(r => (r.Role, r.Unit))));
        Assert.DoesNotContain("<form method=\"post\" action=\"\"",
            await second.Page("/set-up"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_many_who_set_up_at_once_one_gets_in_and_no_other_password_opens_that_account(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var anyone = app.CreateClient();
        string[] passwords = [.. Enumerable.Range(1, 8).Select(i => $"a long password {i}")];

        var outcomes = await Task.WhenAll(passwords.Select(password => Task.Run(() =>
            app.With<RegisterPerson, Outcome<Person>>(
                people => people.SetUp("quan.tri", "Quản trị", password, Stop)), Stop)));

        Assert.Equal(7, outcomes.Count(o => o.IsRefused(out var why, out _)
            && why.Code == IdentityRefusals.AlreadySetUp.Code));
        Assert.Single(await People(app));
        Assert.Equal(1, await app.Tables<IdentityDb, int>(db => db.Roles.CountAsync(Stop)));
        var opened = 0;
        foreach (var password in passwords)
        {
            using var answer = await anyone.PostAsJsonAsync(
                "/api/v1/sessions", new { userName = "quan.tri", password }, Stop);
            opened += answer.IsSuccessStatusCode ? 1 : 0;
        }
        Assert.Equal(1, opened);
    }

    private static Task<List<PersonRow>> People(TestApp app) =>
        app.Tables<IdentityDb, List<PersonRow>>(db => db.People.AsNoTracking().ToListAsync(Stop));
}
