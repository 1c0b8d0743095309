using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Billing.Webhooks;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Billing.Tests.BillingWorld;

namespace TinhSo.Billing.Tests.Webhooks;

public class WebhookTests
{
    private const string Path = "/api/v1/webhooks";
    private static readonly Guid Id = Kernel.Ids.From("test.webhook", "1");
    private static readonly int[] PausesInSeconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400];
    private static readonly string[] Unknown = ["bill.eaten"];

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_biller_is_told_of_its_bills_and_money_with_a_signature_that_openssl_makes_too(Engine engine)
    {
        await using var receiver = await Receiver.Start();
        await using var world = await Start(engine, Receiver.Allowed);
        using var manager = await world.As(Roles.MarketManager, Unit);
        var secret = (await Register(manager, receiver)).GetProperty("secret").GetString()!;

        var bill = await world.Issue(world.Order("An"));
        await world.Issue(world.Order("Người khác", Other));
        await world.App.DeliverFacts();
        var issued = await Delivered(world, receiver);
        using var collector = await world.As(Roles.Collector, Unit);
        await collector.Do($"/api/v1/bills/{bill.Id}/cash", new { paymentId = Guid.CreateVersion7() });
        await world.App.DeliverFacts();
        var told = new[] { await Delivered(world, receiver), await Delivered(world, receiver) };

        Assert.Equal(("bill.issued", bill.Number), (Type(issued), Data(issued).GetProperty("number").GetString()));
        Assert.Equal(["bill.paid", "payment.received"], told.Select(Type).Order());
        var paid = Data(told.Single(one => Type(one) == "bill.paid"));
        Assert.Equal((bill.Amount, "cash"), (paid.GetProperty("amount").GetInt64(), paid.GetProperty("channel").GetString()));
        foreach (var one in (Received[])[issued, .. told])
        {
            Assert.Equal(await one.SignatureBy(secret), one.Signatures);
            Assert.Equal(world.Clock.GetUtcNow().ToUnixTimeSeconds(), long.Parse(one.Seconds, null));
            // Whose bill it is stays here.
            Assert.DoesNotContain("Hộ An", one.Body, StringComparison.Ordinal);
        }
        Assert.Equal(["delivered", "delivered", "delivered"], await States(manager));
        Assert.Single(await Messages(manager, $"q={bill.Number[..6]}&state=delivered"), line =>
            line.GetProperty("event").GetString() == "bill.paid");
        Assert.True(receiver.IsEmpty);
    }

    [Fact]
    public void The_published_vector_of_standard_webhooks_comes_out()
    {
        var signature = WebhookSignature.Of("msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1_614_265_330),
            "{\"test\": 2432232314}", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_not_taken_is_sent_again_with_growing_pauses_then_given_up_and_replayed_by_hand(Engine engine)
    {
        await using var receiver = await Receiver.Start();
        await using var world = await Start(engine, Receiver.Allowed);
        using var manager = await world.As(Roles.MarketManager, Unit);
        await Register(manager, receiver);
        receiver.Status = 500;
        await world.Issue(world.Order("An"));
        await world.App.DeliverFacts();

        var ids = new HashSet<string> { (await Delivered(world, receiver)).Id };
        foreach (var seconds in PausesInSeconds)
        {
            world.Clock.Sleep(TimeSpan.FromSeconds(seconds - 1));
            await Step(world);
            Assert.True(receiver.IsEmpty);
            world.Clock.Sleep(TimeSpan.FromSeconds(1));
            ids.Add((await Delivered(world, receiver)).Id);
        }
        using var later = await world.As(Roles.MarketManager, Unit);
        Assert.Equal(["dead"], await States(later));
        Assert.Single(ids);
        var message = (await Messages(later, "state=dead"))[0].GetProperty("id").GetGuid();
        var attempts = (await later.Get($"{Path}/messages/{message}")).GetProperty("attempts").EnumerateArray().ToList();
        Assert.Equal(8, attempts.Count);
        Assert.All(attempts, one => Assert.Equal((500, "Không nhận được"),
            (one.GetProperty("status").GetInt32(), one.GetProperty("fault").GetString())));
        world.Clock.Sleep(TimeSpan.FromDays(2));
        await Step(world);
        Assert.True(receiver.IsEmpty);

        receiver.Status = 204;
        using var days = await world.As(Roles.MarketManager, Unit);
        Assert.Equal(1, (await days.Do($"{Path}/{Id}/replay-dead")).GetProperty("count").GetInt32());
        Assert.Contains((await Delivered(world, receiver)).Id, ids);
        Assert.Equal(["delivered"], await States(days));
        await days.Do($"{Path}/messages/{message}/replay");
        Assert.Contains((await Delivered(world, receiver)).Id, ids);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_receiver_that_is_gone_is_not_asked_again_and_one_that_is_away_is_told_so(Engine engine)
    {
        var receiver = await Receiver.Start();
        await using var world = await Start(engine, Receiver.Allowed);
        using var manager = await world.As(Roles.MarketManager, Unit);
        await Register(manager, receiver);
        receiver.Status = 410;
        await manager.Send($"{Path}/{Id}/test");
        Assert.Equal("webhook.test", Type(await Delivered(world, receiver)));
        Assert.Equal(["dead"], await States(manager));

        await receiver.DisposeAsync();
        await manager.Send($"{Path}/{Id}/test");
        await Step(world);
        var away = (await Messages(manager, "state=waiting"))[0].GetProperty("id").GetGuid();
        var attempt = (await manager.Get($"{Path}/messages/{away}")).GetProperty("attempts")[0];
        Assert.Equal(JsonValueKind.Null, attempt.GetProperty("status").ValueKind);
        Assert.NotEmpty(attempt.GetProperty("fault").GetString()!);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Both_secrets_sign_for_a_day_after_a_change_and_then_only_the_new_one(Engine engine)
    {
        await using var receiver = await Receiver.Start();
        await using var world = await Start(engine, Receiver.Allowed);
        using var manager = await world.As(Roles.MarketManager, Unit);
        var old = (await Register(manager, receiver)).GetProperty("secret").GetString()!;
        var changed = (await manager.Do($"{Path}/{Id}/secret")).GetProperty("secret").GetString()!;

        await manager.Send($"{Path}/{Id}/test");
        var both = await Delivered(world, receiver);
        Assert.Equal($"{await both.SignatureBy(changed)} {await both.SignatureBy(old)}", both.Signatures);

        world.Clock.Sleep(TimeSpan.FromHours(24));
        using var later = await world.As(Roles.MarketManager, Unit);
        await later.Send($"{Path}/{Id}/test");
        var one = await Delivered(world, receiver);
        Assert.Equal(await one.SignatureBy(changed), one.Signatures);
        // Neither is ever shown again, or stands in the tables.
        Assert.DoesNotContain("whsec_", (await later.Get(Path)).GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", string.Join('\n', await TestDatabase.Rows(world.App.Database, "billing_webhook")),
            StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task While_paused_messages_wait_and_once_ended_none_is_sent(Engine engine)
    {
        await using var receiver = await Receiver.Start();
        await using var world = await Start(engine, Receiver.Allowed);
        using var manager = await world.As(Roles.MarketManager, Unit);
        await Register(manager, receiver);
        await manager.Send($"{Path}/{Id}/pause");
        await world.Issue(world.Order("An"));
        await world.App.DeliverFacts();
        await Step(world);
        Assert.Equal(["waiting"], await States(manager));
        Assert.True(receiver.IsEmpty);

        await manager.Send($"{Path}/{Id}/resume");
        Assert.Equal("bill.issued", Type(await Delivered(world, receiver)));

        await manager.Send($"{Path}/{Id}/end");
        await world.Issue(world.Order("Bình"));
        await world.App.DeliverFacts();
        Assert.Single(await States(manager));
        Assert.Equal("billing.webhook-ended", (await manager.Refused($"{Path}/{Id}/test")).Code);
        Assert.Equal("billing.webhook-ended", (await manager.Refused($"{Path}/{Id}/replay-dead")).Code);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Two_nodes_that_look_at_once_send_each_message_once(Engine engine)
    {
        await using var receiver = await Receiver.Start();
        await using var world = await Start(engine, Receiver.Allowed);
        await using var other = new TestApp(world.App.Database, world.Clock, Receiver.Allowed);
        using var manager = await world.As(Roles.MarketManager, Unit);
        await Register(manager, receiver);
        for (var i = 0; i < 6; i++)
        {
            await manager.Send($"{Path}/{Id}/test");
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i =>
            (i % 2 == 0 ? world.App : other).Services.GetRequiredService<DeliverMessages>().Step(Stop)));

        var ids = new HashSet<string>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add((await Delivered(world, receiver)).Id);
        }
        Assert.Equal(6, ids.Count);
        Assert.True(receiver.IsEmpty);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_wrong_field_is_named_and_only_those_of_the_unit_see_a_receiver(Engine engine)
    {
        await using var receiver = await Receiver.Start();
        await using var world = await Start(engine, Receiver.Allowed);
        using var manager = await world.As(Roles.MarketManager, Unit);
        using var stranger = await world.As(Roles.MarketManager, Other);
        using var trader = await world.As(Roles.Trader, Unit);
        using var administrator = await world.As(Roles.Administrator, Units.Province);

        Assert.Equal(["events", "id", "name", "unit", "url"], (await manager.Refused(Path, new { })).Fields);
        foreach (var url in (string[])["x", "http://example.org/hook", "https://example.org/hook", "file:///etc/passwd",
            "http://user:secret@127.0.0.1/hook", "https://127.0.0.1.example.org/"])
        {
            Assert.Equal(["url"], (await manager.Refused(Path, Order(url))).Fields);
        }
        Assert.Equal(["events"], (await manager.Refused(Path,
            new { id = Id, unit = Unit, name = "Kế toán", url = receiver.Url, events = Unknown })).Fields);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Refused(Path, Order(receiver.Url))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await trader.Refused(Path, Order(receiver.Url))).Status);

        await Register(manager, receiver);
        Assert.Equal("billing.webhook-id-used", (await manager.Refused(Path, Order(receiver.Url))).Code);
        await manager.Send($"{Path}/{Id}/test");
        var message = (await Messages(manager, ""))[0].GetProperty("id").GetGuid();
        Assert.Equal(HttpStatusCode.OK, await administrator.Status($"{Path}/{Id}"));
        foreach (var path in (string[])[$"{Path}/{Id}", $"{Path}/{Id}/messages", $"{Path}/messages/{message}"])
        {
            Assert.Equal(HttpStatusCode.NotFound, await stranger.Status(path));
        }
        foreach (var path in (string[])[$"{Id}/secret", $"{Id}/test", $"{Id}/pause", $"{Id}/end", $"{Id}/replay-dead",
            $"messages/{message}/replay"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.Refused($"{Path}/{path}")).Status);
        }
        Assert.Equal(["state"], (await manager.RefusedToGet($"{Path}/{Id}/messages?state=eaten")).Fields);
        Assert.Equal(["cursor"], (await manager.RefusedToGet($"{Path}/{Id}/messages?cursor=x")).Fields);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_pages_show_the_secret_once_and_send_test_and_replay(Engine engine)
    {
        await using var receiver = await Receiver.Start();
        await using var world = await Start(engine, Receiver.Allowed);
        using var browser = await world.App.Browser(Roles.MarketManager, Unit);
        using var registered = await browser.PostForm("/webhooks", "webhook",
            ("unit", Unit), ("name", "Kế toán"), ("url", receiver.Url), ("events", "bill.paid"));
        Assert.Contains("whsec_", await registered.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var manager = await world.As(Roles.MarketManager, Unit);
        var id = (await manager.Get(Path))[0].GetProperty("id").GetGuid();
        Assert.DoesNotContain("whsec_", await browser.Page("/webhooks"), StringComparison.Ordinal);

        using var tested = await browser.PostForm($"/webhooks/{id}", "test");
        await Delivered(world, receiver);
        var page = await browser.Page($"/webhooks/{id}");
        Assert.Contains("Gửi thử", page, StringComparison.Ordinal);
        Assert.Contains("Đã nhận", page, StringComparison.Ordinal);
        var message = (await manager.Get($"{Path}/{id}/messages")).GetProperty("items")[0].GetProperty("id").GetGuid();
        using var replayed = await browser.PostForm($"/webhooks/messages/{message}", "replay");
        Assert.Equal(HttpStatusCode.OK, replayed.StatusCode);
        await Delivered(world, receiver);
        Assert.Contains("204", await browser.Page($"/webhooks/messages/{message}"), StringComparison.Ordinal);
    }

    private static object Order(string url) =>
        new { id = Id, unit = Unit, name = "Kế toán", url, events = WebhookEvents.All };

    private static Task<JsonElement> Register(HttpClient manager, Receiver receiver) => manager.Do(Path, Order(receiver.Url));

    private static async Task Step(BillingWorld world) =>
        await world.App.Services.GetRequiredService<DeliverMessages>().Step(Stop);

    /// <summary>The next message, once what became of it is kept.</summary>
    private static async Task<Received> Delivered(BillingWorld world, Receiver receiver)
    {
        // Whoever took it, this or the platform's own turn, ends with keeping what became of it.
        await Step(world);
        var message = await receiver.Next();
        var (id, times) = (Guid.Parse(message.Id), receiver.TimesOf(message.Id));
        while (await world.Tables(db => db.WebhookAttempts.CountAsync(one => one.MessageId == id, Stop)) < times)
        {
            await Task.Delay(10, Stop);
        }
        return message;
    }

    private static string Type(Received message) =>
        JsonDocument.Parse(message.Body).RootElement.GetProperty("type").GetString()!;

    private static JsonElement Data(Received message) => JsonDocument.Parse(message.Body).RootElement.GetProperty("data");

    private static async Task<List<JsonElement>> Messages(HttpClient client, string query) =>
        [.. (await client.Get($"{Path}/{Id}/messages?{query}")).GetProperty("items").EnumerateArray()];

    private static async Task<List<string?>> States(HttpClient client) =>
        (await Messages(client, "")).ConvertAll(line => line.GetProperty("state").GetString());
}
