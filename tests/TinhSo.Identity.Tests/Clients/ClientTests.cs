using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Identity.Tests.Clients;

public class ClientTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_key_is_shown_once_and_only_a_hash_of_it_is_kept(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        var (id, keyId, key) = await administrator.Register("markets.read");

        Assert.Matches("^tsk_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$", key);
        Assert.Contains($"{keyId:N}", key, StringComparison.Ordinal);
        var secret = key[^43..];
        var everything = await TestDatabase.Rows(app.Database, "identity_", "kernel_");
        Assert.Contains(everything, row => row.Contains("Ngân hàng thử", StringComparison.Ordinal));
        Assert.DoesNotContain(everything, row => row.Contains(secret, StringComparison.Ordinal));
        var hash = await app.Tables<IdentityDb, string>(db => db.ClientKeys.Select(row => row.Hash).SingleAsync(Stop));
        Assert.DoesNotContain(hash, $"{await administrator.Get($"/api/v1/clients/{id}")}", StringComparison.Ordinal);
        Assert.DoesNotContain(everything.Where(row => row.StartsWith("kernel_audit", StringComparison.Ordinal)),
            row => row.Contains(hash, StringComparison.Ordinal));
        Assert.Contains(everything, row => row.Contains("identity_client_key.added", StringComparison.Ordinal));
        // What was registered cannot be registered again, to be shown a key once more.
        Assert.Equal("identity.client-id-used",
            (await administrator.Refused("/api/v1/clients", ClientSteps.Body(id, "markets.read"))).Code);
    }

    [Fact]
    public async Task A_key_opens_what_its_scopes_say_and_nothing_else()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        var (_, _, key) = await administrator.Register("markets.read ledger.read");
        using var client = app.With(key);

        Assert.Equal(HttpStatusCode.OK, await client.Status("/api/v1/markets"));
        Assert.Equal(HttpStatusCode.OK, await client.Status("/api/v1/ledger/trial-balance"));
        Assert.Equal(HttpStatusCode.Forbidden, await client.Status("/api/v1/audit"));
        Assert.Equal(HttpStatusCode.Forbidden, await client.Status("/api/v1/bills?unit=province"));
        Assert.Equal(HttpStatusCode.Forbidden, await client.Status("/api/v1/clients"));
        Assert.Equal(HttpStatusCode.Forbidden, await client.Status("/api/v1/account/sessions"));
        using var posted = await client.Send("/api/v1/ledger/transfers", new { });
        Assert.Equal(HttpStatusCode.Forbidden, posted.StatusCode);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task At_a_unit_it_opens_that_unit_alone(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        var (here, there) = (await Market(administrator, "HL1"), await Market(administrator, "HL2"));
        var (_, _, key) = await administrator.Register("billing.read markets.read", Units.Market(here));
        using var client = app.With(key);

        Assert.Equal(HttpStatusCode.OK, await client.Status($"/api/v1/bills?unit={Units.Market(here)}"));
        Assert.Equal(HttpStatusCode.Forbidden, await client.Status($"/api/v1/bills?unit={Units.Market(there)}"));
        Assert.Equal(HttpStatusCode.OK, await client.Status($"/api/v1/markets/{here}"));
        Assert.Equal(HttpStatusCode.NotFound, await client.Status($"/api/v1/markets/{there}"));
        // The ledger knows no units, so it is opened to nobody but for the whole province.
        foreach (var wide in new[] { "ledger.post", "ledger.read", "audit.read" })
        {
            var refused = await administrator.Refused(
                "/api/v1/clients", ClientSteps.Body(Guid.CreateVersion7(), $"billing.read {wide}", Units.Market(here)));
            Assert.Equal(["unit"], refused.Fields);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Unknown_malformed_ended_and_expired_keys_are_answered_alike(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        var (_, _, expired) = await administrator.Register("markets.read", days: 1);
        var (running, endedKey, ended) = await administrator.Register("markets.read");
        using var endKey = await administrator.Send($"/api/v1/clients/{running}/keys/{endedKey}/end");
        var (endedClient, _, ofEnded) = await administrator.Register("markets.read");
        using var endClient = await administrator.Send($"/api/v1/clients/{endedClient}/end");
        var (_, _, right) = await administrator.Register("markets.read");
        Assert.All([endKey, endClient], answer => Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode));
        clock.Sleep(TimeSpan.FromDays(1));

        var answers = new List<string>();
        foreach (var key in (string[])
            [expired, ended, ofEnded, $"tsk_{Guid.CreateVersion7():N}_{right[^43..]}", $"{right[..^1]}!", right[..^1], $"{right}x",
                right.ToUpperInvariant().Replace("TSK_", "tsk_", StringComparison.Ordinal), "tsk_", "tsk__",
                $"tsk_{new string('0', 32)}_{new string('A', 43)}", $"tsk_{new string('x', 4_000)}"])
        {
            using var client = app.With(key);
            using var answer = await client.GetAsync(new Uri("/api/v1/markets", UriKind.Relative), Stop);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            answers.Add(Regex.Replace(await answer.Content.ReadAsStringAsync(Stop), "\"traceId\":\"[^\"]*\"", "")
                + answer.Headers.WwwAuthenticate);
        }
        Assert.Single(answers.Distinct());
        using var known = app.With(right);
        Assert.Equal(HttpStatusCode.OK, await known.Status("/api/v1/markets"));
    }

    [Fact]
    public async Task A_key_lasts_a_year_unless_said_otherwise_and_two_at_most()
    {
        var clock = new ManualClock();
        await using var app = new TestApp(Engine.Sqlite, clock);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        foreach (var days in new[] { 0, -1, 731 })
        {
            Assert.Equal(["days"], (await administrator.Refused(
                "/api/v1/clients", ClientSteps.Body(Guid.CreateVersion7(), "markets.read", days: days))).Fields);
        }
        using var usual = app.With((await administrator.Register("markets.read")).Key);
        using var longest = app.With((await administrator.Register("markets.read", days: 730)).Key);

        clock.Sleep(TimeSpan.FromDays(365) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await usual.Status("/api/v1/markets"));
        clock.Sleep(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await usual.Status("/api/v1/markets"));
        Assert.Equal(HttpStatusCode.OK, await longest.Status("/api/v1/markets"));
        clock.Sleep(TimeSpan.FromDays(365));
        Assert.Equal(HttpStatusCode.Unauthorized, await longest.Status("/api/v1/markets"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_second_key_runs_beside_the_first_and_never_a_third_however_many_ask_at_once(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        var (id, firstId, first) = await administrator.Register("markets.read");
        using var old = app.With(first);

        var made = new System.Collections.Concurrent.ConcurrentBag<(HttpStatusCode Status, string Body)>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), Stop, async (_, stop) =>
        {
            using var answer = await administrator.Send($"/api/v1/clients/{id}/keys", new { days = 30 });
            made.Add((answer.StatusCode, await answer.Content.ReadAsStringAsync(stop)));
        });

        var second = Assert.Single(made, one => one.Status == HttpStatusCode.Created);
        Assert.All(made.Except([second]), one => Assert.Contains("identity.two-keys-run", one.Body, StringComparison.Ordinal));
        using var changedOver = app.With(JsonDocument.Parse(second.Body).RootElement.GetProperty("key").GetString()!);
        Assert.Equal(HttpStatusCode.OK, await old.Status("/api/v1/markets"));
        Assert.Equal(HttpStatusCode.OK, await changedOver.Status("/api/v1/markets"));
        using var ended = await administrator.Send($"/api/v1/clients/{id}/keys/{firstId}/end");
        Assert.Equal(HttpStatusCode.Unauthorized, await old.Status("/api/v1/markets"));
        Assert.Equal(HttpStatusCode.OK, await changedOver.Status("/api/v1/markets"));
        Assert.Equal(["running", "ended"], (await administrator.Keys(id)).Select(key => key.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task An_ended_client_stays_ended()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        var (id, keyId, key) = await administrator.Register("markets.read");
        using var ended = await administrator.Send($"/api/v1/clients/{id}/end");

        foreach (var (path, body) in new (string, object?)[]
        {
            ("keys", new { }), ($"keys/{keyId}/end", null), ("public-key", new { publicKey = "" }), ("end", null),
        })
        {
            Assert.Equal("identity.client-ended", (await administrator.Refused($"/api/v1/clients/{id}/{path}", body)).Code);
        }
        using var client = app.With(key);
        Assert.Equal(HttpStatusCode.Unauthorized, await client.Status("/api/v1/markets"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task When_a_key_was_used_last_is_told_to_within_five_minutes_and_not_recorded_each_time(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        var (id, _, key) = await administrator.Register("markets.read");
        using var client = app.With(key);
        Assert.Equal(JsonValueKind.Null, (await administrator.Keys(id))[0].GetProperty("lastUsedAt").ValueKind);

        var first = clock.GetUtcNow();
        Assert.Equal(HttpStatusCode.OK, await client.Status("/api/v1/markets"));
        clock.Sleep(TimeSpan.FromMinutes(4));
        Assert.Equal(HttpStatusCode.OK, await client.Status("/api/v1/markets"));
        Assert.Equal(first, (await administrator.Keys(id))[0].GetProperty("lastUsedAt").GetDateTimeOffset());
        clock.Sleep(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.OK, await client.Status("/api/v1/markets"));
        Assert.Equal(clock.GetUtcNow(), (await administrator.Keys(id))[0].GetProperty("lastUsedAt").GetDateTimeOffset());
        Assert.DoesNotContain(await TestDatabase.Rows(app.Database, "kernel_audit"),
            row => row.Contains("identity_client_key.changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_opens_no_page_and_gives_nobody_rights()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        var (_, _, key) = await administrator.Register("markets.read");
        using var client = app.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);

        Assert.Equal(HttpStatusCode.Redirect, await client.Status("/markets"));
        Assert.Equal(HttpStatusCode.Redirect, await client.Status("/clients"));
        foreach (var never in new[]
        {
            "identity.people", "identity.clients", "account.own", "payments.refund-approve", "payments.suspense-approve",
            "payments.cash", "no.such-permission", "",
        })
        {
            Assert.Equal(["scopes"], (await administrator.Refused(
                "/api/v1/clients", ClientSteps.Body(Guid.CreateVersion7(), $"markets.read {never}"))).Fields);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Only_administrators_keep_clients_and_those_of_a_unit_only_its_own(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        var (here, there) = (await Market(administrator, "HL1"), await Market(administrator, "HL2"));
        var (ofHere, ofThere) = ((await administrator.Register("billing.read", Units.Market(here))).Id,
            (await administrator.Register("billing.read", Units.Market(there))).Id);
        using var local = await app.SignedIn(Roles.Administrator, Units.Market(here));
        using var treasurer = await app.SignedIn(Roles.Treasurer, Units.Province);

        Assert.Equal(HttpStatusCode.Forbidden, await treasurer.Status("/api/v1/clients"));
        Assert.Equal(2, (await administrator.Get("/api/v1/clients")).GetProperty("items").GetArrayLength());
        Assert.Equal(ofHere, Assert.Single((await local.Get("/api/v1/clients")).GetProperty("items").EnumerateArray())
            .GetProperty("id").GetGuid());
        Assert.Equal(HttpStatusCode.NotFound, await local.Status($"/api/v1/clients/{ofThere}"));
        Assert.Equal(HttpStatusCode.NotFound, (await local.Refused($"/api/v1/clients/{ofThere}/end")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await local.Refused($"/api/v1/clients/{ofThere}/keys", new { })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await local.Refused(
            "/api/v1/clients", ClientSteps.Body(Guid.CreateVersion7(), "markets.read"))).Status);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task They_are_listed_page_by_page_newest_first(Engine engine)
    {
        var clock = new ManualClock();
        await using var app = new TestApp(engine, clock);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        var made = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            made.Add((await administrator.Register("markets.read")).Id);
            // Two of them at the same moment.
            clock.Sleep(TimeSpan.FromSeconds(i == 2 ? 0 : 1));
        }

        var (read, cursor) = (new List<Guid>(), (string?)null);
        do
        {
            var page = await administrator.Get($"/api/v1/clients?limit=2&cursor={cursor}");
            read.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);

        Assert.Equal(made.AsEnumerable().Reverse(), read);
        Assert.Equal(["cursor"], (await administrator.RefusedToGet("/api/v1/clients?cursor=x")).Fields);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_same_idempotency_key_of_two_clients_is_two_keys(Engine engine)
    {
        await using var app = new TestApp(engine);
        using var administrator = await app.SignedIn(Roles.Administrator, Units.Province);
        using var one = app.With((await administrator.Register("payments.request")).Key);
        using var other = app.With((await administrator.Register("payments.request")).Key);

        var key = Guid.CreateVersion7().ToString();
        using var first = await one.Send("/api/v1/payments/requests", new { payeeId = Guid.CreateVersion7() }, key);
        using var second = await other.Send("/api/v1/payments/requests", new { payeeId = Guid.CreateVersion7() }, key);
        using var third = await other.Send("/api/v1/payments/requests", new { payeeId = Guid.CreateVersion7() }, key);

        Assert.Equal(first.StatusCode, second.StatusCode);
        Assert.NotEqual(HttpStatusCode.UnprocessableEntity, second.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, third.StatusCode);
    }

    [Fact]
    public async Task The_pages_show_a_new_key_once_and_end_it()
    {
        await using var app = new TestApp(Engine.Sqlite);
        using var browser = await app.Browser(Roles.Administrator, Units.Province);

        using var registered = await browser.PostForm("/clients", "client", ("name", "Cổng ngân hàng"),
            ("organisation", "Ngân hàng B"), ("unit", "province"), ("scopes", "markets.read"), ("days", "90"), ("publicKey", ""));
        var page = WebUtility.HtmlDecode(await registered.Content.ReadAsStringAsync(Stop));
        var key = Regex.Match(page, "tsk_[0-9a-f]{32}_[A-Za-z0-9_-]{43}").Value;
        var address = Regex.Match(page, "/clients/[0-9a-f-]{36}").Value;
        using var client = app.With(key);
        Assert.Equal(HttpStatusCode.OK, await client.Status("/api/v1/markets"));
        Assert.True(registered.Headers.CacheControl!.NoStore);
        Assert.DoesNotContain(key[^43..], await browser.Page("/clients") + await browser.Page(address), StringComparison.Ordinal);

        using var changed = await browser.PostForm(address, "key", ("days", "30"));
        Assert.Matches("tsk_[0-9a-f]{32}_[A-Za-z0-9_-]{43}", await changed.Content.ReadAsStringAsync(Stop));
        using var ended = await browser.PostForm(address, "end");
        Assert.Contains("Đã kết thúc", WebUtility.HtmlDecode(await ended.Content.ReadAsStringAsync(Stop)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await client.Status("/api/v1/markets"));

        using var wrong = await browser.PostForm("/clients", "client", ("name", ""), ("organisation", ""), ("days", "0"));
        var complaint = WebUtility.HtmlDecode(await wrong.Content.ReadAsStringAsync(Stop));
        Assert.All((string[])["#name", "#organisation", "#unit", "#scopes", "#days"],
            field => Assert.Contains($"href=\"/clients{field}\"", complaint, StringComparison.Ordinal));
    }

    private static async Task<Guid> Market(HttpClient administrator, string prefix)
    {
        var id = Guid.CreateVersion7();
        await administrator.Do("/api/v1/markets", new { id, name = $"Chợ {prefix}", prefix, source = "thử nghiệm" });
        return id;
    }
}
