using System.Net;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Tests.Statements;
using TinhSo.Testing;
using static TinhSo.Payments.Tests.Shifts.ShiftScene;

namespace TinhSo.Payments.Tests.Shifts;

/// <summary>Who may do what with a shift, and what is told to who sends something wrong.</summary>
public sealed class ShiftRightsTests
{
    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_stranger_at_another_unit_sees_nothing_and_does_nothing(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        await app.Fill(payee, 50_000);
        using var collector = app.Collector();
        using var stranger = app.As("la", "payments.cash@market:other", "payments.cash-shifts@market:other",
            "payments.cash-receive@market:other");
        using var colleague = app.Collector("thu khac");
        var (shift, count) = (await app.Opened(collector, 10_000), app.NewId());

        Assert.Equal("kernel.forbidden", await Said(stranger.Open(app.NewId())));
        Assert.Equal("kernel.not-found", await Said(stranger.Sign(shift)));
        Assert.Equal("kernel.not-found", await Said(colleague.Count(shift, app.NewId(), 0)));
        Assert.Equal("kernel.not-found", await Said(ShiftTests.Cancel(colleague, shift, "x")));
        Assert.Equal("kernel.not-found", await Said(colleague.Explain(shift)));
        using var cashier = app.Cashier();
        await cashier.Sign(shift);
        await collector.Count(shift, count, 10_000);
        Assert.Equal("kernel.not-found", await Said(stranger.Receive(shift, count)));
        Assert.Equal("kernel.not-found", await Said(stranger.Receive(shift, count, approved: false, "x")));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"{ShiftScene.Shifts}/{shift}", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"{ShiftScene.Shifts}/mine", Stop)).StatusCode);
        Assert.Equal(0, (await stranger.Read("")).GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await stranger.Read($"?unit={Scene.Unit}")).GetProperty("items").GetArrayLength());
        Assert.Single((await stranger.GetStringAsync("/cash/shifts.csv", Stop)).Trim().Split('\n'));
        Assert.Equal(HttpStatusCode.Forbidden, (await collector.GetAsync($"{ShiftScene.Shifts}/{shift}", Stop)).StatusCode);
        Assert.Equal("counted", (await cashier.Read($"{shift}")).GetProperty("state").GetString());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_collects_never_signs_receives_or_rejects_for_the_other_side(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        await app.Fill(payee, 50_000);
        using var both = app.As("ca hai", $"payments.cash@{Scene.Unit}", $"payments.cash-shifts@{Scene.Unit}",
            $"payments.cash-receive@{Scene.Unit}");
        using var cashier = app.Cashier();
        var (shift, count) = (await app.Opened(both, 10_000), app.NewId());

        Assert.Equal("payments.same-person", await Said(both.Sign(shift)));
        Assert.Equal("payments.same-person", await Said(both.Sign(shift, approved: false, "x")));
        Assert.Equal("open", await Said(cashier.Sign(shift)));
        await both.Count(shift, count, 9_000);
        await both.Explain(shift);
        Assert.Equal("payments.same-person", await Said(both.Receive(shift, count)));
        Assert.Equal("payments.same-person", await Said(both.Receive(shift, count, approved: false, "x")));
        Assert.Equal((10_000, 40_000), (await app.Held(both.Till()), await app.Held(Vault)));
        Assert.Equal("handedOver", await Said(cashier.Receive(shift, count)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_wrong_is_named_by_its_field_and_nothing_is_half_done(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        using var collector = app.As("thu", "payments.cash@province");
        using var cashier = app.Cashier();

        await Names(collector.PostJson(ShiftScene.Shifts, new { }), "id", "unit");
        await Names(collector.Open(app.NewId(), -1), "openingFloat");
        await Names(collector.Open(app.NewId(), 1_000_000_000_000), "openingFloat");
        await Names(collector.Open(app.NewId(), 0, "market:nowhere"), "unit");
        Assert.Equal(0, await app.Tables(db => db.Shifts.CountAsync(Stop)));

        var shift = await app.Opened(collector);
        var address = $"{ShiftScene.Shifts}/{shift}/count";
        await Names(collector.PostJson(address, new { }), "id", "notes");
        await Names(collector.PostJson(address, new { id = app.NewId(), notes = Array.Empty<object>() }), "notes");
        await Names(Send((500_000, -1)), "pieces-500000");
        await Names(Send((20_000, 1_000_001)), "pieces-20000");
        await Names(Send((30_000, 1)), "notes");
        await Names(Send((20_000, 1), (20_000, 2)), "notes");
        await Names(collector.Explain(shift, " "), "reason");
        await Names(cashier.PostJson($"{ShiftScene.Shifts}/{shift}/receive", new { approved = true }), "countId");
        await Names(cashier.PostJson($"{ShiftScene.Shifts}/{shift}/sign", new { }), "reason");
        foreach (var query in new[] { "state=gone", "day=x", "cursor=x" })
        {
            using var asked = await cashier.GetAsync($"{ShiftScene.Shifts}?{query}", Stop);
            Assert.Contains(query.Split('=')[0], (await asked.Told()).Detail, StringComparison.Ordinal);
        }
        Assert.Equal("payments.shift-state", await Said(collector.Explain(shift)));
        Assert.Equal(0, await app.Tables(db => db.ShiftSteps.CountAsync(Stop)));
        Assert.Equal("open", (await cashier.Read($"{shift}")).GetProperty("state").GetString());

        Task<HttpResponseMessage> Send(params (long Value, int Pieces)[] notes) => collector.PostJson(address, new
        {
            id = app.NewId(),
            notes = notes.Select(note => new { value = note.Value, pieces = note.Pieces }),
        });
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_list_is_filtered_paged_and_written_as_a_file(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        using var cashier = app.Cashier();
        for (var i = 0; i < 5; i++)
        {
            using var collector = app.Collector($"thu {i}");
            await app.Opened(collector, i == 4 ? 1_000 : 0);
            app.Clock.Advance(TimeSpan.FromHours(10));
        }

        var first = await cashier.Read("?limit=3");
        var rest = await cashier.Read($"?limit=3&cursor={first.GetProperty("next").GetString()}");
        Assert.Equal((3, 2), (first.GetProperty("items").GetArrayLength(), rest.GetProperty("items").GetArrayLength()));
        Assert.Equal("opening", first.GetProperty("items")[0].GetProperty("state").GetString());
        Assert.Equal(1, (await cashier.Read("?state=opening")).GetProperty("items").GetArrayLength());
        // 9:00 and 19:00 of the first day in Vietnam.
        Assert.Equal(2, (await cashier.Read("?day=2026-11-23")).GetProperty("items").GetArrayLength());
        Assert.Equal(5, (await cashier.Read($"?unit={Scene.Unit}")).GetProperty("items").GetArrayLength());
        var file = await cashier.GetStringAsync("/cash/shifts.csv?state=open", Stop);
        Assert.Equal(5, file.Trim().Split('\n').Length);
        Assert.Contains("Ban quản lý chợ Hạ Long I", file, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Names_of_who_hands_over_and_receives_are_stored_sealed(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Fill(await app.Payee(), 10_000);

        var stored = await app.Tables(db => db.Database.SqlQueryRaw<string>(
            "select collector_name || ' ' || receiver_name as \"Value\" from payments_shift").SingleAsync(Stop));
        var shown = await app.Tables(db => db.Shifts.AsNoTracking().SingleAsync(Stop));

        Assert.DoesNotContain("Người", stored, StringComparison.Ordinal);
        Assert.Equal(("Người thử", "Người thử"), (shown.CollectorName, shown.ReceiverName));
    }

    private static async Task Names(Task<HttpResponseMessage> asked, params string[] fields)
    {
        using var answer = await asked;
        var (code, detail) = await answer.Told();
        Assert.Equal("kernel.invalid", code);
        Assert.All(fields, field => Assert.Contains($"\"{field}\"", detail, StringComparison.Ordinal));
    }
}
