using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Settlements;
using TinhSo.Payments.Tests.Statements;
using TinhSo.Testing;

namespace TinhSo.Payments.Tests.Settlements;

/// <summary>What a file is refused for as a whole, and what is named of its lines before anything is booked.</summary>
public sealed class PartnerFileTests
{
    private static CancellationToken Stop => PaymentsApp.Stop;

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_bad_line_is_named_by_number_and_column_and_the_good_ones_can_be_booked_alone(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var point = await app.Point(await app.Payee());
        var partner = await app.Partner();
        using var cashier = app.Cashier();
        var table = $"""
            {PartnerScene.Header}
            A1,{point.Code},5000,100,{PartnerScene.At},T-01
            A1,{point.Code},5000,100,{PartnerScene.At},T-01
            bad id!,{point.Code},5000,0,{PartnerScene.At},
            ,{point.Code},5000,0,{PartnerScene.At},
            A5,{point.Code},0,0,{PartnerScene.At},
            A6,{point.Code},-5,0,{PartnerScene.At},
            A7,{point.Code},"5.000",0,{PartnerScene.At},
            A8,{point.Code},12.5,0,{PartnerScene.At},
            A9,{point.Code},5000,5001,{PartnerScene.At},
            A10,{point.Code},5000,,{PartnerScene.At},
            A11,{point.Code},5000,0,2026-11-23T23:00:00+07:00,
            A12,{point.Code},5000,0,2026-11-23 08:00,
            A13,{point.Code},5000,0,2026-11-23T08:00:00,
            A14,{point.Code},5000,0,2026-13-40T08:00:00Z,
            A15,{point.Code},5000,0,2026-10-01T08:00:00+07:00,
            A16,{new string('X', 101)},5000,0,{PartnerScene.At},
            A17,{point.Code},5000,0,{PartnerScene.At},{new string('T', 41)}
            A18,{point.Code},5000
            A19,{point.Code},5000,0,{PartnerScene.At},T,more

            A21,{point.Code},7000,50,{PartnerScene.At},"Quầy ""A"", tầng 1"
            """;

        var sent = await (await cashier.SendTable(partner, table, 20, 1)).Json();
        var id = sent.GetProperty("id").GetGuid();

        Assert.Equal(
        [
            "3 transaction_id", "4 transaction_id", "5 transaction_id", "6 amount", "7 amount", "8 amount", "9 amount", "10 fee",
            "11 fee", "12 paid_at", "13 paid_at", "14 paid_at", "15 paid_at", "16 paid_at", "17 request_code", "18 terminal",
            "19 line", "20 line",
        ], await app.Faults(id));
        Assert.Equal((20, 18, 12_000, 150), (sent.GetProperty("lines").GetInt32(), sent.GetProperty("badLines").GetInt32(),
            sent.GetProperty("goodTotal").GetInt64(), sent.GetProperty("fees").GetInt64()));
        var csv = await cashier.GetStringAsync($"/payments/partner-files/{id}/faults.csv", Stop);
        Assert.Equal(19, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("12,paid_at,Thời điểm nằm trong tương lai.", csv, StringComparison.Ordinal);
        Assert.Equal("payments.partner-file-has-faults", (await (await Confirm(cashier, id, onlyGood: false)).Told()).Code);
        Assert.Equal("ok", (await (await Confirm(cashier, id, onlyGood: true)).Told()).Code);
        await app.Runner().RunAll(Stop);
        await app.Follow();
        Assert.Equal([5_000L, 7_000L], (await app.Paid()).Select(payment => payment.Amount).Order());
        Assert.Equal("Quầy \"A\", tầng 1", (await app.Lines(id))[1].GetProperty("terminal").GetString());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_file_whose_number_or_sum_is_not_the_partners_own_is_refused_whole_with_both_numbers(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var partner = await app.Partner();
        using var cashier = app.Cashier();
        var table = PartnerScene.Table(new Row("A1", "", 5_000), new Row("A2", "", 7_000));

        var number = await (await cashier.SendTable(partner, table, 3, 12_000)).Told();
        var sum = await (await cashier.SendTable(partner, table, 2, 12_001)).Told();

        Assert.Equal("Tệp có 2 dòng, đối tác ghi 3.", Said(number.Detail, "lines"));
        Assert.Equal("Tổng các dòng là 12.000\u00a0đ, đối tác ghi 12.001\u00a0đ.", Said(sum.Detail, "total"));
        Assert.Equal((0, 0), (await app.Tables(db => db.PartnerFiles.CountAsync(Stop)),
            await app.Tables(db => db.PartnerLines.CountAsync(Stop))));
        Assert.Equal("ok", (await (await cashier.SendTable(partner, table, 2, 12_000)).Told()).Code);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_wrong_with_a_file_as_a_whole_is_named_by_its_field_and_nothing_is_kept(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var partner = await app.Partner();
        using var cashier = app.Cashier();
        var good = PartnerScene.Table(new Row("A1", "", 5_000));

        async Task Wrong(string field, string table, string day = PartnerScene.Day) => Assert.Contains($"\"{field}\"",
            (await (await cashier.SendTable(partner, table, 1, 5_000, day)).Told()).Detail, StringComparison.Ordinal);

        var nothing = await (await cashier.SendForm(null, ("day", ""))).Told();
        Assert.All((string[])["file", "partnerId", "day", "lines", "total"],
            field => Assert.Contains($"\"{field}\"", nothing.Detail, StringComparison.Ordinal));
        await Wrong("file", "transaction_id,amount\nA1,5000\n");
        await Wrong("file", good.Replace("terminal\n", "terminal,more\n", StringComparison.Ordinal));
        await Wrong("file", good.Replace("terminal\n", "fee\n", StringComparison.Ordinal));
        await Wrong("file", "một bức thư");
        await Wrong("file", PartnerScene.Header + "\n" + new string('x', 5_000));
        await Wrong("lines", PartnerScene.Header + "\n");
        await Wrong("day", good, "2026-11-24");
        await Wrong("day", good, "2026-10-31");
        Assert.Equal("kernel.not-found", (await (await cashier.SendTable(app.NewId(), good, 1, 5_000)).Told()).Code);
        Assert.Equal((0, 0, 0), (await app.Tables(db => db.PartnerFiles.CountAsync(Stop)),
            await app.Tables(db => db.PartnerLines.CountAsync(Stop)), await app.Tables(db => db.PartnerFaults.CountAsync(Stop))));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_same_file_sent_and_confirmed_16_times_at_once_is_one_file_and_pays_once(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var request = await app.Request(await app.Payee());
        var partner = await app.Partner();
        var clients = Enumerable.Range(0, 16).Select(i => app.Cashier($"ke toan {i}")).ToList();
        var row = new Row("A1", request.Code, 100_000, 1_100);

        var sent = await Task.WhenAll(clients.Select(client => client.SendRows(partner, row)));
        var ids = new List<Guid>();
        foreach (var answer in sent)
        {
            ids.Add((await answer.Json()).GetProperty("id").GetGuid());
        }
        var confirmed = await Task.WhenAll(clients.Select(client => Confirm(client, ids[0], onlyGood: false)));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.Runner().RunAll(Stop)));
        await app.Follow();
        var again = await (await clients[0].SendRows(partner, row)).Json();
        await app.Runner().RunAll(Stop);
        await app.Follow();

        Assert.Single(ids.Distinct());
        Assert.All(confirmed, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal((ids[0], "finished"), (again.GetProperty("id").GetGuid(), again.GetProperty("state").GetString()));
        Assert.Equal(1, await app.Tables(db => db.PartnerFiles.CountAsync(Stop)));
        Assert.Equal(1, await app.Tables(db => db.PartnerLines.CountAsync(Stop)));
        Assert.Single(await app.Facts<PaymentReceived>());
        Assert.Equal((-100_000, PaymentState.Paid), (await app.Credit(PartnerScene.Owes), (await app.Now(request)).State));
        clients.ForEach(client => client.Dispose());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_transaction_in_two_files_has_one_effect_and_with_other_content_it_is_a_fault(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var point = await app.Point(await app.Payee());
        var partner = await app.Partner();
        using var cashier = app.Cashier();
        Row first = new("A1", point.Code, 5_000), second = new("A2", point.Code, 7_000);
        // Taken in before anything is booked, so that only the booking finds out.
        var late = (await (await cashier.SendRows(partner, second with { Amount = 7_001 }, new Row("A4", point.Code, 1_000))).Json())
            .GetProperty("id").GetGuid();

        await app.Booked(partner, first, second);
        var mended = await app.Booked(partner, second, new Row("A3", point.Code, 9_000));
        var differing = await (await cashier.SendRows(partner, first with { Fee = 1 })).Json();
        (await Confirm(cashier, late, onlyGood: false)).EnsureSuccessStatusCode();
        await app.Runner().RunAll(Stop);
        await app.Follow();

        Assert.Equal([1_000L, 5_000L, 7_000L, 9_000L], (await app.Paid()).Select(payment => payment.Amount).Order());
        Assert.Equal((1, 2, 9_000), ((await app.File(mended)).GetProperty("before").GetInt32(),
            (await app.File(mended)).GetProperty("done").GetInt32(),
            (await app.File(mended)).GetProperty("paid").GetProperty("amount").GetInt64()));
        Assert.Equal(["2 transaction_id"], await app.Faults(differing.GetProperty("id").GetGuid()));
        Assert.Equal(("finished", 1), ((await app.File(late)).GetProperty("state").GetString(),
            (await app.File(late)).GetProperty("leftOut").GetInt32()));
        Assert.Equal(["2 transaction_id"], await app.Faults(late));
        Assert.Equal(-22_000, await app.Credit(PartnerScene.Owes));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_same_transaction_id_of_two_partners_is_two_payments(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var point = await app.Point(await app.Payee());
        var (one, other) = (await app.Partner(), await app.Partner("vi-dien-tu", "wallet"));

        await app.Booked(one, new Row("A1", point.Code, 5_000));
        await app.Booked(other, new Row("A1", point.Code, 5_000));

        Assert.Equal(["card", "wallet"], (await app.Paid()).Select(payment => payment.Channel).Order());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_file_that_was_given_up_is_not_booked_and_can_be_sent_again(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var partner = await app.Partner();
        using var cashier = app.Cashier();
        var row = new Row("A1", "", 5_000);
        var id = (await (await cashier.SendRows(partner, row)).Json()).GetProperty("id").GetGuid();

        for (var time = 0; time < 2; time++)
        {
            using var discarded = await cashier.PostJson($"{PartnerScene.Files}/{id}/discard", new { });
            Assert.Equal("discarded", (await discarded.Json()).GetProperty("state").GetString());
        }
        Assert.Equal("payments.partner-file-decided", (await (await Confirm(cashier, id, onlyGood: false)).Told()).Code);
        var again = await app.Booked(partner, row);
        Assert.NotEqual(id, again);
        using var tooLate = await cashier.PostJson($"{PartnerScene.Files}/{again}/discard", new { });
        Assert.Equal("payments.partner-file-decided", (await tooLate.Told()).Code);
        Assert.Equal(-5_000, await app.Credit(PartnerScene.Owes));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_a_broken_upload_left_is_let_go_of_after_hours(Engine engine)
    {
        await using var app = await PaymentsApp.Start(engine);
        var partner = await app.Partner();
        using var cashier = app.Cashier();
        var id = (await (await cashier.SendRows(partner, new Row("A1", "", 5_000))).Json()).GetProperty("id").GetGuid();
        await app.Tables(db => db.PartnerFiles.Where(file => file.Id == id).ExecuteUpdateAsync(set => set
            .SetProperty(file => file.State, PartnerFileState.Uploading).SetProperty(file => file.Digest, (string?)null), Stop));

        await app.Runner().RunAll(Stop);
        Assert.Equal(1, await app.Tables(db => db.PartnerLines.CountAsync(Stop)));
        app.Clock.Advance(TimeSpan.FromHours(7));
        await app.Runner().RunAll(Stop);

        Assert.Equal((0, 0), (await app.Tables(db => db.PartnerFiles.CountAsync(Stop)),
            await app.Tables(db => db.PartnerLines.CountAsync(Stop))));
    }

    private static string? Said(string errors, string field) =>
        JsonDocument.Parse(errors).RootElement.GetProperty(field)[0].GetString();

    private static Task<HttpResponseMessage> Confirm(HttpClient client, Guid id, bool onlyGood) =>
        client.PostJson($"{PartnerScene.Files}/{id}/confirm", new { onlyGoodLines = onlyGood });
}
