using System.Net;
using TinhSo.Billing.Tests.Billers;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Billing.Tests.Claims;

public class PartTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_bill_is_paid_when_its_parts_add_up_to_it_to_the_dong(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var bill = await world.Issue("HD-1", amount: 300_001);

        var first = await world.Ask(bill, 100_000);
        Assert.Equal(first.GetRawText(), (await world.Ask(bill, 100_000)).GetRawText());
        await world.TakeCash(first.GetProperty("id").GetGuid(), 100_000);
        Assert.Equal((200_001, "issued"), await State(world, bill));
        // The whole is no longer asked for, so nobody can pay too much by an old code.
        Assert.Equal("payments.already-cancelled", (await world.Collector.Refused(
            $"/api/v1/payments/requests/{bill}/cash", new { paymentId = Guid.CreateVersion7(), amount = 300_001 })).Code);

        var rest = await world.Ask(bill);
        Assert.Equal(200_001, rest.GetProperty("amount").GetInt64());
        await world.TakeCash(rest.GetProperty("id").GetGuid(), 200_001);

        Assert.Equal((0, "paid"), await State(world, bill));
        var facts = await world.Facts();
        Assert.Equal(2, facts.Count(fact => fact.Name == BillPartPaid.Name));
        Assert.Single(facts, fact => fact.Name == BillPaid.Name);
        Assert.Empty(await world.LookUp("KH000001"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Asking_for_parts_leaves_every_code_that_is_out_payable_until_money_comes(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var bill = await world.Issue("HD-1");
        foreach (var amount in new long[] { 50_000, 60_000, 70_000 })
        {
            await world.Ask(bill, amount);
        }
        await world.Settle();

        await world.TakeCash(bill, 300_000);

        Assert.Equal((0, "paid"), await State(world, bill));
        var parts = (await world.Claim(bill)).GetProperty("parts").EnumerateArray().ToList();
        Assert.Equal(["paid", "withdrawn", "withdrawn", "withdrawn"], parts.Select(part => part.GetProperty("state").GetString()));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_part_is_within_bounds_and_only_where_the_biller_takes_parts(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var bill = await world.Issue("HD-1");
        foreach (var amount in new long[] { -1, 0, 9_999, 300_001 })
        {
            Assert.Equal(["amount"], (await world.Public.Refused("/api/v1/bill-inquiry/pay",
                new { biller = BillersWorld.WaterId, customerCode = "KH000001", billId = bill, amount })).Fields);
        }
        await world.Officer.Do($"/api/v1/billers/{BillersWorld.WaterId}/terms",
            BillersWorld.Terms(BillersWorld.WaterId, "Công ty Nước sạch", "NUOC", BillersWorld.Water));
        Assert.Equal("billing.no-parts", (await world.Public.Refused("/api/v1/bill-inquiry/pay",
            new { biller = BillersWorld.WaterId, customerCode = "KH000001", billId = bill, amount = 100_000 })).Code);
        // A bill's id follows from its reference: without the code it opens nothing.
        Assert.Equal(HttpStatusCode.NotFound, (await world.Public.Refused("/api/v1/bill-inquiry/pay",
            new { biller = BillersWorld.WaterId, customerCode = "KH000002", billId = bill })).Status);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_refund_of_a_part_is_owed_again_until_the_bill_is_paid_and_marks_it_afterwards(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var bill = await world.Issue("HD-1");
        var part = await world.Ask(bill, 100_000);
        var payment = await world.TakeCash(part.GetProperty("id").GetGuid(), 100_000);

        await world.GiveBack(payment, 30_000);
        Assert.Equal((230_000, "issued"), await State(world, bill));

        var rest = await world.Ask(bill);
        var last = await world.TakeCash(rest.GetProperty("id").GetGuid(), 230_000);
        Assert.Equal((0, "paid"), await State(world, bill));

        await world.GiveBack(last, 1_000);
        Assert.Equal((0, "refunded"), await State(world, bill));
        Assert.Equal(299_000, (await world.Claim(bill)).GetProperty("paid").GetInt64());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_plan_of_dated_parts_is_paid_part_by_part_and_nothing_else_is_asked(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var bill = await world.Issue("HD-1");
        object Plan(params long[] amounts) => new
        {
            parts = amounts.Select((amount, i) => new { amount, dueOn = $"{world.Clock.Today().AddMonths(i):yyyy-MM-dd}" }),
            reason = "Hộ khó khăn",
        };
        Assert.Equal(["parts"], (await world.Officer.Refused($"/api/v1/claims/{bill}/plan", Plan(100_000, 100_000))).Fields);
        Assert.Equal(["parts"], (await world.Officer.Refused($"/api/v1/claims/{bill}/plan", Plan(300_000))).Fields);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Stranger.Refused($"/api/v1/claims/{bill}/plan", Plan(1, 299_999))).Status);

        await world.Officer.Do($"/api/v1/claims/{bill}/plan", Plan(100_000, 150_000, 50_000));
        await world.Officer.Do($"/api/v1/claims/{bill}/plan", Plan(100_000, 150_000, 50_000));
        Assert.Equal("billing.in-instalments", (await world.Officer.Refused($"/api/v1/claims/{bill}/plan", Plan(150_000, 150_000))).Code);
        Assert.Equal("billing.in-instalments", (await world.Public.Refused("/api/v1/bill-inquiry/pay",
            new { biller = BillersWorld.WaterId, customerCode = "KH000001", billId = bill })).Code);
        var parts = (await world.Claim(bill)).GetProperty("parts").EnumerateArray()
            .Where(part => part.GetProperty("kind").GetString() == "instalment").ToList();
        Assert.All(parts, part => Assert.Equal("open", part.GetProperty("state").GetString()));
        Assert.Equal(3, (await world.LookUp("KH000001"))[0].GetProperty("instalments").GetArrayLength());

        foreach (var (part, left) in parts.Zip(new long[] { 200_000, 50_000, 0 }))
        {
            await world.TakeCash(part.GetProperty("id").GetGuid(), part.GetProperty("amount").GetInt64());
            Assert.Equal(left, await world.Owed(bill));
        }
        Assert.Equal((0, "paid"), await State(world, bill));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Being_late_adds_what_the_rule_of_each_day_says_once_and_on_record(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        var rule = new
        {
            service = BillersWorld.Water,
            partsPerMillion = 500,
            capPercent = 1,
            validFrom = $"{world.Clock.Today():yyyy-MM-dd}",
            legalBasis = "Hợp đồng cấp nước",
            reason = "Theo hợp đồng",
        };
        var path = $"/api/v1/billers/{BillersWorld.WaterId}/penalties";
        Assert.Equal(HttpStatusCode.Forbidden, (await world.Stranger.Refused(path, rule)).Status);
        await world.Officer.DoWith(world.Treasurer, path, rule);
        var bill = await world.Issue("HD-1", dueIn: 2);
        Assert.Equal(0, (await world.LookUp("KH000001"))[0].GetProperty("penalty").GetInt64());

        world.Clock.Sleep(TimeSpan.FromDays(5));
        // Three days at 0.05 % of 300,000; shown at once, on record when it is asked for.
        Assert.Equal(450, (await world.LookUp("KH000001"))[0].GetProperty("penalty").GetInt64());
        await Renew(world);
        Assert.Equal((300_000, "issued"), await State(world, bill));
        Assert.Equal(300_450, (await world.Ask(bill)).GetProperty("amount").GetInt64());
        await world.Ask(bill);
        Assert.Equal((300_450, "issued"), await State(world, bill));

        // Paying the printed code pays the bill itself; what was added stays owed, and grows no more.
        await world.TakeCash(bill, 300_000);
        Assert.Equal((450, "issued"), await State(world, bill));
        world.Clock.Sleep(TimeSpan.FromDays(400));
        await Renew(world);
        var rest = await world.Ask(bill);
        Assert.Equal(450, rest.GetProperty("amount").GetInt64());
        await world.TakeCash(rest.GetProperty("id").GetGuid(), 450);
        Assert.Equal((0, "paid"), await State(world, bill));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Paying_a_printed_code_late_leaves_what_being_late_added_and_what_was_asked_then_stands_until_tomorrow(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        await world.Officer.DoWith(world.Treasurer, $"/api/v1/billers/{BillersWorld.WaterId}/penalties", new
        {
            service = BillersWorld.Water,
            partsPerMillion = 500,
            capPercent = 1,
            validFrom = $"{world.Clock.Today():yyyy-MM-dd}",
            legalBasis = "Hợp đồng cấp nước",
            reason = "Theo hợp đồng",
        });
        var printed = await world.Issue("HD-1", dueIn: 2);
        var asked = await world.Issue("HD-2", dueIn: 2, code: "KH000002");
        var inTime = await world.Issue("HD-3", dueIn: 2, code: "KH000003");
        await world.TakeCash(inTime, 300_000);

        world.Clock.Sleep(TimeSpan.FromDays(5));
        await Renew(world);
        await world.TakeCash(printed, 300_000);
        Assert.Equal((450, "issued"), await State(world, printed));
        var part = await world.Ask(asked, code: "KH000002");
        world.Clock.Sleep(TimeSpan.FromDays(1));
        await Renew(world);
        await world.TakeCash(part.GetProperty("id").GetGuid(), 300_450);

        Assert.Equal((0, "paid"), await State(world, asked));
        Assert.Equal((0, "paid"), await State(world, inTime));
        var rest = await world.Ask(printed);
        Assert.Equal(450, rest.GetProperty("amount").GetInt64());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Being_late_never_adds_more_than_the_cap(Engine engine)
    {
        await using var world = await BillersWorld.Start(engine);
        await world.Officer.DoWith(world.Treasurer, $"/api/v1/billers/{BillersWorld.WaterId}/penalties", new
        {
            service = BillersWorld.Water,
            partsPerMillion = 500,
            capPercent = 1,
            validFrom = $"{world.Clock.Today():yyyy-MM-dd}",
            legalBasis = "Hợp đồng cấp nước",
            reason = "Theo hợp đồng",
        });
        var bill = await world.Issue("HD-1", dueIn: 0);

        world.Clock.Sleep(TimeSpan.FromDays(300));

        Assert.Equal(3_000, (await world.LookUp("KH000001"))[0].GetProperty("penalty").GetInt64());
        await world.Ask(bill);
        world.Clock.Sleep(TimeSpan.FromDays(1));
        Assert.Equal(3_000, (await world.LookUp("KH000001"))[0].GetProperty("penalty").GetInt64());
    }

    // Sessions of programs last an hour: the people sign in again when the clock has moved.
    private static Task Renew(BillersWorld world) => world.SignInAgain();

    private static async Task<(long Owed, string State)> State(BillersWorld world, Guid bill)
    {
        var claim = await world.Claim(bill);
        return (claim.GetProperty("owed").GetInt64(), claim.GetProperty("state").GetString()!);
    }
}
