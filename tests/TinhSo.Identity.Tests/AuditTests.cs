using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TinhSo.Kernel;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

public class AuditTests
{
    private static readonly Guid Known = Ids.From("test.person", TestApp.UserName(Roles.Collector, Units.Province));

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    /// <summary>What somebody with the database's own password might do, and the entry that gives it away.</summary>
    public static TheoryData<Engine, string, long> Damages
    {
        get
        {
            var all = new TheoryData<Engine, string, long>();
            foreach (var engine in new[] { Engine.Sqlite, Engine.Postgres })
            {
                all.Add(engine, "update kernel_audit set who = 'person:somebody-else' where number = 2", 2);
                all.Add(engine, "update kernel_audit set origin = '203.0.113.9' where number = 3", 3);
                all.Add(engine, "update kernel_audit set what = 'identity_role.removed' where number = 2", 2);
                all.Add(engine, "update kernel_audit set after = null where number = 1", 1);
                all.Add(engine, "update kernel_audit set why = '' where number = 2", 2);
                all.Add(engine, "update kernel_audit set hash = (select hash from kernel_audit where number = 1) where number = 3", 3);
                all.Add(engine, "delete from kernel_audit where number = 2", 2);
                all.Add(engine, "delete from kernel_audit where number = (select max(number) from kernel_audit)", -1);
                all.Add(engine, "update kernel_audit set number = number + 1000 where number >= 3", 3);
            }
            return all;
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_signs_in_and_who_is_given_a_right_is_recorded_and_no_password_is(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var collector = await app.SignedIn(Roles.Collector, Units.Province);
        using var wrong = await collector.PostAsJsonAsync("/api/v1/sessions",
            new { userName = TestApp.UserName(Roles.Collector, Units.Province), password = "a secret guess" }, Stop);
        using var unknown = await collector.PostAsJsonAsync(
            "/api/v1/sessions", new { userName = "my secret password", password = "x" }, Stop);
        using var auditor = await app.SignedIn(Roles.Auditor, Units.Province);

        var entries = await Entries(auditor, $"?subject={Known}");
        Assert.Equal(["identity.sign-in-refused", "identity.signed-in", "identity_person.added"],
            entries.Select(entry => entry.GetProperty("what").GetString()));
        Assert.Equal("identity_role.added", (await Entries(auditor, "?what=identity_role"))[^1].GetProperty("what").GetString());
        var all = JsonSerializer.Serialize(await Entries(auditor, "?limit=500"));
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain(TestApp.Password, all, StringComparison.Ordinal);
        Assert.Contains("…", entries[2].GetProperty("after").GetString(), StringComparison.Ordinal);
        Assert.Contains(await Entries(auditor, "?what=identity.sign-in-refused"),
            entry => entry.GetProperty("subject").GetString() == "unknown");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_change_is_recorded_with_who_made_it_and_what_was_before_and_after(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var collector = await app.SignedIn(Roles.Collector, Units.Province);
        using var administrator = await app.Browser(Roles.Administrator, Units.Province);

        using var revoked = await administrator.PostForm($"/people/{Known}", "revoke-0");

        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        using var auditor = await app.SignedIn(Roles.Auditor, Units.Province);
        var entry = Assert.Single(await Entries(auditor, "?what=identity_role.changed"));
        var administratorId = Ids.From("test.person", TestApp.UserName(Roles.Administrator, Units.Province));
        Assert.Equal($"person:{administratorId}", entry.GetProperty("who").GetString());
        Assert.Equal("Vai trò: sửa", entry.GetProperty("whatName").GetString());
        Assert.Equal("""{"valid_to":null}""", entry.GetProperty("before").GetString());
        Assert.Matches("""^{"valid_to":"\d{4}-\d\d-\d\d"}$""", entry.GetProperty("after").GetString());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_was_refused_leaves_no_entry(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var auditor = await app.SignedIn(Roles.Auditor, Units.Province);
        var before = (await Entries(auditor, "?limit=500")).Count;

        var taken = await app.With<IIdentity, Outcome<Person>>(identity => identity.Register(
            new PersonOrder(Guid.CreateVersion7(), TestApp.UserName(Roles.Auditor, Units.Province), "Khác", TestApp.Password),
            Stop));

        Assert.True(taken.IsRefused(out _, out _));
        Assert.Equal(before, (await Entries(auditor, "?limit=500")).Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Many_who_act_at_once_make_one_chain_without_gaps(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var somebody = await app.SignedIn(Roles.Collector, Units.Province);

        await Parallel.ForEachAsync(Enumerable.Range(0, 64), Stop, async (number, stop) =>
        {
            using var answer = await somebody.PostAsJsonAsync(
                "/api/v1/sessions", new { userName = $"nobody.{number}", password = "x" }, stop);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        });

        var verdict = await Verify(app);
        Assert.Null(verdict.WrongEntry);
        Assert.Equal(3 + 64, verdict.Entries);
    }

    [Theory, MemberData(nameof(Damages))]
    public async Task Whatever_is_changed_or_removed_behind_its_back_is_found(Engine engine, string damage, long wrong)
    {
        await using var app = new TestApp(engine);
        using var somebody = await app.SignedIn(Roles.Collector, Units.Province);
        var entries = (await Verify(app)).Entries;
        await Execute(app, engine is Engine.Sqlite
            ? "drop trigger kernel_audit_is_not_updated; drop trigger kernel_audit_is_not_deleted"
            : "alter table kernel_audit disable trigger all");

        await Execute(app, damage);

        Assert.Equal(wrong > 0 ? wrong : entries, (await Verify(app)).WrongEntry);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_database_itself_refuses_to_change_or_remove_an_entry(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var somebody = await app.SignedIn(Roles.Collector, Units.Province);

        foreach (var sql in new[] { "update kernel_audit set who = 'x'", "delete from kernel_audit" })
        {
            var failure = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Execute(app, sql));
            Assert.Contains("never changes", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_command_says_how_many_entries_are_right_and_fails_when_one_is_not(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var somebody = await app.SignedIn(Roles.Collector, Units.Province);

        var (code, output) = await Command(app);
        Assert.Equal(0, code);
        Assert.Contains("3 entries are right.", output, StringComparison.Ordinal);

        await Execute(app, "update kernel_audit_head set hash = 'x'");
        (code, output) = await Command(app);
        Assert.Equal(1, code);
        Assert.Contains("Entry 3 was changed or is missing.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_auditors_of_the_province_read_it()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        using var local = await app.SignedIn(Roles.Auditor, Units.Market(Guid.CreateVersion7()));
        using var browser = await app.Browser(Roles.Leader, Units.Province);

        Assert.Equal(HttpStatusCode.Forbidden, await administrator.Status("/api/v1/audit"));
        Assert.Equal(HttpStatusCode.Forbidden, await local.Status("/api/v1/audit"));
        Assert.Contains("no-permission", (await browser.GetAsync(new Uri("/audit", UriKind.Relative), Stop))
            .RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        Assert.Contains("no-permission", (await browser.GetAsync(new Uri("/audit/export.csv", UriKind.Relative), Stop))
            .RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task It_is_searched_by_who_what_subject_and_day_and_read_page_by_page(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var collector = await app.SignedIn(Roles.Collector, Units.Province);
        clock.Sleep(TimeSpan.FromDays(2));
        using var browser = await app.Browser(Roles.Collector, Units.Province);
        using var out1 = await browser.PostForm("/", "/sign-out");
        using var auditor = await app.SignedIn(Roles.Auditor, Units.Province);
        var name = TestApp.UserName(Roles.Collector, Units.Province);

        Assert.Equal("identity.session-ended", Assert.Single(await Entries(auditor, $"?who={name.ToUpperInvariant()}"))
            .GetProperty("what").GetString());
        Assert.Empty(await Entries(auditor, "?who=nobody.here"));
        Assert.NotEmpty(await Entries(auditor, "?who=system"));
        Assert.Empty(await Entries(auditor, "?subject=%25"));
        var firstDay = await Entries(auditor, "?from=2026-11-23&to=2026-11-23");
        Assert.Equal(3, firstDay.Count);
        Assert.Equal(["from", "to"], (await auditor.RefusedToGet("/api/v1/audit?from=yesterday&to=32/13/2026")).Fields);
        Assert.Equal(["cursor"], (await auditor.RefusedToGet("/api/v1/audit?cursor=-1")).Fields);

        var (read, cursor) = (new List<long>(), (string?)null);
        do
        {
            var page = await auditor.Get($"/api/v1/audit?limit=2&cursor={cursor}");
            read.AddRange(page.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("number").GetInt64()));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Range(1, read.Count).Select(i => (long)i).Reverse(), read);
        Assert.True(read.Count > 6, "There are several pages.");
    }

    [Fact]
    public async Task It_is_exported_as_CSV_and_shown_on_a_page_with_what_was_before_and_after()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var auditor = await app.Browser(Roles.Auditor, Units.Province);

        var csv = await auditor.GetStringAsync(new Uri("/audit/export.csv?what=identity_role", UriKind.Relative), Stop);
        var page = await auditor.Page("/audit?what=identity_role");

        Assert.Contains("number,at,who,name,origin,what,subject,why,before,after", csv, StringComparison.Ordinal);
        Assert.Contains("identity_role.added", csv, StringComparison.Ordinal);
        Assert.Contains("Vai trò: thêm", page, StringComparison.Ordinal);
        Assert.Contains("auditor", page, StringComparison.Ordinal);
    }

    private static async Task<List<JsonElement>> Entries(HttpClient auditor, string query) =>
        [.. (await auditor.Get($"/api/v1/audit{query}")).GetProperty("items").EnumerateArray()];

    private static Task<AuditVerdict> Verify(TestApp app) => new AuditLog(app.Database).Verify(null, Stop);

    private static async Task Execute(TestApp app, string sql)
    {
        await using var connection = app.Database.Connect();
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is the test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Stop);
    }

    private static async Task<(int Code, string Output)> Command(TestApp app)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "TinhSo.Host.dll"), "verify", "audit",
            $"--Database:ConnectionString={app.Database.ConnectionString}",
        ])
        { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        return (process.ExitCode, output);
    }
}
