using FsCheck;
using FsCheck.Fluent;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Settlements;
using TinhSo.Payments.Suspense;
using TinhSo.Payments.Tests.Statements;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Settlements;

/// <summary>What comes of the lines of a confirmed file, whatever happens meanwhile.</summary>
public sealed class PartnerBookingTests
{
    private const int FilesPerEngine = 6;
    private const int LinesPerFile = 25;

    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    public static TheoryData<Engine, int> Seeds
    {
        get
        {
            var seeds = new TheoryData<Engine, int>();
            foreach (var engine in new[] { Engine.Sqlite, Engine.Postgres })
            {
                for (var seed = 1; seed <= FilesPerEngine; seed++)
                {
                    seeds.Add(engine, seed);
                }
            }
            return seeds;
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_line_pays_or_waits_by_the_same_table_as_a_banks_notice(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var partner = await app.Partner();
        var (exact, over, under) = (await app.Request(payee), await app.Request(payee), await app.Request(payee));
        var (other, cancelled, point) = (await app.Request(payee), await app.Request(payee), await app.Point(payee));
        await app.With<IPayments, PaymentRequest>(async payments =>
            (await payments.Cancel(cancelled.Id, "Lập nhầm", Stop)).Accepted());
        Row[] rows =
        [
            new("A1", exact.Code, 100_000), new("A2", over.Code, 130_000), new("A3", under.Code, 60_000),
            new("A4", exact.Code, 100_000), new("A5", ShortCode.New(9), 5_000), new("A6", "", 6_000),
            new("A7", $"TS{other.Code} TS{under.Code}", 7_000), new("A8", cancelled.Code, 100_000),
            new("A9", point.Code.ToLowerInvariant(), 9_000), new("A10", $"TS{other.Code}", 100_000),
        ];

        var file = await app.Booked(partner, rows);

        Assert.Equal(
        [
            (100_000, 0, null), (100_000, 30_000, "over"), (0, 60_000, "short"), (0, 100_000, "double"),
            (0, 5_000, "unknownCode"), (0, 6_000, "noCode"), (0, 7_000, "severalCodes"), (0, 100_000, "cancelled"),
            (9_000, 0, null), (100_000, 0, null),
        ], (await app.Lines(file)).Select(line => (line.GetProperty("paid").GetInt64(), line.GetProperty("waits").GetInt64(),
            line.GetProperty("reason").GetString())));
        Assert.Equal([PaymentState.Paid, PaymentState.Paid, PaymentState.Open, PaymentState.Paid, PaymentState.Cancelled],
            (await Task.WhenAll(new[] { exact, over, under, other, cancelled }.Select(app.Now))).Select(request => request.State));
        Assert.Equal((-rows.Sum(row => row.Amount), 308_000, 309_000, 0), (await app.Credit(PartnerScene.Owes),
            await app.Credit(PartnerScene.Waits), await app.Credit(LedgerAccounts.Payee(payee.Id)), await app.Credit(Scene.Bank)));
        Assert.All(await app.Paid(), payment => Assert.Equal(("card", PartnerScene.Owes), (payment.Channel, payment.MoneyAccount)));
        Assert.All(await app.Facts<PaymentReceived>(), fact => Assert.Equal("card", fact.Channel));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Who_paid_in_time_is_not_late_because_the_file_was(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var (inTime, late) = (await app.Request(payee), await app.Request(payee));
        var partner = await app.Partner();
        app.Clock.Advance(TimeSpan.FromDays(9));

        using var cashier = app.Cashier();
        Row[] rows = [new("A1", inTime.Code, 100_000, At: "2026-11-29T10:00:00+07:00"),
            new("A2", late.Code, 100_000, At: "2026-12-01T10:00:00+07:00")];
        using var sent = await cashier.SendTable(partner, PartnerScene.Table(rows), 2, 200_000, "2026-12-01");
        var file = (await sent.Json()).GetProperty("id").GetGuid();
        (await cashier.PostJson($"{PartnerScene.Files}/{file}/confirm", new { onlyGoodLines = false })).EnsureSuccessStatusCode();
        await app.Runner().RunAll(Stop);
        await app.Follow();

        var paid = await app.Paid();
        Assert.Equal([(inTime.Id, false), (late.Id, true)],
            paid.OrderBy(payment => payment.Late).Select(payment => (payment.RequestId!.Value, payment.Late)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_partner_of_one_unit_takes_no_money_for_another(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        var partner = await app.Partner(unit: "market:other");

        await app.Booked(partner, new Row("A1", request.Code, 100_000));

        Assert.Equal(SuspenseReason.WrongAccount, Assert.Single(await app.Items()).Reason);
        Assert.Equal(PaymentState.Open, (await app.Now(request)).State);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_refund_goes_back_to_the_partner_and_never_exceeds_what_it_owes(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var request = await app.Request(payee);
        await app.Arrive(Scene.Memo((await app.Request(payee)).Code), 100_000);
        await app.Booked(await app.Partner(), new Row("A1", request.Code, 100_000, 1_100));
        var payment = Assert.Single(await app.Paid(), one => one.Channel == "card");

        await app.Refund(payment.Id, 40_000);

        Assert.Equal((-60_000, -100_000, 160_000), (await app.Credit(PartnerScene.Owes), await app.Credit(Scene.Bank),
            await app.Credit(LedgerAccounts.Payee(payee.Id))));
        Assert.Equal(("card", PaymentState.PartlyRefunded),
            (Assert.Single(await app.Facts<PaymentRefunded>()).Channel, (await app.Now(request)).State));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Money_in_suspense_that_came_by_card_pays_as_card_and_is_returned_to_the_partner(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var request = await app.Request(payee);
        await app.Booked(await app.Partner(), new Row("A1", "", 100_000), new Row("A2", "", 5_000));
        var items = await app.Items();
        using var officer = app.As("ke toan", "payments.suspense@province");
        using var chief = app.As("truong phong", "payments.suspense-approve@province");
        const string list = "/api/v1/payments/suspense";
        var (paid, back) = (items.Single(item => item.Amount == 100_000).Id, items.Single(item => item.Amount == 5_000).Id);
        var (assign, actionId) = (app.NewId(), app.NewId());

        (await officer.PostJson($"{list}/{paid}/assign", new { actionId = assign, code = request.Code, reason = "Theo biên nhận" }))
            .EnsureSuccessStatusCode();
        (await officer.PostJson($"{list}/{back}/return", new { actionId, reason = "Thu nhầm" })).EnsureSuccessStatusCode();
        (await chief.PostJson($"{list}/{back}/approve", new { actionId, approved = true })).EnsureSuccessStatusCode();
        await app.Follow();

        Assert.Equal("card", Assert.Single(await app.Facts<PaymentReceived>()).Channel);
        Assert.Equal((-100_000, 0, 100_000), (await app.Credit(PartnerScene.Owes), await app.Credit(PartnerScene.Waits),
            await app.Credit(LedgerAccounts.Payee(payee.Id))));
        Assert.Equal(0, await app.Credit(Scene.Bank));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Killed_between_chunks_the_next_process_books_the_rest_and_nothing_twice(Engine engine)
    {
        const int lines = 450;
        var (database, clock) = (TestDatabase.New(engine), new ManualClock());
        Guid file;
        await using (var first = await PaymentsApp.Start(database, clock))
        {
            var point = await first.Point(await first.Payee());
            file = await first.Confirmed(await first.Partner(),
                [.. Enumerable.Range(1, lines).Select(i => new Row($"A{i}", point.Code, 1_000 + i))]);
            Assert.True(await first.Runner().Step(file, Stop));
            var half = await first.File(file);
            Assert.Equal(("running", 200), (half.GetProperty("state").GetString(), half.GetProperty("done").GetInt32()));
        }

        await using var second = await PaymentsApp.Start(database, clock);
        await second.Runner().RunAll(Stop);
        await second.Follow();
        clock.Advance(TimeSpan.FromMinutes(1));
        await second.Sweep();
        await second.Follow();

        var whole = await second.File(file);
        Assert.Equal(("finished", lines, lines), (whole.GetProperty("state").GetString(), whole.GetProperty("done").GetInt32(),
            whole.GetProperty("paid").GetProperty("count").GetInt32()));
        var total = Enumerable.Range(1, lines).Sum(i => 1_000L + i);
        Assert.Equal((total, -total), (whole.GetProperty("paid").GetProperty("amount").GetInt64(),
            await second.Credit(PartnerScene.Owes)));
        Assert.Equal(lines, (await second.Paid()).Count);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Died_between_the_decision_and_the_ledger_a_line_is_booked_once_by_whoever_comes(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        var file = await app.Confirmed(await app.Partner(), new Row("A1", request.Code, 150_000), new Row("A2", "", 7_000));
        app.Ledger.IsAway = true;

        await app.Runner().RunAll(Stop);

        Assert.Equal("running", (await app.File(file)).GetProperty("state").GetString());
        Assert.Equal([PartnerLineState.Kept, PartnerLineState.Kept],
            await app.Tables(db => db.PartnerLines.Select(line => line.State).ToListAsync(Stop)));
        Assert.Equal(0, await app.Credit(PartnerScene.Owes));
        app.Ledger.IsAway = false;
        app.Clock.Advance(TimeSpan.FromSeconds(6));
        await Task.WhenAll(app.Sweep(), app.Runner().RunAll(Stop));
        await app.Runner().RunAll(Stop);
        await app.Follow();
        Assert.Equal("finished", (await app.File(file)).GetProperty("state").GetString());
        Assert.Equal((-157_000, 57_000, PaymentState.Paid), (await app.Credit(PartnerScene.Owes),
            await app.Credit(PartnerScene.Waits), (await app.Now(request)).State));
        Assert.Equal((1, 2), ((await app.Facts<PaymentReceived>()).Count, (await app.Items()).Count));
    }

    [Theory, MemberData(nameof(Seeds))]
    public async Task Whatever_the_lines_are_payments_and_suspense_come_to_the_control_total(Engine engine, int seed)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var requests = new List<PaymentRequest>();
        for (var i = 0; i < 5; i++)
        {
            requests.Add(await app.Request(payee, 10_000 * (i + 1)));
        }
        var point = await app.Point(payee);
        var line = from which in Gen.Choose(0, 8)
                   from amount in Gen.Choose(-200_000, 90_000)
                   from share in Gen.Choose(0, 100)
                   select (which, amount, share);
        var rows = line.Sample(LinesPerFile, new Rnd((ulong)seed, ((ulong)seed * 2) + 1), LinesPerFile).Select((one, i) =>
        {
            var code = one.which < requests.Count ? requests[one.which].Code
                : one.which switch { 5 => point.Code, 6 => "", 7 => ShortCode.New(9), _ => "không phải mã" };
            var amount = one.amount > 0 ? one.amount : one.which < requests.Count ? requests[one.which].Amount : 1_000;
            return new Row($"A{i}", code, amount, amount * one.share / 100);
        }).ToArray();

        var file = await app.File(await app.Booked(await app.Partner(), rows));

        var total = rows.Sum(row => row.Amount);
        Assert.Equal(total, file.GetProperty("total").GetInt64());
        Assert.Equal(total, file.GetProperty("paid").GetProperty("amount").GetInt64()
            + file.GetProperty("waits").GetProperty("amount").GetInt64());
        Assert.Equal(total, (await app.Paid()).Sum(payment => payment.Amount) + (await app.Items()).Sum(item => item.Amount));
        Assert.Equal((-total, rows.Sum(row => row.Fee)), (await app.Credit(PartnerScene.Owes), file.GetProperty("fees").GetInt64()));
        // No request is paid twice, however often the file names it.
        var paid = (await app.Paid()).Where(payment => payment.RequestId is not null).Select(payment => payment.RequestId).ToList();
        Assert.Equal(paid.Count, paid.Distinct().Count());
    }
}
