using System.Diagnostics;
using Microsoft.Playwright;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests.Journeys;

/// <summary>The same ways without a script, and without a mouse.</summary>
public sealed class PlainJourney(Browser browser)
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Bills_are_made_and_paid_without_a_script(Engine engine)
    {
        await using var town = await Town.Open(engine);
        var board = await browser.Open(town.Address, javaScript: false);
        await board.SignIn(town.Manager);
        await board.GotoAsync($"/markets/{town.MarketId}/bill-runs");
        await board.Press("Lập phiếu cho cả chợ");
        // The page asks for itself again until the run has ended.
        await board.Says("Đã xong");
        await board.Press("Xem phiếu thu của kỳ");
        await board.Press("HG1-");
        var bill = board.Url;
        var code = await board.Said("Mã nộp tiền");

        var phone = await browser.Open(town.Address, 360, javaScript: false);
        await phone.GotoAsync($"/pay/{code}");
        var scanned = await phone.ScanCode();
        await phone.Says("Đang chờ tiền về");
        await board.PayByBank(scanned);
        var watch = Stopwatch.StartNew();
        do
        {
            await phone.Press("Kiểm tra lại");
        }
        while ((await phone.Words()).Contains("Đang chờ tiền về", StringComparison.Ordinal)
            && watch.Elapsed < TimeSpan.FromSeconds(10));
        await phone.Says("Đã thanh toán");
        await phone.Press("Xem biên lai");
        await board.GotoAsync(bill);
        await board.Says("Đã nộp");
        await board.Locator("header form button").ClickAsync();
        await board.GotoAsync(bill);

        Assert.Contains("/sign-in", board.Url, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_bill_is_made_and_paid_by_the_keyboard_alone(Engine engine)
    {
        await using var town = await Town.Open(engine);
        var page = await browser.Open(town.Address);
        await page.GotoAsync("/sign-in");
        await Reach(page, "#userName");
        await page.Keyboard.TypeAsync(town.Manager.UserName);
        await Reach(page, "#password");
        await page.Keyboard.TypeAsync(TestApp.Password);
        await Follow(page, "main button[type=submit]");

        await Follow(page, "nav a[href='/markets']");
        await Follow(page, "main tbody a");
        await Follow(page, $"main a[href='/markets/{town.MarketId}/bill-runs'].govuk-button");
        await Follow(page, "main form button[type=submit]");
        await page.Says("Đã xong");
        await Follow(page, "main #run a.govuk-button");
        await Follow(page, "main tbody a");
        await Follow(page, "main a[href$='/cash']");
        await Follow(page, "main button[type=submit]");

        Assert.Contains("/receipt/", page.Url, StringComparison.Ordinal);
        Assert.Contains("Tiền mặt", await page.Words(), StringComparison.Ordinal);
    }

    /// <summary>Goes on with the Tab key until the focus is there; it must be seen where it is.</summary>
    private static async Task Reach(IPage page, string selector)
    {
        for (var steps = 0; steps < 60; steps++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                Assert.True(await page.EvaluateAsync<bool>("""
                    () => {
                      const style = getComputedStyle(document.activeElement);
                      return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
                    }
                    """), $"Nobody sees that the focus is at {selector}.");
                return;
            }
        }
        Assert.Fail($"The Tab key never comes to {selector} at {page.Url}.");
    }

    private static async Task Follow(IPage page, string selector)
    {
        await Reach(page, selector);
        await page.Follow(() => page.Keyboard.PressAsync("Enter"));
    }
}
