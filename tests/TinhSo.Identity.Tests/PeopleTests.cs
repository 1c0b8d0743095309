using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

public class PeopleTests
{
    private static readonly PersonOrder Order =
        new(Ids.From("test", "person"), "an.nguyen", "Nguyễn Văn An", "a long password");

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task People_are_registered_once_and_a_name_belongs_to_one_person(Engine engine)
    {
        await using var app = new TestApp(engine);

        Assert.Null(await Register(app, Order));
        Assert.Null(await Register(app, Order));
        Assert.Equal("identity.user-name-taken",
            (await Register(app, Order with { Id = Ids.From("test", "other"), UserName = "AN.nguyen" }))?.Code);
        Assert.Equal("identity.user-name-taken", (await Register(app, Order with { UserName = "an.khac" }))?.Code);

        var stored = Assert.Single(await app.Tables<IdentityDb, List<string>>(
            db => db.People.Select(p => p.PasswordHash).ToListAsync(Stop)));
        Assert.DoesNotContain("password", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_wrong_field_of_a_person_is_named_and_nobody_is_registered()
    {
        await using var app = new TestApp(Engine.Sqlite);
        foreach (var (order, field) in new[]
        {
            (Order with { Id = Guid.Empty }, "id"), (Order with { UserName = "ab" }, "userName"),
            (Order with { UserName = "có dấu" }, "userName"), (Order with { UserName = new string('a', 61) }, "userName"),
            (Order with { UserName = "a\0bc" }, "userName"), (Order with { Name = "  " }, "name"),
            (Order with { Name = new string('a', 101) }, "name"), (Order with { Name = "a\u0007b" }, "name"),
            (Order with { Password = "elevenchars" }, "password"), (Order with { Password = null! }, "password"),
            (Order with { Password = new string('a', 129) }, "password"),
        })
        {
            var refusal = await Register(app, order);
            Assert.Equal("kernel.invalid", refusal?.Code);
            Assert.Equal([field], refusal!.Fields.Keys);
        }
        Assert.True(await app.With<IIdentity, bool>(identity => identity.IsEmpty(Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Roles_are_held_by_day_and_unit_and_granting_again_changes_nothing(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        await Register(app, Order);
        var market = Units.Market(Ids.From("test", "market"));

        await Change(app, identity => identity.Grant(Order.Id, Roles.Collector, market, Stop));
        var held = await Change(app, identity => identity.Grant(Order.Id, Roles.Collector, market, Stop));
        Assert.Equal(new RoleHeld(Roles.Collector, market, clock.Today(), null), Assert.Single(held.Roles));

        clock.Sleep(TimeSpan.FromDays(3));
        Assert.Empty((await Change(app, identity => identity.Revoke(Order.Id, Roles.Collector, market, Stop))).Roles);
        Assert.Single((await Change(app, identity => identity.Grant(Order.Id, Roles.Collector, market, Stop))).Roles);
        // The first time stays on record.
        Assert.Equal(2, await app.Tables<IdentityDb, int>(db => db.Roles.CountAsync(Stop)));

        var nobody = await app.With<IIdentity, Outcome<Person>>(
            identity => identity.Grant(Guid.CreateVersion7(), Roles.Collector, market, Stop));
        Assert.True(nobody.IsRefused(out var why, out _));
        Assert.Equal("kernel.not-found", why.Code);
        await Assert.ThrowsAsync<ArgumentException>(() => app.With<IIdentity, Outcome<Person>>(
            identity => identity.Grant(Order.Id, "emperor", market, Stop)));
    }

    private static async Task<Refusal?> Register(TestApp app, PersonOrder order) =>
        (await app.With<IIdentity, Outcome<Person>>(identity => identity.Register(order, Stop)))
            .IsRefused(out var why, out _) ? why : null;

    private static async Task<Person> Change(TestApp app, Func<IIdentity, Task<Outcome<Person>>> change)
    {
        Assert.False((await app.With(change)).IsRefused(out _, out var person));
        return person;
    }
}
