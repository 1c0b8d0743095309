using System.Diagnostics;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Payments;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests.Journeys;

/// <summary>What is timed runs while nothing else does, so that it is the platform that is timed.</summary>
[CollectionDefinition(nameof(Timed), DisableParallelization = true)]
public sealed class Timed;

/// <summary>The spine of the platform: a bill, a code, a payment, a receipt, a figure.</summary>
[Collection(nameof(Timed))]
public sealed class BillJourney(Browser browser)
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_bill_is_paid_by_its_code_and_the_figure_opens_down_to_its_receipt(Engine engine)
    {
        await using var town = await Town.Open(engine);
        var board = await browser.Open(town.Address);
        await board.SignIn(town.Manager);

        // The board makes the month's bills.
        await board.GotoAsync($"/markets/{town.MarketId}");
        await board.Press("Lập phiếu thu tháng");
        await board.Press("Lập phiếu cho cả chợ");
        await board.Says("Đã xong");
        Assert.Equal("3", await board.Said("Điểm có phiếu"));
        await board.Press("Xem phiếu thu của kỳ");
        await board.Locator("tbody a").First.ClickAsync();
        await board.Says("Chưa nộp");
        var bill = board.Url;
        var amount = await board.Said("Số tiền");
        var code = await board.Said("Mã nộp tiền");

        // The payer, whom nobody knows, opens the bill's page on a phone, and the phone's camera reads the code.
        var phone = await browser.Open(town.Address, 360);
        await phone.GotoAsync("/pay");
        await phone.FillAsync("#code", code.ToLowerInvariant());
        await phone.Press("Tiếp tục");
        Assert.Equal(amount, await phone.InnerTextAsync("h1"));
        var scanned = await phone.ScanCode();
        var asked = VietQr.Decode(scanned).Transfer!;
        Assert.Equal(("970436", Town.BoardAccount), (asked.BankBin, asked.Account));
        Assert.Equal(amount, Words.Dong(asked.Amount!.Value));
        Assert.Contains(code, asked.Purpose, StringComparison.Ordinal);

        // The bank's app shows what the page showed; once it has paid, the page that is still open says so.
        var bank = await browser.Open(town.Address);
        await bank.SignIn(town.Manager);
        await bank.GotoAsync("/simulator/bank");
        await bank.FillAsync("#code", scanned);
        await bank.Press("Quét mã");
        Assert.Equal(Town.BoardAccount, await bank.Said("Số tài khoản"));
        Assert.Equal("BQL CHO HONG GAI", await bank.Said("Chủ tài khoản"));
        Assert.Equal(asked.Purpose, await bank.Said("Nội dung"));
        Assert.Equal(amount, await bank.InnerTextAsync("p.ts-amount"));
        await bank.Press("Trả tiền");
        var watch = Stopwatch.StartNew();
        await phone.Says("Đã thanh toán");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(0, await phone.Locator(".ts-qr").CountAsync());

        // Everybody sees the same of it: the payer, the board, and whoever holds the receipt in hand.
        await phone.Press("Xem biên lai");
        Assert.Contains(amount, await phone.Words(), StringComparison.Ordinal);
        var receipt = phone.Url.Split('/')[^1];
        await board.GotoAsync(bill);
        await board.Says("Đã nộp");
        Assert.Equal(receipt, (await board.Said("Biên lai")).Replace(" ", "", StringComparison.Ordinal));
        var stranger = await browser.Open(town.Address, 360, "en");
        await stranger.GotoAsync($"/verify/{receipt}");
        await stranger.Says("Genuine");
        Assert.Equal(amount, await stranger.Said("Amount"));
        await stranger.GotoAsync("/verify/0000-0000-0000");
        await stranger.Says("the receipt is forged");

        // The leader's figure has moved by this one payment, and opens down to this one receipt.
        var leader = await browser.Open(town.Address);
        await leader.SignIn(town.Leader);
        await leader.GotoAsync("/indicators");
        var figure = leader.Locator(".ts-figure").Filter(new() { HasText = "Phí chợ đã thu" });
        while (!(await figure.InnerTextAsync()).Contains(amount[..^2], StringComparison.Ordinal))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), await figure.InnerTextAsync());
            await leader.ReloadAsync();
        }
        await figure.Locator("a").First.ClickAsync();
        await leader.Press("Xem từng dòng");
        Assert.Equal(1, await leader.Locator("tbody tr").CountAsync());
        await leader.Press(receipt);
        Assert.EndsWith($"/receipt/{receipt}", leader.Url, StringComparison.Ordinal);
        Assert.Contains(amount, await leader.Words(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Money_with_another_amount_waits_until_two_people_have_settled_it(Engine engine)
    {
        await using var town = await Town.Open(engine);
        var bills = await town.MakeBills();
        var payer = await browser.Open(town.Address);
        await payer.SignIn(town.Manager);
        var first = bills[0].GetProperty("payCode").GetString()!;
        var second = bills[1].GetProperty("payCode").GetString()!;
        await payer.PayByBank(first, "OtherAmount", "12.000");
        await payer.PayByBank(second, "WithoutCode");

        // One treasurer proposes to return what came by mistake; only another may approve it.
        var one = await browser.Open(town.Address);
        await one.SignIn(town.Treasurer);
        await one.GotoAsync("/payments/suspense");
        await one.Locator("tr").Filter(new() { HasText = first }).Locator("a").First.ClickAsync();
        await one.Says("12.000 đ");
        var wrong = one.Url;
        await one.FillAsync("#return-reason", "Người nộp gõ nhầm số tiền");
        await one.Locator("form:has(#return-reason) button").ClickAsync();
        await one.Says("Người khác phải duyệt đề nghị này.");
        Assert.Equal(0, await one.Locator("button[value=approve]").CountAsync());

        var other = await browser.Open(town.Address);
        await other.SignIn(town.OtherTreasurer);
        await other.GotoAsync(wrong);
        await other.Press("Duyệt chuyển trả");
        await other.Says("Đã xử lý");
        Assert.Equal(Kernel.Words.Dong(0), await other.Said("Còn chờ"));

        // What came in full but without its code is found a bill, which is then paid.
        await one.GotoAsync("/payments/suspense");
        Assert.DoesNotContain("12.000", await one.Words(), StringComparison.Ordinal);
        await one.Locator("tbody a").First.ClickAsync();
        await one.FillAsync("#code", second);
        await one.FillAsync("#reason", "Đối chiếu với sao kê và hỏi người nộp");
        await one.Press("Gán");
        await one.Says("Đã xử lý");
        var phone = await browser.Open(town.Address, 360);
        await phone.GotoAsync($"/pay/{second}");
        await phone.Says("Đã thanh toán");
        await phone.GotoAsync($"/pay/{first}");
        await phone.Says("Đang chờ tiền về");
    }
}
