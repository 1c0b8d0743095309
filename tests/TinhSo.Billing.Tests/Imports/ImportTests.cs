using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Billing.Imports;
using TinhSo.Billing.Tests.Billers;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Billing.Tests.Billers.BillersWorld;

namespace TinhSo.Billing.Tests.Imports;

public class ImportTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Nothing_of_a_file_is_issued_before_somebody_decides_and_then_all_of_it(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var import = await world.Import(File(Enumerable.Range(1, 1_203).Select(i => Row(i))));
        var id = import.GetProperty("id").GetGuid();
        await world.Settle();
        Assert.Equal((0, "checked", 0), (await world.Bills(), import.GetProperty("state").GetString(),
            import.GetProperty("badRows").GetInt32()));

        await world.Officer.Do($"/api/v1/imports/{id}/issue", new { onlyGoodRows = false });
        await world.Officer.Do($"/api/v1/imports/{id}/issue", new { onlyGoodRows = false });
        await world.Settle();

        var done = await world.Officer.Get($"/api/v1/imports/{id}");
        Assert.Equal(("finished", 1_203, 0, 1_203), (done.GetProperty("state").GetString(), done.GetProperty("issued").GetInt32(),
            done.GetProperty("before").GetInt32(), done.GetProperty("done").GetInt32()));
        Assert.Equal(1_203, await world.Bills());
        Assert.Equal(10_700, (await world.LookUp("KH000700"))[0].GetProperty("owed").GetInt64());
        // Names and codes of people do not stay in the file's rows.
        Assert.Equal(0, await world.Tables(db => db.ImportChunks.CountAsync(Stop)));
        Assert.Equal("billing.import-decided", (await world.Officer.Refused($"/api/v1/imports/{id}/discard")).Code);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_bad_row_is_named_by_number_column_and_reason_and_the_good_are_issued_alone_when_chosen(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        await world.Issue("HD-77", amount: 5_000);
        string[] rows =
        [
            Row(1), Row(2, amount: "-5"), Row(3, amount: "12.5"), Row(4, code: "KH12"), Row(5, reference: "HD-1"),
            Row(6, reference: "=CMD()"), "KH000007,Hộ 7,education.tuition,2026-13,1000,hôm qua,HD-8,,99999", "KH000008,Hộ 8",
            Row(9, reference: "HD-77"), "\"KH000010\"x,Hộ,utility.water,2026-11,1000,2026-12-31,HD-10,,", Row(11),
        ];
        var import = await world.Import(File(rows));
        var id = import.GetProperty("id").GetGuid();

        Assert.Equal((11, 9), (import.GetProperty("rows").GetInt32(), import.GetProperty("badRows").GetInt32()));
        Assert.Equal(
        [
            (3, "amount"), (4, "amount"), (5, "customer_code"), (6, "reference"), (7, "reference"), (8, "due_on"), (8, "period"),
            (8, "place"), (8, "service"), (9, "row"), (10, "reference"), (11, "row"),
        ], await world.Faults(id));
        Assert.Equal("billing.import-has-faults",
            (await world.Officer.Refused($"/api/v1/imports/{id}/issue", new { onlyGoodRows = false })).Code);
        var csv = await world.Officer.GetStringAsync(new Uri($"/api/v1/imports/{id}/faults.csv", UriKind.Relative), Stop);
        Assert.Equal(14, csv.Split("\r\n").Length);
        Assert.Contains("9,row,", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("CMD", csv, StringComparison.Ordinal);

        await world.Officer.Do($"/api/v1/imports/{id}/issue", new { onlyGoodRows = true });
        await world.Settle();
        Assert.Equal(3, await world.Bills());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Sixteen_imports_of_one_file_at_once_are_one_and_issue_each_bill_once(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var csv = File(Enumerable.Range(1, 120).Select(i => Row(i)));

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => world.Import(csv)));
        var id = Assert.Single(answers.Select(answer => answer.GetProperty("id").GetGuid()).Distinct());
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            world.Officer.Do($"/api/v1/imports/{id}/issue", new { onlyGoodRows = false })));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.Settle()));
        await world.Settle();

        var done = await world.Officer.Get($"/api/v1/imports/{id}");
        Assert.Equal(("finished", 120), (done.GetProperty("state").GetString(), done.GetProperty("issued").GetInt32()));
        Assert.Equal(120, await world.Bills());
        Assert.Equal(120, (await world.Facts()).Count(fact => fact.Name == BillIssued.Name));
        Assert.Equal(1, await world.Tables(db => db.Imports.CountAsync(Stop)));
        Assert.Equal(id, (await world.Import(csv)).GetProperty("id").GetGuid());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_a_kill_broke_off_is_taken_up_again_and_nothing_is_issued_twice(Engine engine)
    {
        var database = TestDatabase.New(engine);
        Guid id;
        await using (var world = await BillersWorld.Start(Fresh(database)))
        {
            var runner = world.App.Services.GetRequiredService<ImportRunner>();
            await runner.StopAsync(Stop);
            id = (await world.Import(File(Enumerable.Range(1, 1_600).Select(i => Row(i))))).GetProperty("id").GetGuid();
            await world.Officer.Do($"/api/v1/imports/{id}/issue", new { onlyGoodRows = false });
            await runner.Step(id, Stop);
            // The process dies behind the issuing of the second chunk, before it is counted and its rows are dropped.
            var chunk = await world.Tables(db => db.ImportChunks.AsNoTracking().SingleAsync(c => c.Sequence == 1, Stop));
            await runner.Step(id, Stop);
            await world.Tables(async db =>
            {
                var import = await db.Imports.SingleAsync(Stop);
                (import.DoneChunks, import.Issued) = (1, 500);
                db.Add(new ImportChunkRow { Id = chunk.Id, ImportId = id, Sequence = 1, Body = chunk.Body });
                return await db.SaveChangesAsync(Stop);
            });
            Assert.Equal(1_000, await world.Bills());
        }
        await using (var world = await BillersWorld.Start(Fresh(database)))
        {
            // The new process goes on by itself.
            await world.Settle();
            var done = await world.Officer.Get($"/api/v1/imports/{id}");
            Assert.Equal(("finished", 1_600, 0), (done.GetProperty("state").GetString(), done.GetProperty("issued").GetInt32(),
                done.GetProperty("before").GetInt32()));
            Assert.Equal(1_600, await world.Bills());
            Assert.Equal(1_600, (await world.Facts()).Count(fact => fact.Name == BillIssued.Name));
            Assert.Equal(1_600, await world.Tables(db => db.Bills.Select(bill => bill.Number).Distinct().CountAsync(Stop)));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Hostile_files_are_refused_or_named_and_never_break_anything(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        foreach (var file in (byte[][])
        [
            [], "x"u8.ToArray(), Encoding.Unicode.GetBytes(File([Row(1)])), Encoding.UTF8.GetBytes(Header + "\r\n"),
            Encoding.UTF8.GetBytes("customer_code,holder_name\r\nKH000001,A\r\n"), new byte[200_000],
            Encoding.UTF8.GetBytes(Header.Replace(",place", ",place,place", StringComparison.Ordinal) + "\r\n"),
        ])
        {
            using var answer = await world.Send(file);
            Assert.Equal((HttpStatusCode.BadRequest, "file"), (answer.StatusCode, Assert.Single((await answer.Problem()).Fields)));
        }
        var latin = Encoding.Latin1.GetBytes(File(["KH000001,Nguyên,utility.water,2026-11,1000,2026-12-31,HD-1,,", Row(2)]));
        using var bad = await world.Send(latin);
        var import = System.Text.Json.JsonDocument.Parse(await bad.Content.ReadAsStringAsync(Stop)).RootElement;
        Assert.Equal([(2, "row")], await world.Faults(import.GetProperty("id").GetGuid()));
        var endless = File([Row(1), $"\"{new string('x', 300_000)}", Row(3), $"KH000004,\u0000,{Water},2026-11,1000,2026-12-31,HD-4,,"]);
        var other = await world.Import(endless);
        Assert.Equal([(3, "row"), (5, "holder_name")], await world.Faults(other.GetProperty("id").GetGuid()));
        Assert.Equal(0, await world.Bills());
        Assert.Equal(2, await world.Tables(db => db.Imports.CountAsync(Stop)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Only_the_biller_s_own_people_send_see_and_decide_files(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var id = (await world.Import(File([Row(1)]))).GetProperty("id").GetGuid();
        using var refused = await world.Send(File([Row(2)]), world.Stranger);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        foreach (var path in new[] { $"/api/v1/imports/{id}", $"/api/v1/imports/{id}/faults", $"/api/v1/imports/{id}/faults.csv",
            $"/api/v1/billers/{WaterId}/imports" })
        {
            Assert.Equal(HttpStatusCode.NotFound, await world.Stranger.Status(path));
        }
        Assert.Equal(HttpStatusCode.NotFound,
            (await world.Stranger.Refused($"/api/v1/imports/{id}/issue", new { onlyGoodRows = true })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Stranger.Refused($"/api/v1/imports/{id}/discard")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await world.Treasurer.Refused($"/api/v1/imports/{id}/discard")).Status);
        await world.Officer.Do($"/api/v1/imports/{id}/discard");
        Assert.Equal("discarded", (await world.Officer.Get($"/api/v1/imports/{id}")).GetProperty("state").GetString());
        // Given up, the same file may come again as another.
        Assert.NotEqual(id, (await world.Import(File([Row(1)]))).GetProperty("id").GetGuid());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_pages_take_a_file_show_its_faults_and_issue_it(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        using var browser = await world.App.Browser(Identity.Roles.Officer, UnitOf(WaterId));
        var path = $"/billers/{WaterId}/imports";
        using var nothing = await browser.PostForm(path, "import");
        Assert.Contains("#file", await nothing.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);

        using var answer = await Upload(browser, path, File([Row(1), Row(2, amount: "x")]));
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));
        Assert.Contains("Chờ quyết định", page, StringComparison.Ordinal);
        Assert.Contains("Hãy nhập số tiền bằng đồng", page, StringComparison.Ordinal);
        var import = answer.RequestMessage!.RequestUri!.AbsolutePath;
        using var issued = await browser.PostForm(import, "decide", ("only", "good"));
        await world.Settle();

        Assert.Contains("Đã xong", await browser.Page(import), StringComparison.Ordinal);
        var list = await browser.Page($"/billers/{WaterId}/bills");
        Assert.Contains("NUOC-2026-000001", list, StringComparison.Ordinal);
        Assert.DoesNotContain("Hộ 1", list, StringComparison.Ordinal);
        var csv = await browser.GetStringAsync(new Uri($"/billers/{WaterId}/bills/export.csv", UriKind.Relative), Stop);
        var faults = await browser.GetStringAsync(new Uri($"{import}/faults.csv", UriKind.Relative), Stop);
        Assert.Contains(",amount,", faults, StringComparison.Ordinal);
        Assert.Equal(3, csv.Split("\r\n").Length);
    }

    /// <summary>The whole way of a long file, with what it took; the chore <c>./dev import</c> does 200,000 rows.</summary>
    [Theory, MemberData(nameof(Engines))]
    public async Task A_long_file_goes_through_in_little_memory(Engine engine)
    {
        var rows = int.Parse(Environment.GetEnvironmentVariable("TINHSO_IMPORT_ROWS") ?? "5000", CultureInfo.InvariantCulture);
        await using var world = await BillersWorld.Start(engine);
        using var file = new RowStream(rows);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var import = await world.App.With<TakeImport, ImportRow>(async take =>
            (await take.Run(WaterId, "dai.csv", file, Stop)).Match(
                taken => taken, refusal => throw new InvalidOperationException(refusal.Code)));
        var taken = watch.Elapsed;
        await world.Officer.Do($"/api/v1/imports/{import.Id}/issue", new { onlyGoodRows = false });
        await world.App.With<ImportRunner, bool>(async runner =>
        {
            while (await runner.Step(import.Id, Stop))
            {
            }
            return true;
        });

        var grown = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1024 / 1024;
        Assert.Equal(rows, await world.Bills());
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{engine}: {rows} rows of {file.Length / 1024} kB checked in {taken.TotalSeconds:F1} s, issued in "
            + $"{(watch.Elapsed - taken).TotalSeconds:F1} s; {grown} MB more in memory at the end."));
        // All rows at once would be several times as much for each row.
        Assert.InRange(grown, long.MinValue, 100);
    }

    private static TestApp Fresh(Database database) =>
        new(database, new ManualClock(), ("Billing:Limits:LookupsPerMinute", "100000"));

    private static async Task<HttpResponseMessage> Upload(HttpClient browser, string path, string csv)
    {
        var page = await browser.GetStringAsync(new Uri(path, UriKind.Relative), Stop);
        using var form = new MultipartFormDataContent();
        foreach (var name in new[] { "_handler", "__RequestVerificationToken" })
        {
            var value = System.Text.RegularExpressions.Regex.Match(
                page[page.IndexOf("multipart", StringComparison.Ordinal)..], $"name=\"{name}\" value=\"([^\"]*)\"").Groups[1].Value;
            form.Add(new StringContent(WebUtility.HtmlDecode(value)), name);
        }
        form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(csv)), "file", "thang11.csv");
        return await browser.PostAsync(new Uri(path, UriKind.Relative), form, Stop);
    }
}
