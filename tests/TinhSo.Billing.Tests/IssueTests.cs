using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Payments;
using TinhSo.Testing;
using static TinhSo.Billing.Tests.BillingWorld;

namespace TinhSo.Billing.Tests;

public class IssueTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_bill_is_issued_once_with_a_request_that_says_what_it_is_for_and_falls_due_with_it(Engine engine)
    {
        await using var world = await Start(engine);
        var order = world.Order("An");

        Assert.Equal(new IssuedBills(1, 0), Accepted(await world.Ask(b => b.Issue([order, order], Stop))));
        Assert.Equal(new IssuedBills(0, 1), Accepted(await world.Ask(
            b => b.Issue([order with { CustomerName = "Tên khác" }], Stop))));

        var bill = (await world.Ask(b => b.Find(order.Id, Stop)))!;
        Assert.Equal(("T1-2026-000001", 90_000, BillState.Issued, "Hộ An"),
            (bill.Number, bill.Amount, bill.State, bill.CustomerName));
        var request = (await world.App.With<IPayments, PaymentRequest?>(p => p.Find(order.Id, Stop)))!;
        Assert.Equal((bill.PayCode, 90_000), (request.Code, request.Amount));
        Assert.Equal($"Phí tháng 10/2026 – Hộ An, hạn nộp {Words.Date(world.Due)}", request.Description);
        Assert.Equal(world.Due, VietnamTime.DayOf(request.DueAt));
        Assert.Equal(world.Due.AddDays(1), VietnamTime.DayOf(request.DueAt.AddMicroseconds(1)));
        Assert.Equal(["billing.bill-issued.v1"], await world.Facts());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Numbers_are_consecutive_without_doubles_when_eight_runs_issue_at_once(Engine engine)
    {
        await using var world = await Start(engine);
        // Each run shares some bills with its neighbour, and every other one bills both units in one order.
        var runs = Enumerable.Range(0, 8).Select(run => Enumerable.Range(run * 4, 6)
            .Select(i => world.Order($"{i}", (i + run) % 3 == 0 ? Other : Unit)).ToList()).ToList();

        var issued = await Task.WhenAll(runs.Select(
            run => Task.Run(() => world.Ask(b => b.Issue(run, Stop)), Stop)));

        var wanted = runs.SelectMany(r => r).Select(o => (o.Id, o.Unit)).Distinct().ToList();
        Assert.Equal(wanted.Count, issued.Sum(i => Accepted(i).New));
        foreach (var (unit, prefix) in new[] { (Unit, "T1"), (Other, "T2") })
        {
            var numbers = (await world.Numbers()).Where(n => n.StartsWith(prefix, StringComparison.Ordinal));
            Assert.Equal(Enumerable.Range(1, wanted.Count(w => w.Unit == unit)).Select(
                i => string.Create(CultureInfo.InvariantCulture, $"{prefix}-2026-{i:D6}")), numbers);
        }
    }

    [Fact]
    public async Task Numbers_begin_anew_with_the_Vietnamese_year()
    {
        await using var world = await Start(Engine.Sqlite);
        Assert.Equal("T1-2026-000001", (await world.Issue(world.Order("1"))).Number);
        world.Clock.Sleep(new DateTimeOffset(2026, 12, 31, 17, 0, 0, TimeSpan.Zero) - world.Clock.GetUtcNow());
        Assert.Equal("T1-2027-000001", (await world.Issue(world.Order("2"))).Number);
    }

    [Theory]
    [InlineData("1", 20_000, 20_000)]
    [InlineData("4.5", 33_333, 149_999)]
    [InlineData("0.0001", 5_000, 1)]
    [InlineData("0.0001", 4_999, 0)]
    [InlineData("2.5", 1, 3)]
    [InlineData("1.5", 1, 2)]
    public void Amounts_are_rounded_half_up_to_a_whole_dong(string quantity, long price, long amount) =>
        Assert.Equal(amount, BillLine.AmountOf(decimal.Parse(quantity, CultureInfo.InvariantCulture), price));

    [Theory, MemberData(nameof(Engines))]
    public async Task An_order_that_cannot_be_right_is_refused_whole_and_opens_no_request(Engine engine)
    {
        await using var world = await Start(engine);
        var right = world.Order("right");
        var wrong = world.Order("wrong");
        var line = wrong.Lines[0];
        foreach (var (order, field) in new[]
        {
            (wrong with { Id = Guid.Empty }, "id"), (wrong with { CustomerName = " " }, "customerName"),
            (wrong with { CustomerName = new string('x', 151) }, "customerName"), (wrong with { Period = "10/2026" }, "period"),
            (wrong with { Lines = [] }, "lines"), (wrong with { Lines = [line with { Amount = line.Amount + 1 }] }, "lines"),
            (wrong with { Lines = [line, BillLine.Of(Rent, "x", -1, 1, null)] }, "lines"),
            (wrong with { Lines = [line with { Amount = 0, Quantity = 0 }] }, "lines"),
            (wrong with { DueOn = DateOnly.MaxValue }, "dueOn"),
        })
        {
            Assert.Equal([field], Refused(await world.Ask(b => b.Issue([right, order], Stop))).Fields.Keys);
        }
        Assert.Equal("billing.no-such-biller", Refused(await world.Ask(
            b => b.Issue([right, wrong with { Unit = "market:none" }], Stop))).Code);
        // Payments has the last word on what it can ask for.
        Assert.Contains("serviceCode", Assert.Single(Refused(await world.Ask(
            b => b.Issue([right, wrong with { ServiceCode = "Not A Code" }], Stop))).Fields.Keys), StringComparison.Ordinal);

        Assert.Equal(0, await world.Tables(db => db.Bills.CountAsync(Stop)));
        Assert.Null(await world.App.With<IPayments, PaymentRequest?>(p => p.Find(right.Id, Stop)));
        // A number is only taken by a bill that is there.
        Assert.Equal("T1-2026-000001", (await world.Issue(right)).Number);
    }
}
