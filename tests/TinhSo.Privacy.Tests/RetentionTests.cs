using Microsoft.EntityFrameworkCore;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Privacy.Retention;
using TinhSo.Privacy.Storage;
using TinhSo.Testing;

namespace TinhSo.Privacy.Tests;

public class RetentionTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task Sessions_are_erased_ninety_days_after_they_ended_and_that_is_recorded(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var leader = await app.SignedIn(Roles.Leader, Units.Province);
        await Run(app);
        Assert.Single(await Sessions(app));

        // The session of a program ends after an hour.
        clock.Sleep(TimeSpan.FromDays(90));
        await Run(app);
        Assert.Single(await Sessions(app));
        clock.Sleep(TimeSpan.FromDays(1));
        Assert.True(await Run(app) > 0);
        Assert.Empty(await Sessions(app));

        using var officer = await app.SignedIn(Roles.DataProtection, Units.Province);
        var runs = (await officer.Get("/api/v1/privacy/retention-runs")).EnumerateArray().ToList();
        var erased = Assert.Single(runs, run => run.GetProperty("erased").GetInt64() > 0);
        Assert.Equal("sessions", erased.GetProperty("rule").GetString());
        Assert.NotEmpty(erased.GetProperty("legalBasis").GetString()!);
        using var auditor = await app.SignedIn(Roles.Auditor, Units.Province);
        Assert.NotEmpty((await auditor.Get("/api/v1/audit?what=privacy_retention_run")).GetProperty("items").EnumerateArray());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_rule_is_applied_once_a_day_however_often_its_turn_is_looked_for(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var client = app.CreateClient();
        await Run(app);
        var once = await TestDatabase.Rows(app.Database, "privacy_retention_run");
        await Task.WhenAll(Run(app), Run(app));
        Assert.Equal(once, await TestDatabase.Rows(app.Database, "privacy_retention_run"));

        clock.Sleep(TimeSpan.FromDays(1));
        await Task.WhenAll(Run(app), Run(app), Run(app));
        Assert.Equal(once.Count * 2, (await TestDatabase.Rows(app.Database, "privacy_retention_run")).Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_was_broken_off_is_taken_up_again_after_an_hour(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var client = app.CreateClient();
        await Run(app);
        await app.Tables<PrivacyDb, int>(db => db.RetentionRuns.Where(run => run.Rule == "sessions")
            .ExecuteUpdateAsync(set => set.SetProperty(run => run.Erased, (long?)null), Stop));

        Task<int> Unfinished() => app.Tables<PrivacyDb, int>(db => db.RetentionRuns.CountAsync(run => run.Erased == null, Stop));
        clock.Advance(TimeSpan.FromMinutes(59));
        await Run(app);
        Assert.Equal(1, await Unfinished());
        clock.Advance(TimeSpan.FromMinutes(1));
        await Run(app);
        Assert.Equal(0, await Unfinished());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_period_that_an_officer_sets_holds_from_its_day_on(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var officer = await app.SignedIn(Roles.DataProtection, Units.Province);
        const string Path = "/api/v1/privacy/rules";
        Assert.Equal(["code", "legalBasis", "validFrom"], (await officer.Refused(Path, new { })).Fields);
        Assert.Equal(["validFrom"], (await officer.Refused(Path, Rule("22/11/2026"))).Fields);
        Assert.Equal(["amount"], (await officer.Refused(Path,
            new { code = "retention.sessions", legalBasis = "QĐ 1", validFrom = "25/11/2026" })).Fields);
        await officer.Do(Path, Rule("25/11/2026"));
        Assert.Equal(["validFrom"], (await officer.Refused(Path, Rule("25/11/2026"))).Fields);

        clock.Sleep(TimeSpan.FromDays(1.5));
        await Run(app);
        Assert.Single(await Sessions(app));
        clock.Sleep(TimeSpan.FromDays(1));
        await Run(app);
        Assert.Empty(await Sessions(app));
    }

    private static object Rule(string from) =>
        new { code = "retention.sessions", amount = "1", legalBasis = "QĐ 1/2026/QĐ-UBND", validFrom = from };

    private static Task<long> Run(TestApp app) => app.With<RetireOld, long>(old => old.RunDue(Stop));

    private static Task<IReadOnlyList<string>> Sessions(TestApp app) =>
        TestDatabase.Rows(app.Database, "identity_session");
}
