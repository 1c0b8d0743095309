using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;
using TinhSo.Payments.Statements;
using TinhSo.Payments.Tests.Statements;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Closing;

/// <summary>A day of a market's bank account, with all that goes wrong on one.</summary>
public sealed class DayTests
{
    private const string First = "2026-11-23";
    private const string Second = "2026-11-24";
    private const string Closings = "/api/v1/payments/closings";

    private static readonly string Day1 = $"{Closings}/{Scene.Bank}/{First}";
    private static readonly string Day2 = $"{Closings}/{Scene.Bank}/{Second}";

    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task An_awkward_day_shows_its_differences_each_is_mended_and_it_closes_to_the_dong(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var paid = await app.Request(payee);
        var missed = await app.Request(payee, 70_000);
        await app.Tell(app.Traced(Scene.Memo(paid.Code), 100_000, "101", "FT1"));
        await app.Tell(app.Traced("tien gui xe", 30_000, "102", "FT2"));
        await app.Tell(app.Traced("tien gui xe", 30_000, "103", "FT2"));
        await app.Tell(app.Traced("tien dien", 55_000, "104", "FT3"));
        await app.Follow();
        using var treasurer = app.Treasurer();
        using var chief = app.Treasurer("truong phong");
        var payment = (await app.Facts<PaymentReceived>()).Single(fact => fact.RequestId == paid.Id);
        await app.Refund(payment.PaymentId, 40_000);
        app.Clock.Advance(TimeSpan.FromDays(1));
        await (await treasurer.Upload(BankFile.Statement("S1", First, 1_000_000,
        [
            new(100_000, $"CT DEN {Scene.Memo(paid.Code)}", "FT1"), new(30_000, "tien gui xe", "FT2"),
            new(50_000, "tien dien", "FT3"), new(70_000, Scene.Memo(missed.Code), "FT4"),
            new(-11_000, "phi dich vu", "FT5"), new(9_000, "cho ghi so", "FT6", Pending: true),
        ]))).Json();

        Assert.Equal(
        [
            "amountDiffers 50000", "notPaidOut -40000", "notShown 30000", "pending 9000",
            "unexplained -11000", "untold 70000",
        ], await Differences(treasurer, Day1));
        Assert.Equal("payments.no-start", await Code(treasurer, Day1, new { id = app.NewId() }));
        Assert.Equal("payments.no-start", await Accept(treasurer, app, "unexplained", "book"));

        // The start: 1,000,000 lay in the bank before; the ledger knew nothing of it.
        await Sign(treasurer, chief, app, $"{Closings}/{Scene.Bank}/start");
        Assert.Equal("payments.day-has-differences", await Code(treasurer, Day1, new { id = app.NewId() }));

        await TakeIn(treasurer, "untold");
        foreach (var (cause, way) in new[] { ("unexplained", "book"), ("amountDiffers", "book"), ("notShown", "book"),
            ("notPaidOut", "later") })
        {
            await AcceptWith(treasurer, chief, app, cause, way);
        }
        await app.Follow();
        Assert.Equal(["pending 9000"], await Differences(treasurer, Day1));
        var day = await treasurer.Get(Day1);
        Assert.Equal((0, 1_239_000), (day.GetProperty("gap").GetInt64(), day.GetProperty("bankClosing").GetInt64()));

        await Sign(treasurer, chief, app, Day1);
        day = await chief.Get(Day1);
        Assert.True(day.GetProperty("isClosed").GetBoolean());
        // What the ledger has is what the bank has, but for the refund that is on its way out.
        Assert.Equal(1_239_000 - 40_000, -await app.Credit(Scene.Bank));
        Assert.Equal(PaymentState.Paid, (await app.Now(missed)).State);
        Assert.Equal("payments.day-closed", await Code(treasurer, Day1, new { id = app.NewId() }));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Days_close_in_their_order_and_what_comes_late_counts_on_the_first_open_day(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        using var treasurer = app.Treasurer();
        using var chief = app.Treasurer("truong phong");
        await app.Tell(app.Traced("mot", 10_000, "101", "FT1"));
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.Tell(app.Traced("hai", 20_000, "102", "FT2"));
        await app.Follow();
        await (await treasurer.Upload(BankFile.Statement("S1", First, 0, [new(10_000, "mot", "FT1")]))).Json();
        Assert.Equal("payments.no-start", await Code(treasurer, Day1, new { id = app.NewId() }));
        await Sign(treasurer, chief, app, $"{Closings}/{Scene.Bank}/start");
        app.Clock.Advance(TimeSpan.FromDays(1));
        // Booked on the first day, and told with the second.
        await (await treasurer.Upload(BankFile.Statement("S2", Second, 10_000,
            [new(20_000, "hai", "FT2"), new(3_000, "ba", "FT3", Day: First)]))).Json();

        Assert.Equal("payments.day-out-of-order", await Code(treasurer, Day2, new { id = app.NewId() }));
        Assert.Equal("payments.day-out-of-order",
            await Code(treasurer, $"{Closings}/{Scene.Bank}/2026-11-27", new { id = app.NewId() }));
        await Sign(treasurer, chief, app, Day1);
        var late = Assert.Single((await treasurer.Get(Day2)).GetProperty("differences").EnumerateArray());
        Assert.Equal(("untold", First), (late.GetProperty("cause").GetString(), late.GetProperty("lateFor").GetString()));

        await TakeIn(treasurer, "untold", Day2);
        await app.Follow();
        await Sign(treasurer, chief, app, Day2);
        var closings = await app.Tables(db => db.Closings.AsNoTracking().OrderBy(one => one.Day)
            .ThenBy(one => one.Kind).Select(one => new { one.Day, one.BankClosing, one.Change }).ToListAsync(Stop));
        Assert.Equal([(23, 10_000), (23, 0), (24, 33_000)], closings.OrderBy(one => one.Day).ThenByDescending(one => one.BankClosing)
            .Select(one => (one.Day.Day, one.BankClosing)));
        Assert.Equal(33_000, -await app.Credit(Scene.Bank));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_day_that_does_not_add_up_is_not_closed_and_names_both_figures(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        using var treasurer = app.Treasurer();
        using var chief = app.Treasurer("truong phong");
        app.Clock.Advance(TimeSpan.FromDays(1));
        await (await treasurer.Upload(BankFile.Statement("S1", First, 500, []))).Json();
        await Sign(treasurer, chief, app, $"{Closings}/{Scene.Bank}/start");
        await app.Follow();
        // Somebody posted to the account past this module.
        var strange = Ids.From("test.account", "strange");
        await app.Ledger.Open(new AccountOrder(strange, "strange", "strange"), Stop);
        await app.Ledger.Post(new TransferOrder(app.NewId(), TransferKind.Post, Scene.Bank, strange, 77, "x.y", "internal"), Stop);
        app.Clock.Advance(TimeSpan.FromDays(1));
        await (await treasurer.Upload(BankFile.Statement("S2", Second, 500, []))).Json();
        await Sign(treasurer, chief, app, Day1);

        using var refused = await treasurer.PostJson(Day2, new { id = app.NewId() });
        var (code, detail) = await refused.Told();

        Assert.Equal("payments.day-does-not-add-up", code);
        Assert.Contains("500\u00a0đ", detail, StringComparison.Ordinal);
        Assert.Contains("577\u00a0đ", detail, StringComparison.Ordinal);
        Assert.Contains("77\u00a0đ từ giao dịch ngoài phân hệ", detail, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Two_people_sign_and_each_only_for_accounts_of_their_own_units(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        using var treasurer = app.Treasurer();
        using var manager = app.As("ban quan ly", $"payments.statements@{Scene.Unit}", $"payments.reconcile@{Scene.Unit}");
        using var stranger = app.As("nguoi khac", "payments.statements@market:other", "payments.reconcile@market:other",
            "payments.reconcile-approve@market:other");
        app.Clock.Advance(TimeSpan.FromDays(1));
        await (await treasurer.Upload(BankFile.Statement("S1", First, 500, [new(-5)]))).Json();
        var start = app.NewId();

        Assert.Equal("kernel.not-found", await Code(stranger, $"{Closings}/{Scene.Bank}/start", new { id = start, reason = "x" }));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(Day1, Stop)).StatusCode);
        Assert.Equal("kernel.invalid", await Code(manager, $"{Closings}/{Scene.Bank}/start", new { id = start }));
        Assert.Equal("ok", await Code(manager, $"{Closings}/{Scene.Bank}/start", new { id = start, reason = "Sổ phụ" }));
        Assert.Equal("ok", await Code(manager, $"{Closings}/{Scene.Bank}/start", new { id = start, reason = "Sổ phụ" }));
        Assert.Equal("payments.day-out-of-order",
            await Code(treasurer, $"{Closings}/{Scene.Bank}/start", new { id = app.NewId(), reason = "Sổ phụ" }));
        Assert.Equal(HttpStatusCode.Forbidden,
            (await manager.PostJson($"{Closings}/{start}/approve", new { approved = true })).StatusCode);
        Assert.Equal("kernel.not-found", await Code(stranger, $"{Closings}/{start}/approve", new { approved = true }));
        Assert.Equal("ok", await Code(treasurer, $"{Closings}/{start}/approve", new { approved = true }));
        Assert.Equal(500, -await app.Credit(Scene.Bank));

        var entry = Assert.Single(await app.Entries());
        var own = app.NewId();
        var accept = new { id = own, accountId = Scene.Bank, day = First, subjectId = entry.Id, way = "book", reason = "Phí" };
        Assert.Equal("kernel.not-found", await Code(stranger, $"{Closings}/differences", accept with { id = app.NewId() }));
        Assert.Equal("ok", await Code(treasurer, $"{Closings}/differences", accept));
        Assert.Equal("payments.same-person", await Code(treasurer, $"{Closings}/differences/{own}/approve", new { approved = true }));
        Assert.Equal(EntryState.Open, Assert.Single(await app.Entries()).State);
        using var chief = app.Treasurer("truong phong");
        Assert.Equal("ok", await Code(chief, $"{Closings}/differences/{own}/approve", new { approved = true }));
        Assert.Equal("ok", await Code(chief, $"{Closings}/differences/{own}/approve", new { approved = true }));
        Assert.Equal((495, EntryState.Accepted), (-await app.Credit(Scene.Bank), Assert.Single(await app.Entries()).State));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_refund_that_the_bank_pays_out_explains_its_debit(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var request = await app.Request(payee);
        await app.Arrive(Scene.Memo(request.Code), 100_000);
        await app.Refund((await app.Facts<PaymentReceived>()).Single().PaymentId, 40_000);
        using var treasurer = app.Treasurer();
        app.Clock.Advance(TimeSpan.FromDays(1));

        await (await treasurer.Upload(BankFile.Statement("S1", First, 0,
            [new(100_000, Scene.Memo(request.Code)), new(-40_000, "hoan tien")]))).Json();

        Assert.All(await app.Entries(), entry => Assert.Equal(EntryState.Matched, entry.State));
        Assert.Empty(await Differences(treasurer, Day1));
    }

    private static async Task<List<string>> Differences(HttpClient client, string day) =>
        [.. (await client.Get(day)).GetProperty("differences").EnumerateArray()
            .Select(one => $"{one.GetProperty("cause").GetString()} {one.GetProperty("change").GetInt64()}")
            .Order(StringComparer.Ordinal)];

    private static async Task<Guid> Subject(HttpClient client, string cause, string day) =>
        (await client.Get(day)).GetProperty("differences").EnumerateArray()
            .Single(one => one.GetProperty("cause").GetString() == cause).GetProperty("id").GetGuid();

    private static async Task TakeIn(HttpClient treasurer, string cause, string? day = null) => Assert.Equal("ok",
        await Code(treasurer, $"/api/v1/payments/statements/entries/{await Subject(treasurer, cause, day ?? Day1)}/take-in", new { }));

    private static async Task<string> Accept(HttpClient treasurer, PaymentsApp app, string cause, string way, Guid? id = null) =>
        await Code(treasurer, $"{Closings}/differences", new
        {
            id = id ?? app.NewId(),
            accountId = Scene.Bank,
            day = First,
            subjectId = await Subject(treasurer, cause, Day1),
            way,
            reason = "Theo sổ phụ",
        });

    private static async Task AcceptWith(HttpClient treasurer, HttpClient chief, PaymentsApp app, string cause, string way)
    {
        var id = app.NewId();
        Assert.Equal((cause, "ok"), (cause, await Accept(treasurer, app, cause, way, id)));
        Assert.Equal((cause, "ok"), (cause, await Code(chief, $"{Closings}/differences/{id}/approve", new { approved = true })));
    }

    private static async Task Sign(HttpClient treasurer, HttpClient chief, PaymentsApp app, string address)
    {
        var id = app.NewId();
        Assert.Equal((address, "ok"), (address, await Code(treasurer, address, new { id, reason = "Theo sổ phụ" })));
        Assert.Equal("payments.same-person", await Code(treasurer, $"{Closings}/{id}/approve", new { approved = true }));
        using var approved = await chief.PostJson($"{Closings}/{id}/approve", new { approved = true });
        var told = await approved.Told();
        Assert.Equal((address, "ok", ""), (address, told.Code, told.Code == "ok" ? "" : told.Detail));
        Assert.Equal("done", JsonDocument.Parse(told.Detail).RootElement.GetProperty("state").GetString());
    }

    private static async Task<string> Code(HttpClient client, string address, object body)
    {
        using var answer = await client.PostJson(address, body);
        return (await answer.Told()).Code;
    }
}
