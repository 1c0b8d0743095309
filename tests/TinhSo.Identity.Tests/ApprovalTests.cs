using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests;

/// <summary>Four eyes, seen on roles: one administrator proposes, another approves.</summary>
public class ApprovalTests
{
    private const string Officer = "can.bo.moi";
    private static readonly string Market = Units.Market(Ids.From("test", "market"));
    private static readonly string OfficerId = TestApp.PersonId(Officer).ToString();

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task The_only_administrator_acts_alone_and_the_audit_log_and_the_page_say_so(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var only = await app.SignedIn(Roles.Administrator, Units.Province);
        await Register(app);

        var given = await only.Do($"/api/v1/people/{OfficerId}/roles", Role(Roles.Administrator, Units.Province));

        Assert.Equal(("approved", true), (State(given), given.GetProperty("alone").GetBoolean()));
        Assert.Equal([(Roles.Administrator, Units.Province)], await Held(app, Officer));
        using var auditor = await app.SignedIn(Roles.Auditor, Units.Province);
        var alone = Assert.Single(await Audit(auditor, "what=identity.acted-alone"));
        Assert.Equal("Người thứ nhất", alone.GetProperty("why").GetString());
        Assert.Equal($"proposal:{Id(given)}", alone.GetProperty("subject").GetString());
        using var browser = await app.Browser(Roles.Administrator, Units.Province);
        Assert.Contains("Đã thực hiện bởi một người", await browser.Page($"/approvals/{Id(given)}"), StringComparison.Ordinal);

        // From now on there are two.
        var next = await only.Do($"/api/v1/people/{OfficerId}/roles", Role(Roles.Collector, Market, "commune:07030"));
        Assert.Equal(("waiting", false), (State(next), next.GetProperty("alone").GetBoolean()));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_role_is_held_once_another_administrator_has_approved_it_and_all_of_it_is_recorded(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var first = await app.SignedIn(Roles.Administrator, Units.Province);
        using var second = await app.SignedIn(Roles.Administrator, Units.Province, "quan.tri.hai");
        using var officer = await app.SignedIn(Roles.Citizen, Units.Province, Officer);
        using var treasurer = await app.SignedIn(Roles.Treasurer, Units.Province);

        using var sent = await first.Send($"/api/v1/people/{OfficerId}/roles", Role(Roles.Leader, Units.Province));
        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        var proposal = await first.Get(sent.Headers.Location!.OriginalString);
        var approve = $"/api/v1/approvals/{Id(proposal)}/approve";

        Assert.Equal("waiting", State(proposal));
        Assert.Equal(HttpStatusCode.Forbidden, await officer.Status("/api/v1/markets"));
        var own = await first.Refused(approve, new { });
        Assert.Equal((HttpStatusCode.Forbidden, "identity.same-person"), (own.Status, own.Code));
        Assert.Equal(HttpStatusCode.NotFound, (await treasurer.Refused(approve, new { })).Status);
        Assert.Equal(HttpStatusCode.NotFound, await treasurer.Status($"/api/v1/approvals/{Id(proposal)}"));
        // Who sees it as an auditor, and decides about money as a treasurer, does not decide about roles.
        using var alsoAuditor = await app.SignedIn(Roles.Auditor, Units.Province, "hai.vai.tro");
        using var both = await app.SignedIn(Roles.Treasurer, Units.Province, "hai.vai.tro");
        Assert.Equal(HttpStatusCode.OK, await both.Status($"/api/v1/approvals/{Id(proposal)}"));
        foreach (var answer in (string[])["approve", "reject"])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await both.Refused($"/api/v1/approvals/{Id(proposal)}/{answer}",
                new { note = "Ý kiến" })).Status);
        }
        Assert.Equal([(Roles.Citizen, Units.Province)], await Held(app, Officer));

        var approved = await second.Do(approve, new { note = "Đã đối chiếu quyết định bổ nhiệm" });
        Assert.Equal("approved", State(approved));
        Assert.Equal(HttpStatusCode.OK, await officer.Status("/api/v1/markets"));
        // Again answers as the first time, and nothing is given twice.
        Assert.Equal(approved.GetRawText(), (await second.Do(approve, new { })).GetRawText());
        Assert.Equal(2, (await Held(app, Officer)).Count);
        Assert.Equal("identity.proposal-decided",
            (await first.Refused($"/api/v1/approvals/{Id(proposal)}/reject", new { })).Code);

        using var auditor = await app.SignedIn(Roles.Auditor, Units.Province);
        var entries = (await Audit(auditor, "what=identity_")).Where(e => e.GetProperty("why").GetString() == "Người thứ nhất").ToList();
        Assert.Equal(["identity_role.added", "identity_proposal.changed", "identity_proposal.added"],
            entries.Select(e => e.GetProperty("what").GetString()));
        var proposer = Signature(TestApp.UserName(Roles.Administrator, Units.Province));
        Assert.Equal([Signature("quan.tri.hai"), Signature("quan.tri.hai"), proposer],
            entries.Select(e => e.GetProperty("who").GetString()));
        Assert.Empty(await Audit(auditor, "what=identity.acted-alone"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Neither_a_form_nor_another_module_gives_a_role_of_the_administration_for_one_person(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var first = await app.Browser(Roles.Administrator, Units.Province);
        using var second = await app.Browser(Roles.Administrator, Units.Province, "quan.tri.hai");
        await Register(app);

        using var posted = await first.PostForm($"/people/{OfficerId}", "grant", ("role", Roles.Treasurer),
            ("unit", Units.Province), ("code", ""), ("to", ""), ("reason", "Bổ nhiệm"));
        var page = posted.RequestMessage!.RequestUri!.AbsolutePath;
        Assert.StartsWith("/approvals/", page, StringComparison.Ordinal);
        // Who proposed sees no button to approve, and pressing one all the same is refused.
        var shown = await first.GetStringAsync(new Uri(page, UriKind.Relative), Stop);
        Assert.DoesNotContain("value=\"approve\"", shown, StringComparison.Ordinal);
        using var cheated = await first.SendForm(page, shown, "decide", ("answer", "approve"), ("note", ""));
        Assert.Contains("Người duyệt phải khác người đề nghị.",
            WebUtility.HtmlDecode(await cheated.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        Assert.Empty(await Held(app, Officer));

        using var answered = await second.PostForm(page, "decide", ("answer", "approve"), ("note", ""));
        Assert.Equal([(Roles.Treasurer, Units.Province)], await Held(app, Officer));

        Assert.Equal("identity.needs-second-person", await AsPerson(app, identity =>
            identity.Grant(TestApp.PersonId(Officer), Roles.Leader, Units.Province, Stop)));
        Assert.Null(await AsPerson(app, identity =>
            identity.Grant(TestApp.PersonId(Officer), Roles.Trader, Units.Payee(Guid.Empty), Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Rejecting_needs_a_reason_withdrawing_does_not_and_neither_changes_anything(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var first = await app.SignedIn(Roles.Administrator, Units.Province);
        using var second = await app.SignedIn(Roles.Administrator, Units.Province, "quan.tri.hai");
        await Register(app);
        var one = await first.Do($"/api/v1/people/{OfficerId}/roles", Role(Roles.Leader, Units.Province));
        var two = await first.Do($"/api/v1/people/{OfficerId}/roles", Role(Roles.Auditor, Units.Province));
        // Sent twice, it is still one.
        Assert.Equal(Id(two), Id(await first.Do($"/api/v1/people/{OfficerId}/roles", Role(Roles.Auditor, Units.Province))));

        Assert.Equal(["note"], (await second.Refused($"/api/v1/approvals/{Id(one)}/reject", new { note = " " })).Fields);
        Assert.Equal(["note"], (await second.Refused(
            $"/api/v1/approvals/{Id(one)}/approve", new { note = new string('x', 501) })).Fields);
        Assert.Equal("rejected", State(await second.Do($"/api/v1/approvals/{Id(one)}/reject", new { note = "Thiếu quyết định" })));
        Assert.Equal("withdrawn", State(await first.Do($"/api/v1/approvals/{Id(two)}/reject", new { })));
        Assert.Equal("identity.proposal-decided", (await second.Refused($"/api/v1/approvals/{Id(two)}/approve", new { })).Code);
        Assert.Empty(await Held(app, Officer));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_nobody_decided_in_thirty_days_has_expired(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var first = await app.SignedIn(Roles.Administrator, Units.Province);
        using var registered = await app.SignedIn(Roles.Administrator, Units.Province, "quan.tri.hai");
        await Register(app);
        var proposal = await first.Do($"/api/v1/people/{OfficerId}/roles", Role(Roles.Leader, Units.Province));
        var late = await first.Do($"/api/v1/people/{OfficerId}/roles", Role(Roles.Auditor, Units.Province));

        clock.Sleep(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        using var second = await app.SignedIn(Roles.Administrator, Units.Province, "quan.tri.hai");
        await second.Do($"/api/v1/approvals/{Id(proposal)}/approve", new { });
        clock.Sleep(TimeSpan.FromMinutes(1));

        Assert.Equal("identity.proposal-expired", (await second.Refused($"/api/v1/approvals/{Id(late)}/approve", new { })).Code);
        Assert.Equal("expired", State(await second.Get($"/api/v1/approvals/{Id(late)}")));
        Assert.Empty(await List(second, "view=waiting"));
        Assert.Equal(2, (await List(second, "view=past")).Count);
        Assert.Equal([(Roles.Leader, Units.Province)], await Held(app, Officer));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_has_changed_since_cannot_be_approved_and_says_so(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var first = await app.SignedIn(Roles.Administrator, Units.Province);
        using var second = await app.SignedIn(Roles.Administrator, Units.Province, "quan.tri.hai");
        await Register(app);
        var proposal = await first.Do($"/api/v1/people/{OfficerId}/roles", Role(Roles.Leader, Units.Province));
        var same = await second.Do($"/api/v1/people/{OfficerId}/roles", Role(Roles.Leader, Units.Province));
        var other = await second.Do($"/api/v1/people/{OfficerId}/roles", Role(Roles.Auditor, Units.Province));
        await first.Do($"/api/v1/approvals/{Id(same)}/approve", new { });

        // The first asks for what is held by now, the other was looked at beside roles that are no longer all.
        foreach (var (approver, stale) in new[] { (second, proposal), (first, other) })
        {
            var refused = await approver.Refused($"/api/v1/approvals/{Id(stale)}/approve", new { });
            Assert.Equal((HttpStatusCode.Conflict, "identity.proposal-stale"), (refused.Status, refused.Code));
            Assert.Equal("waiting", State(await approver.Get($"/api/v1/approvals/{Id(stale)}")));
        }
        Assert.Equal([(Roles.Leader, Units.Province)], await Held(app, Officer));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_many_who_decide_at_once_one_is_heard(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var first = await app.SignedIn(Roles.Administrator, Units.Province);
        await Register(app);
        using var another = await app.SignedIn(Roles.Administrator, Units.Province, "quan.tri.0");
        var deciders = new List<HttpClient> { another };
        for (var number = 1; number < 6; number++)
        {
            deciders.Add(await app.SignedIn(Roles.Administrator, Units.Province, $"quan.tri.{number}"));
        }
        var proposal = await first.Do($"/api/v1/people/{OfficerId}/roles", Role(Roles.Leader, Units.Province));

        var statuses = await Task.WhenAll(deciders.Select(async (decider, number) =>
        {
            using var answer = await decider.Send(
                $"/api/v1/approvals/{Id(proposal)}/{(number % 2 == 0 ? "approve" : "reject")}", new { note = "Ý kiến" });
            return answer.StatusCode;
        }));

        Assert.Single(statuses, HttpStatusCode.OK);
        Assert.Equal(5, statuses.Count(status => status is HttpStatusCode.Conflict));
        var state = State(await first.Get($"/api/v1/approvals/{Id(proposal)}"));
        Assert.Equal(state == "approved" ? 1 : 0, (await Held(app, Officer)).Count);
        deciders.ForEach(decider => decider.Dispose());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Taking_the_right_from_a_colleague_does_not_let_anybody_act_alone_the_same_week(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var first = await app.SignedIn(Roles.Administrator, Units.Province);
        using var second = await app.SignedIn(Roles.Administrator, Units.Province, "quan.tri.hai");
        await Register(app);
        var colleague = TestApp.PersonId("quan.tri.hai");

        // Ending an emergency takes one person, and holds at once.
        var role = (await first.Get($"/api/v1/people/{colleague}")).GetProperty("roles")[0].GetProperty("id").GetGuid();
        await first.Do($"/api/v1/people/{colleague}/roles/end", new { roleId = role, reason = "Mất điện thoại" });
        Assert.Equal(HttpStatusCode.Forbidden, await second.Status("/api/v1/people"));

        var proposal = await first.Do($"/api/v1/people/{OfficerId}/roles", Role(Roles.Leader, Units.Province));
        Assert.Equal("waiting", State(proposal));
        await first.Do($"/api/v1/approvals/{Id(proposal)}/reject", new { });
        clock.Sleep(TimeSpan.FromDays(7));
        using var later = await app.SignedIn(Roles.Administrator, Units.Province);
        Assert.True((await later.Do($"/api/v1/people/{OfficerId}/roles", Role(Roles.Leader, Units.Province)))
            .GetProperty("alone").GetBoolean());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Each_sees_what_waits_for_them_what_they_proposed_and_what_is_past(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var first = await app.SignedIn(Roles.Administrator, Units.Province);
        using var second = await app.SignedIn(Roles.Administrator, Units.Province, "quan.tri.hai");
        using var treasurer = await app.SignedIn(Roles.Treasurer, Units.Province);
        using var auditor = await app.SignedIn(Roles.Auditor, Units.Province);
        await Register(app);
        foreach (var role in new[] { Roles.Leader, Roles.Auditor, Roles.Treasurer, Roles.Officer, Roles.Collector })
        {
            await first.Do($"/api/v1/people/{OfficerId}/roles", Role(role, Units.Province));
        }

        Assert.Empty(await List(first, "view=waiting"));
        Assert.Equal(5, (await List(first, "view=mine")).Count);
        Assert.Equal(5, (await List(second, "")).Count);
        Assert.Empty(await List(treasurer, "view=waiting"));
        Assert.Empty(await List(auditor, "view=waiting"));
        Assert.Single(await List(second, "q=lanh%20dao"));
        Assert.Equal(5, (await List(second, "q=NGUOI%20THU%20NHAT")).Count);
        Assert.Empty(await List(second, "q=khong%20co"));
        Assert.Equal(["view"], (await second.RefusedToGet("/api/v1/approvals?view=all")).Fields);
        Assert.Equal(["cursor"], (await second.RefusedToGet("/api/v1/approvals?cursor=x")).Fields);

        var (read, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await second.Get($"/api/v1/approvals?limit=2&cursor={cursor}");
            read.AddRange(page.GetProperty("items").EnumerateArray().Select(Id));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        Assert.Equal((await List(second, "")).Select(Id), read);
        Assert.Equal(HttpStatusCode.OK, await auditor.Status($"/api/v1/approvals/{read[0]}"));
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.Refused($"/api/v1/approvals/{read[0]}/approve", new { })).Status);
        await second.Do($"/api/v1/approvals/{read[0]}/reject", new { note = "Không" });
        Assert.Single(await List(auditor, "view=past"));
    }

    internal static object Role(string role, string unit, string? code = null, string? from = null, string? to = null) =>
        new { role, unit, code, from, to, reason = "Người thứ nhất" };

    internal static string Id(JsonElement proposal) => proposal.GetProperty("id").GetString()!;

    internal static async Task Register(TestApp app) => await app.With<IIdentity, Outcome<Person>>(identity =>
        identity.Register(new(TestApp.PersonId(Officer), Officer, "Cán bộ mới", TestApp.Password), Stop));

    internal static async Task<List<(string, string)>> Held(TestApp app, string userName) =>
        (await app.With<IIdentity, Person?>(identity => identity.Find(TestApp.PersonId(userName), Stop)))!.Roles
            .Select(r => (r.Role, r.Unit)).ToList();

    private static string State(JsonElement proposal) => proposal.GetProperty("state").GetString()!;

    private static string Signature(string userName) => $"person:{TestApp.PersonId(userName)}";

    private static async Task<List<JsonElement>> List(HttpClient client, string query) =>
        [.. (await client.Get($"/api/v1/approvals?{query}")).GetProperty("items").EnumerateArray()];

    private static async Task<List<JsonElement>> Audit(HttpClient auditor, string query) =>
        [.. (await auditor.Get($"/api/v1/audit?limit=500&{query}")).GetProperty("items").EnumerateArray()];

    // As a module would call it in a request of the first administrator.
    private static async Task<string?> AsPerson(TestApp app, Func<IIdentity, Task<Outcome<Person>>> act)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var id = TestApp.PersonId(TestApp.UserName(Roles.Administrator, Units.Province));
        scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = new DefaultHttpContext
        {
            RequestServices = scope.ServiceProvider,
            User = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, $"{id}")], "test")),
        };
        return (await act(scope.ServiceProvider.GetRequiredService<IIdentity>())).IsRefused(out var why, out _) ? why.Code : null;
    }
}
