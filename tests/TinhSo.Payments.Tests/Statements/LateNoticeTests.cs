using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Statements;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Statements;

/// <summary>Money that a statement and a provider both tell of, in whichever order: it has one effect.</summary>
public sealed class LateNoticeTests
{
    private const string Day = "2026-11-23";

    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Money_that_nobody_told_of_pays_its_request_by_the_statement_once(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        var entry = await Import(app, [new(100_000, Scene.Memo(request.Code), "FT1")]);
        var clients = Enumerable.Range(0, 8).Select(i => app.Treasurer($"ke toan {i}")).ToList();

        var codes = await Task.WhenAll(clients.Select(client => TakeIn(client, entry)));
        await app.Follow();

        Assert.All(codes, code => Assert.Equal("ok", code));
        var fact = Assert.Single(await app.Facts<PaymentReceived>());
        Assert.Equal((request.Id, false), (fact.RequestId, fact.Late));
        Assert.Equal(100_000, -await app.Credit(Scene.Bank));

        // The provider tells of it after all, twice.
        await app.Tell(app.Traced(Scene.Memo(request.Code), 100_000, "501", "FT1"));
        await app.Tell(app.Traced(Scene.Memo(request.Code), 100_000, "501", "FT1"));
        await app.Follow();
        await app.Sweep();
        Assert.Equal(100_000, -await app.Credit(Scene.Bank));
        Assert.Equal([NoticeState.Decided, NoticeState.Repeats], (await app.Tables(db => db.Notices.AsNoTracking()
            .OrderBy(notice => notice.ReceivedAt).ThenBy(notice => notice.State).Select(notice => notice.State)
            .ToListAsync(Stop))).Order());
        clients.ForEach(client => client.Dispose());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_late_notice_without_the_banks_number_is_known_by_amount_code_and_day(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var point = await app.Point(await app.Payee());
        var entry = await Import(app, [new(100_000, Scene.Memo(point.Code))]);
        using var treasurer = app.Treasurer();
        Assert.Equal("ok", await TakeIn(treasurer, entry));

        await app.Tell(app.Notice(Scene.Memo(point.Code), 100_000, "501"));
        await app.Follow();

        // A standing code takes any number of payments: told of twice, the money would count twice.
        Assert.Single(await app.Facts<PaymentReceived>());
        Assert.Equal(100_000, -await app.Credit(Scene.Bank));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_late_notice_that_only_resembles_is_held_until_a_person_says(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var payee = await app.Payee();
        var entries = await ImportAll(app, [new(100_000, "tien cho"), new(100_000, "tien cho")]);
        using var treasurer = app.Treasurer();
        foreach (var entry in entries)
        {
            Assert.Equal("ok", await TakeIn(treasurer, entry));
        }
        await app.Tell(app.Notice("tien cho", 100_000, "501"));
        await app.Tell(app.Notice("tien cho khac", 100_000, "502"));
        await app.Follow();
        Assert.Equal(200_000, -await app.Credit(Scene.Bank));
        var held = await app.Tables(db => db.Notices.AsNoTracking().Where(notice => notice.State == NoticeState.Held)
            .OrderBy(notice => notice.BankReference).Select(notice => notice.Id).ToListAsync(Stop));
        Assert.Equal(2, held.Count);

        Assert.Equal("ok", await Answer(treasurer, held[0], entries[0]));
        Assert.Equal("payments.not-a-difference", await Answer(treasurer, held[0], entries[1]));
        Assert.Equal("payments.not-the-same-money", await Answer(treasurer, held[1], entries[0]));
        Assert.Equal(200_000, -await app.Credit(Scene.Bank));
        Assert.Equal("ok", await Answer(treasurer, held[1], null));
        await app.Follow();
        Assert.Equal(300_000, -await app.Credit(Scene.Bank));
        Assert.NotNull(payee);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_resembles_a_notice_is_only_taken_in_with_a_reason(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        await app.Tell(app.Notice("tien cho", 100_000, "501"));
        await app.Follow();
        var entries = await ImportAll(app, [new(100_000, "tien cho"), new(100_000, "tien cho")]);
        using var treasurer = app.Treasurer();
        var notice = Assert.Single(await app.Tables(db => db.Notices.AsNoTracking().ToListAsync(Stop)));

        Assert.Equal("payments.may-be-told", await TakeIn(treasurer, entries[0]));
        Assert.Equal(100_000, -await app.Credit(Scene.Bank));
        Assert.Equal("ok", await Say(treasurer, entries[0], "match", new { subjectId = notice.Id }));
        Assert.Equal("payments.not-the-same-money", await Say(treasurer, entries[1], "match", new { subjectId = notice.Id }));
        Assert.Equal("ok", await TakeIn(treasurer, entries[1], "Người gửi xác nhận hai lần"));
        await app.Follow();
        Assert.Equal(200_000, -await app.Credit(Scene.Bank));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_a_person_matched_wrongly_is_taken_back_while_the_day_is_open(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        await app.Payee();
        await app.Tell(app.Notice("tien cho", 100_000, "501"));
        await app.Follow();
        var entries = await ImportAll(app, [new(100_000, "tien cho"), new(100_000, "tien cho khac")]);
        using var treasurer = app.Treasurer();
        var notice = Assert.Single(await app.Tables(db => db.Notices.AsNoTracking().ToListAsync(Stop)));

        Assert.Equal("payments.not-matched-by-hand", await Say(treasurer, entries[0], "unmatch", new { }));
        Assert.Equal("ok", await Say(treasurer, entries[0], "match", new { subjectId = notice.Id }));
        Assert.Equal("payments.not-the-same-money", await Say(treasurer, entries[1], "match", new { subjectId = notice.Id }));
        Assert.Equal("ok", await Say(treasurer, entries[0], "unmatch", new { }));
        Assert.Equal("payments.not-matched-by-hand", await Say(treasurer, entries[0], "unmatch", new { }));
        Assert.Equal("ok", await Say(treasurer, entries[1], "match", new { subjectId = notice.Id }));

        var (first, second) = ((await app.Entries()).Single(entry => entry.Id == entries[0]),
            (await app.Entries()).Single(entry => entry.Id == entries[1]));
        Assert.Equal((EntryState.Open, (Guid?)null, (string?)null), (first.State, first.NoticeId, first.SettledBy));
        Assert.Equal((EntryState.Matched, notice.Id), (second.State, second.NoticeId!.Value));
        var shown = await app.Tables(db => db.Notices.AsNoTracking().SingleAsync(Stop));
        Assert.Equal((second.Id, second.Day), (shown.EntryId!.Value, shown.ShownOn!.Value));
        Assert.Equal(100_000, -await app.Credit(Scene.Bank));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Notices_in_a_file_are_taken_in_and_the_statement_of_the_day_repeats_none_of_them(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        using var treasurer = app.Treasurer();
        Line[] lines = [new(100_000, Scene.Memo(request.Code), "FT1"), new(5_000, "khac", "FT2")];
        var file = (await (await treasurer.Upload(BankFile.Notices("N1", Day, lines))).Json())[0].GetProperty("id").GetGuid();
        using var taken = await treasurer.PostJson($"/api/v1/payments/statements/{file}/take-in", new { });
        Assert.Equal(2, (await taken.Json()).GetProperty("taken").GetInt32());
        await app.Follow();
        Assert.Equal(105_000, -await app.Credit(Scene.Bank));

        var statement = (await (await treasurer.Upload(BankFile.Statement("S1", Day, 0, lines))).Json())[0];
        using var none = await treasurer.PostJson(
            $"/api/v1/payments/statements/{statement.GetProperty("id").GetGuid()}/take-in", new { });

        Assert.Equal(0, (await none.Json()).GetProperty("taken").GetInt32());
        Assert.Equal(105_000, -await app.Credit(Scene.Bank));
        Assert.All((await app.Entries()).Where(entry => entry.Counts),
            entry => Assert.Equal(EntryState.Matched, entry.State));
    }

    // Random days: providers that tell, tell late, tell twice or never, with the bank's number or without it. Whatever the
    // order, the ledger's bank account never holds more than came, and what is left is named as a difference.
    [Theory, MemberData(nameof(Engines))]
    public async Task In_whatever_order_bank_and_providers_tell_no_money_has_its_effect_twice(Engine engine)
    {
        for (var seed = 1; seed <= (engine is Engine.Sqlite ? 12 : 4); seed++)
        {
            await using var app = await PaymentsApp.Start(engine);
            var random = new Random(seed);
            var payee = await app.Payee();
            var point = await app.Point(payee);
            var memos = new[] { "khong ma", Scene.Memo(point.Code), Scene.Memo((await app.Request(payee, 1000)).Code) };
            var monies = Enumerable.Range(1, random.Next(4, 9)).Select(i => (Amount: random.Next(1, 3) * 1000,
                Memo: memos[random.Next(3)], Trace: random.Next(2) == 0 ? $"FT{seed}{i}" : null, Number: i)).ToList();
            var tellings = monies.Where(_ => random.Next(4) > 0)
                .SelectMany(money => Enumerable.Repeat(money, random.Next(5) == 0 ? 2 : 1)).OrderBy(_ => random.Next()).ToList();
            var early = tellings.Take(random.Next(tellings.Count + 1)).ToList();
            foreach (var money in early)
            {
                await Tell(app, money);
            }
            await app.Follow();
            var entries = await ImportAll(app,
                [.. monies.Select(money => new Line(money.Amount, money.Memo, money.Trace)).OrderBy(_ => random.Next())]);
            using var treasurer = app.Treasurer();
            foreach (var entry in entries.OrderBy(_ => random.Next()))
            {
                await TakeIn(treasurer, entry);
            }
            foreach (var money in tellings.Skip(early.Count))
            {
                await Tell(app, money);
            }
            await app.Follow();
            await app.Sweep();

            var came = monies.Sum(money => (long)money.Amount);
            var open = (await app.Entries()).Where(entry => entry.State is EntryState.Open).Sum(entry => entry.Amount);
            var unshown = await app.Tables(db => db.Moves.AsNoTracking()
                .Where(move => move.Debit == Scene.Bank && move.ShownOn == null).SumAsync(move => move.Amount, Stop));
            var held = -await app.Credit(Scene.Bank);
            // To the đồng: what the ledger has is what the bank has, but for what is named on either side.
            Assert.True(held == came - open + unshown, $"Seed {seed}: {held} of {came}, open {open}, not shown {unshown}.");
            var facts = (await app.Facts<PaymentReceived>()).Where(fact => fact.RequestId is not null).ToList();
            Assert.True(facts.Count <= 1, $"Seed {seed}: a request was paid {facts.Count} times.");
            await TestDatabaseSteps.NothingUnnamed(app, seed);
        }
    }

    private static async Task Tell(PaymentsApp app, (int Amount, string Memo, string? Trace, int Number) money)
    {
        // Casso's reference is the bank's own; SePay has a number of its own, and here tells no other.
        var notice = app.Notice(money.Memo, money.Amount, $"{9000 + money.Number}");
        await (money.Trace is null
            ? app.Tell(notice)
            : app.Tell(notice with { Reference = money.Trace }, "casso"));
    }

    private static async Task<Guid> Import(PaymentsApp app, IReadOnlyList<Line> lines) => (await ImportAll(app, lines))[0];

    private static async Task<List<Guid>> ImportAll(PaymentsApp app, IReadOnlyList<Line> lines)
    {
        using var treasurer = app.Treasurer();
        var id = (await (await treasurer.Upload(BankFile.Statement("S1", Day, 0, lines))).Json())[0].GetProperty("id").GetGuid();
        return [.. (await app.Entries()).Where(entry => entry.StatementId == id).Select(entry => entry.Id)];
    }

    private static Task<string> TakeIn(HttpClient client, Guid entryId, string? reason = null) =>
        Say(client, entryId, "take-in", new { reason });

    private static async Task<string> Say(HttpClient client, Guid entryId, string what, object body)
    {
        using var answer = await client.PostJson($"/api/v1/payments/statements/entries/{entryId}/{what}", body);
        return (await answer.Told()).Code;
    }

    private static async Task<string> Answer(HttpClient client, Guid noticeId, Guid? entryId)
    {
        using var answer = await client.PostJson($"/api/v1/payments/statements/notices/{noticeId}/answer", new { entryId });
        return (await answer.Told()).Code;
    }
}

internal static class TestDatabaseSteps
{
    /// <summary>Every entry has a notice of its own, and no notice is two entries.</summary>
    public static async Task NothingUnnamed(PaymentsApp app, int seed)
    {
        var told = (await app.Entries()).Select(entry => entry.NoticeId).OfType<Guid>().ToList();
        Assert.True(told.Count == told.Distinct().Count(), $"Seed {seed}: a notice is two entries.");
    }
}
