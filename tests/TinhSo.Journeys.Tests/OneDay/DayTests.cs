using System.Globalization;
using System.Text;
using System.Text.Json;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests.OneDay;

/// <summary>A day in the life: payments over all rails, three in a hundred out of the ordinary, and then the close.</summary>
/// <remarks><c>./dev day</c> runs it with 100,000 payments.</remarks>
public sealed class DayTests
{
    private const int AtOnce = 8;

    private static readonly int Payments =
        int.Parse(Environment.GetEnvironmentVariable("TINHSO_DAY_PAYMENTS") ?? "320", CultureInfo.InvariantCulture);

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task When_a_day_is_closed_bank_ledger_bills_and_receipts_agree_and_all_that_was_awkward_is_on_its_list(
        Engine engine)
    {
        var plan = new DayPlan(Payments);
        var town = await Town.Open(engine);
        var day = Town.Today.AddDays(1);
        var collector = await town.Employ("thu.ngan.nuoc", Roles.Collector, $"biller:{town.BillerId}");
        await Issue(town, plan);
        await End(town);
        var morning = ClockAhead.Showing(VietnamTime.StartOf(day).AddHours(9));
        await using (var host = DayHost.On(town.Database, morning))
        {
            await Live(host, town, plan, collector);
        }
        await using (var after = town.At(ClockAhead.Showing(VietnamTime.StartOf(day.AddDays(1)).AddHours(8))))
        {
            await TakeCards(after, plan, day);
            using var treasurer = await after.Api(after.Treasurer);
            using var other = await after.Api(after.OtherTreasurer);
            await Close(treasurer, other, Town.WaterAccount, plan, day, SignCode(town));
            await Close(treasurer, other, Town.TraderAccount, plan, day, SignCode(town));
            await after.DeliverFacts();
            await CheckBills(after, plan);
            await CheckPayments(after.Database, plan);
            await CheckSuspense(treasurer, plan);
            await CheckLedger(after, plan, SignCode(town));
            await End(after);
        }
        await Walking.Run("dotnet", Path.Combine(AppContext.BaseDirectory, "TinhSo.Host.dll"),
            "verify", "ledger", $"--Database:ConnectionString={town.Database.ConnectionString}");
    }

    private static string SignCode(Town town) => TinhSo.Payments.VietQr.Decode(town.SignPayload).Transfer!.Purpose![^9..];

    private static Guid Account(string name) => Ids.From("payments.account", name);

    private static Guid Bank(string account) => Account($"bank:970436:{account}");

    private static async Task End(Town town)
    {
        await town.DisposeAsync();
        TestDatabase.LetGo(town.Database);
    }

    // The day before: bills come in by a file, and each is asked for.
    private static async Task Issue(Town town, DayPlan plan)
    {
        using var officer = await town.Api(town.WaterOfficer);
        var rows = new StringBuilder("customer_code,holder_name,service,period,amount,due_on,reference\n");
        foreach (var bill in plan.Bills)
        {
            var due = bill.Fate is Fate.Late ? $"{Town.Today:yyyy-MM-dd}" : Town.DueOn;
            rows.Append(CultureInfo.InvariantCulture,
                $"{bill.Customer},Hộ số {bill.Number},utility.water,{Town.Period},{bill.Amount},{due},{bill.Number}\n");
        }
        using var file = new StringContent(rows.ToString(), Encoding.UTF8, "text/csv");
        var import = await officer.Do($"/api/v1/billers/{town.BillerId}/imports?fileName=ky-nay.csv", file);
        var address = $"/api/v1/imports/{import.GetProperty("id").GetGuid()}";
        await officer.Do($"{address}/issue", new { onlyGoodRows = false });
        await Until(officer, address, "finished");
        var numbers = await BillsOf(town, officer);
        await Parallel.ForEachAsync(plan.Bills, Parallelism, async (bill, _) =>
        {
            var id = numbers[bill.Number].GetProperty("id").GetGuid();
            var asked = await officer.Do($"/api/v1/claims/{id}/ask", new { });
            bill.Issued = (id, asked.GetProperty("id").GetGuid(), asked.GetProperty("payCode").GetString()!);
        });
    }

    private static ParallelOptions Parallelism => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = Stop };

    private static async Task<Dictionary<int, JsonElement>> BillsOf(Town town, HttpClient officer)
    {
        var bills = await All(officer, $"/api/v1/billers/{town.BillerId}/bills?limit=500");
        return bills.ToDictionary(bill => int.Parse(bill.GetProperty("reference").GetString()!, CultureInfo.InvariantCulture));
    }

    private static async Task<List<JsonElement>> All(HttpClient client, string path)
    {
        var all = new List<JsonElement>();
        var next = "";
        while (next is not null)
        {
            var page = await client.Get(next.Length == 0 ? path : $"{path}&cursor={Uri.EscapeDataString(next)}");
            all.AddRange(page.GetProperty("items").EnumerateArray());
            next = page.GetProperty("next").GetString();
        }
        return all;
    }

    private static async Task Until(HttpClient client, string address, string state)
    {
        while ((await client.Get(address)).GetProperty("state").GetString() != state)
        {
            await Task.Delay(50, Stop);
        }
    }

    // The day itself, in a process that is killed twice in the midst of it.
    private static async Task Live(DayHost host, Town town, DayPlan plan, Visitor collector)
    {
        var token = await SignIn(host, collector);
        var shift = Guid.CreateVersion7();
        await host.Ask(Post("/api/v1/cash/shifts", new { id = shift, unit = $"biller:{town.BillerId}", openingFloat = 0 }, token), Stop);
        var acts = new List<Func<HttpRequestMessage>>();
        var later = new List<Func<HttpRequestMessage>>();
        foreach (var one in plan.All)
        {
            foreach (var money in one.Transfers(SignCode(town)).Where(money => money.Fate is not Fate.NeverTold))
            {
                Func<HttpRequestMessage> tell = () => DayBank.Notice(money, host.Now);
                (money.Fate is Fate.ToldLater ? later : acts).AddRange(money.Fate is Fate.ToldTwice ? [tell, tell] : [tell]);
            }
            if (one.Rail is Rail.Cash)
            {
                acts.Add(Post($"/api/v1/payments/requests/{one.Issued.Request}/cash",
                    new { paymentId = Ids.From("journeys.cash", $"{one.Number}"), amount = one.Amount }, token));
            }
        }
        var shuffled = acts.ToArray();
        new Random(7).Shuffle(shuffled);
        acts = [.. shuffled, .. later];
        var done = 0;
        await Parallel.ForEachAsync(acts, Parallelism, async (act, stop) =>
        {
            await host.Ask(act, stop);
            if (Interlocked.Increment(ref done) is var so && (so == acts.Count / 3 || so == acts.Count * 2 / 3))
            {
                await host.KillAndStartAgain();
            }
        });
        var (treasurer, other) = (await SignIn(host, town.Treasurer), await SignIn(host, town.OtherTreasurer));
        await Refund(host, town.Database, plan, treasurer, other);
        await HandOver(host, shift, plan, token, treasurer);
    }

    private static async Task Refund(DayHost host, Database database, DayPlan plan, string treasurer, string other)
    {
        var payments = (await TestDatabase.Query(database, "select request_id, id from payments_payment where request_id is not null"))
            .ToDictionary(row => Guid.Parse($"{row[0]}"), row => Guid.Parse($"{row[1]}"));
        foreach (var bill in plan.Bills.Where(bill => bill.Fate is Fate.Refunded))
        {
            var refund = Ids.From("journeys.refund", $"{bill.Number}");
            await host.Ask(Post("/api/v1/payments/refunds", new
            {
                id = refund,
                paymentId = payments[bill.Issued.Request],
                amount = bill.Refund,
                reason = "Chỉ số đồng hồ ghi nhầm",
            }, treasurer), Stop);
            await host.Ask(Post($"/api/v1/payments/refunds/{refund}/approve", new { approved = true }, other), Stop);
        }
    }

    private static async Task HandOver(DayHost host, Guid shift, DayPlan plan, string collector, string treasurer)
    {
        var counted = plan.Paid(Channels.Cash).Sum - DayPlan.LostCash;
        var countId = Guid.CreateVersion7();
        await host.Ask(Post($"/api/v1/cash/shifts/{shift}/count", new
        {
            id = countId,
            notes = new[]
            {
                new { value = 500_000, pieces = counted / 500_000 }, new { value = 1_000, pieces = counted % 500_000 / 1_000 },
            },
        }, collector), Stop);
        await host.Ask(Post($"/api/v1/cash/shifts/{shift}/explain", new { reason = "Trả lại thừa cho khách" }, collector), Stop);
        var ended = await host.Ask(Post($"/api/v1/cash/shifts/{shift}/receive", new { countId, approved = true }, treasurer), Stop);
        Assert.Equal("handedOver", ended.GetProperty("state").GetString());
    }

    private static async Task<string> SignIn(DayHost host, Visitor visitor) =>
        (await host.Ask(Post("/api/v1/sessions", new { visitor.UserName, TestApp.Password }), Stop))
            .GetProperty("accessToken").GetString()!;

    private static Func<HttpRequestMessage> Post(string path, object body, string? token = null) => () =>
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        return request;
    };

    // The morning after: what the acquirer of cards tells.
    private static async Task TakeCards(Town town, DayPlan plan, DateOnly day)
    {
        using var treasurer = await town.Api(town.Treasurer);
        var partner = Guid.CreateVersion7();
        using var set = await treasurer.Send($"/api/v1/payments/partners/{partner}", new
        {
            code = "the",
            nameVi = "Ngân hàng thanh toán thẻ",
            nameEn = "Acquirer of cards",
            kind = "card",
            unit = Units.Province,
            activeFrom = $"{day:yyyy-MM-dd}",
        }, method: HttpMethod.Put);
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync(Stop));
        var (before, nobodys) = plan.CardExtras;
        var cards = plan.Bills.Where(bill => bill.Rail is Rail.Card).ToList();
        var unknown = ShortCode.From(Ids.From("journeys.nobody", "card"), before.Issued.Code.Length);
        (string Code, long Amount)[] lines =
            [.. cards.Select(card => (card.Issued.Code, card.Amount)), (before.Issued.Code, before.Amount), (unknown, nobodys)];
        var table = new StringBuilder("transaction_id,request_code,amount,fee,paid_at,terminal\n");
        foreach (var (number, line) in lines.Index())
        {
            table.Append(CultureInfo.InvariantCulture, $"T{number},{line.Code},{line.Amount},0,{day:yyyy-MM-dd}T10:00:00+07:00,M1\n");
        }
        using var form = new MultipartFormDataContent
        {
            { new StringContent(table.ToString(), Encoding.UTF8), "file", "the.csv" }, { new StringContent($"{partner}"), "partnerId" },
            { new StringContent($"{day:yyyy-MM-dd}"), "day" }, { new StringContent($"{lines.Length}"), "lines" },
            { new StringContent($"{lines.Sum(line => line.Amount)}"), "total" },
        };
        var file = await treasurer.Do("/api/v1/payments/partner-files", form);
        var address = $"/api/v1/payments/partner-files/{file.GetProperty("id").GetGuid()}";
        await treasurer.Do($"{address}/confirm", new { onlyGoodLines = false });
        await Until(treasurer, address, "finished");
    }

    private static async Task Close(
        HttpClient treasurer, HttpClient other, string account, DayPlan plan, DateOnly day, string signCode)
    {
        var isWater = account == Town.WaterAccount;
        var came = plan.All.SelectMany(one => one.Transfers(signCode)).Where(money => money.Account == account).ToList();
        long[] went = isWater ? [.. plan.All.Select(one => one.Refund).Where(refund => refund > 0), DayPlan.BankFee] : [];
        using var file = DayBank.Statement(account, day, came, went);
        var statement = (await treasurer.Do("/api/v1/payments/statements", file))[0].GetProperty("id").GetGuid();
        var book = $"/api/v1/payments/closings/{Bank(account)}";
        await InTwo(treasurer, other, $"{book}/start", new { id = Guid.CreateVersion7(), reason = "Số dư đầu theo sổ phụ" });
        Assert.Equal(came.Count(money => money.Fate is Fate.NeverTold), await TakeIn(treasurer, statement));
        var open = (await treasurer.Get($"{book}/{day:yyyy-MM-dd}")).GetProperty("differences").EnumerateArray().ToList();
        Assert.Equal(isWater ? [("unexplained", -DayPlan.BankFee)] : [],
            open.Select(one => (one.GetProperty("cause").GetString(), one.GetProperty("change").GetInt64())));
        foreach (var fee in open)
        {
            await InTwo(treasurer, other, "/api/v1/payments/closings/differences", new
            {
                id = Guid.CreateVersion7(),
                accountId = Bank(account),
                day = $"{day:yyyy-MM-dd}",
                subjectId = fee.GetProperty("id").GetGuid(),
                way = "book",
                reason = "Phí quản lý tài khoản",
            });
        }
        var closed = await InTwo(treasurer, other, $"{book}/{day:yyyy-MM-dd}", new { id = Guid.CreateVersion7(), reason = "Khớp" });
        Assert.Equal(DayBank.Opening + came.Sum(money => money.Amount) - went.Sum(), closed.GetProperty("bankClosing").GetInt64());
    }

    private static async Task<int> TakeIn(HttpClient treasurer, Guid statement)
    {
        for (var all = 0; ;)
        {
            var taken = (await treasurer.Do($"/api/v1/payments/statements/{statement}/take-in", new { })).GetProperty("taken").GetInt32();
            if (taken == 0)
            {
                return all;
            }
            all += taken;
        }
    }

    /// <summary>Proposed by one, approved by another, and done.</summary>
    private static async Task<JsonElement> InTwo(HttpClient proposer, HttpClient approver, string path, object body)
    {
        var proposed = await proposer.Do(path, body);
        var root = path.Contains("differences", StringComparison.Ordinal) ? "closings/differences" : "closings";
        var done = await approver.Do(
            $"/api/v1/payments/{root}/{proposed.GetProperty("id").GetGuid()}/approve", new { approved = true });
        Assert.Equal("done", done.GetProperty("state").GetString());
        return done;
    }

    private static async Task CheckBills(Town town, DayPlan plan)
    {
        using var officer = await town.Api(town.WaterOfficer);
        var bills = await BillsOf(town, officer);
        var wrong = plan.Bills.Where(bill => bills[bill.Number] is var found
            && (found.GetProperty("paid").GetInt64() != DayPlan.Kept(bill)
                || found.GetProperty("state").GetString() != StateOf(bill)));
        Assert.Empty(wrong.Select(bill => $"{bill}: {bills[bill.Number]}"));
    }

    private static string StateOf(Planned bill) =>
        bill.Fate is Fate.Refunded ? "refunded" : DayPlan.Kept(bill) > 0 ? "paid" : "issued";

    private static async Task CheckPayments(Database database, DayPlan plan)
    {
        var paid = await TestDatabase.Query(database, "select channel, count(*), sum(amount) from payments_payment group by channel");
        foreach (var channel in new[] { Channels.VietQr, Channels.Cash, Channels.Card })
        {
            var row = Assert.Single(paid, row => $"{row[0]}" == channel);
            Assert.Equal(plan.Paid(channel), (Number(row[1]), Number(row[2])));
        }
        Assert.Equal(3, paid.Count);
        var late = await TestDatabase.Query(database, "select count(*) from payments_payment where late");
        Assert.Equal(plan.All.Count(one => one.Fate is Fate.Late), Number(late[0][0]));
        var refunds = await TestDatabase.Query(database, "select count(*), sum(amount) from payments_refund where state = 'Done'");
        Assert.Equal((plan.All.Count(one => one.Refund > 0), plan.All.Sum(one => one.Refund)),
            (Number(refunds[0][0]), Number(refunds[0][1])));
    }

    private static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static async Task CheckSuspense(HttpClient treasurer, DayPlan plan)
    {
        var waiting = await All(treasurer, "/api/v1/payments/suspense?state=open&limit=200");
        var found = waiting.GroupBy(item => item.GetProperty("reason").GetString()!).ToDictionary(
            some => some.Key, some => ((long)some.Count(), some.Sum(item => item.GetProperty("amount").GetInt64())));
        Assert.Equal(plan.Waits().OrderBy(one => one.Key), found.OrderBy(one => one.Key));
    }

    private static Task<bool> CheckLedger(Town town, DayPlan plan, string signCode) => town.With<ILedger, bool>(async ledger =>
    {
        async Task<LedgerBalance> Of(string name) => (await ledger.Find(Account(name), Stop))!.Balance;
        var came = plan.All.SelectMany(one => one.Transfers(signCode)).ToLookup(money => money.Account, money => money.Amount);
        Assert.Equal(DayBank.Opening + came[Town.WaterAccount].Sum() - plan.All.Sum(one => one.Refund) - DayPlan.BankFee,
            (await Of($"bank:970436:{Town.WaterAccount}")).DebitBalance);
        Assert.Equal(DayBank.Opening + came[Town.TraderAccount].Sum(), (await Of($"bank:970436:{Town.TraderAccount}")).DebitBalance);
        Assert.Equal(plan.Paid(Channels.Cash).Sum - DayPlan.LostCash, (await Of($"vault:biller:{town.BillerId}")).DebitBalance);
        Assert.Equal(plan.Paid(Channels.Card).Sum + plan.CardExtras.Double.Amount + plan.CardExtras.NoBodys,
            (await Of("partner:the")).DebitBalance);
        Assert.Equal(plan.Waits().Sum(one => one.Value.Sum),
            (await Of($"suspense:970436:{Town.WaterAccount}")).CreditBalance + (await Of("suspense:partner:the")).CreditBalance);
        // What receipts say was paid to each payee, less what was given back, is what the ledger holds for it.
        foreach (var row in await TestDatabase.Query(town.Database, """
            select p.payee_id, sum(p.amount) - coalesce((select sum(r.amount) from payments_refund r
                join payments_payment g on g.id = r.payment_id where g.payee_id = p.payee_id and r.state = 'Done'), 0)
            from payments_payment p group by p.payee_id
            """))
        {
            Assert.Equal(Number(row[1]), (await Of($"payee:{Guid.Parse($"{row[0]}")}")).CreditBalance);
        }
        var trial = await ledger.TrialBalance(Stop);
        Assert.Equal(trial.Debits, trial.Credits);
        return true;
    });
}
