using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Suspense;
using TinhSo.Payments.Tests.Receipts;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Suspense;

public sealed class SuspenseTests
{
    private const string List = "/api/v1/payments/suspense";

    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Money_without_a_code_is_assigned_to_its_request(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var request = await app.Request(payee);
        await app.Arrive("tien cho thang 11", 100_000);
        var item = Assert.Single(await app.Items());
        using var officer = app.As("ke toan", "payments.suspense@province");
        var actionId = app.NewId();

        Assert.Equal("done", await Act(officer, item, "assign", actionId, request.Code));
        Assert.Equal("done", await Act(officer, item, "assign", actionId, request.Code));
        await app.Follow();

        var fact = Assert.Single(await app.Facts<PaymentReceived>());
        Assert.Equal((actionId, request.Id, "bank-transfer", "market.fees"),
            (fact.PaymentId, fact.RequestId, fact.Channel, fact.ServiceCode));
        Assert.Equal(SuspenseState.Closed, Assert.Single(await app.Items()).State);
        Assert.Equal((0, 100_000, PaymentState.Paid), (await app.Credit(Scene.Waiting),
            await app.Credit(LedgerAccounts.Payee(payee.Id)), (await app.Now(request)).State));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task One_transfer_for_two_bills_is_split_and_the_rest_sent_back_by_four_eyes(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var (first, second, third) = (await app.Request(payee, 60_000), await app.Request(payee, 40_000),
            await app.Request(payee, 40_000));
        await app.Arrive("hai phieu", 130_000);
        var item = Assert.Single(await app.Items());
        using var officer = app.As("ke toan", "payments.suspense@province", "payments.suspense-approve@province");
        using var other = app.As("truong phong", "payments.suspense-approve@province");
        var returned = app.NewId();

        Assert.Equal("payments.amount-differs", await Act(officer, item, "assign", app.NewId(), first.Code));
        Assert.Equal("done", await Act(officer, item, "split", app.NewId(), first.Code));
        Assert.Equal("payments.already-paid", await Act(officer, item, "split", app.NewId(), first.Code));
        Assert.Equal("done", await Act(officer, item, "split", app.NewId(), second.Code));
        Assert.Equal("payments.exceeds-suspense", await Act(officer, item, "split", app.NewId(), third.Code));
        Assert.Equal("proposed", await Act(officer, item, "return", returned, null));
        Assert.Equal("payments.exceeds-suspense", await Act(officer, item, "return", app.NewId(), null));
        Assert.Equal("payments.same-person", await Approve(officer, item, returned));
        Assert.Equal(30_000, await app.Credit(Scene.Waiting));
        Assert.Equal("done", await Approve(other, item, returned));
        await app.Follow();

        Assert.Equal(SuspenseState.Closed, Assert.Single(await app.Items()).State);
        Assert.Equal((-100_000, 0, 100_000), (await app.Credit(Scene.Bank), await app.Credit(Scene.Waiting),
            await app.Credit(LedgerAccounts.Payee(payee.Id))));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_rejected_return_frees_the_money(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        await app.Arrive("x", 100_000);
        var item = Assert.Single(await app.Items());
        using var officer = app.As("ke toan", "payments.suspense@province", "payments.suspense-approve@province");
        var returned = app.NewId();
        await Act(officer, item, "return", returned, null);

        Assert.Equal("payments.exceeds-suspense", await Act(officer, item, "assign", app.NewId(), request.Code));
        Assert.Equal("rejected", await RefundTests.Said(await officer.PostJson(
            $"{List}/{item.Id}/approve", new { actionId = returned, approved = false })));
        Assert.Equal("done", await Act(officer, item, "assign", app.NewId(), request.Code));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_list_is_filtered_paged_masked_and_for_the_whole_province_only(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        for (var i = 0; i < 5; i++)
        {
            await app.Tell(app.Notice(i == 0 ? Scene.Memo(request.Code) : "x", 10 + i, $"{i}"), "casso");
            await app.Follow();
            app.Clock.Advance(TimeSpan.FromSeconds(i % 2));
        }
        using var officer = app.As("ke toan", "payments.suspense@province");
        using var local = app.As("cho", $"payments.suspense@{Scene.Unit}");
        var seen = new List<long>();
        var cursor = (string?)"";
        while (cursor is not null)
        {
            var page = await officer.GetFromJsonAsync<JsonElement>($"{List}?limit=2&reason=noCode&cursor={cursor}".TrimEnd('='), Stop);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(line => line.GetProperty("amount").GetInt64()));
            cursor = page.GetProperty("next").GetString();
        }
        var shorts = await officer.GetFromJsonAsync<JsonElement>($"{List}?reason=short", Stop);
        var line = Assert.Single(shorts.GetProperty("items").EnumerateArray());

        Assert.Equal([11, 12, 13, 14], seen.Order());
        Assert.Equal(("N••• V••• A•••", request.Code), (line.GetProperty("payer").GetString(), line.GetProperty("requestCode").GetString()));
        Assert.Equal(HttpStatusCode.Forbidden, (await local.GetAsync(List, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await officer.GetAsync($"{List}?cursor=zz", Stop)).StatusCode);
    }

    private static async Task<string> Act(
        HttpClient client, SuspenseItem item, string act, Guid actionId, string? code) => await RefundTests.Said(
        await client.PostJson($"{List}/{item.Id}/{act}", new { actionId, code, reason = "Đối chiếu sao kê" }));

    private static async Task<string> Approve(HttpClient client, SuspenseItem item, Guid actionId) =>
        await RefundTests.Said(await client.PostJson($"{List}/{item.Id}/approve", new { actionId }));
}
