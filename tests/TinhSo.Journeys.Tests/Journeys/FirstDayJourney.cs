using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests.Journeys;

/// <summary>What happens on a database that holds nothing yet.</summary>
public sealed class FirstDayJourney(Browser browser)
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task The_first_visitor_makes_the_administrator_and_nobody_after_them(Engine engine)
    {
        await using var town = Town.Empty(engine);
        var page = await browser.Open(town.Address);
        await page.GotoAsync("/");
        await page.GotoAsync("/set-up");
        await page.FillAsync("#name", "Đinh Văn Quản");
        await page.FillAsync("#userName", "q");
        await page.FillAsync("#password", "ngắn");
        await page.Press("Tạo tài khoản quản trị");
        var errors = await page.Errors();
        Assert.Contains(errors, line => line.StartsWith("Tên đăng nhập: ", StringComparison.Ordinal));
        Assert.Contains(errors, line => line.StartsWith("Mật khẩu: ", StringComparison.Ordinal));
        Assert.Equal("Đinh Văn Quản", await page.InputValueAsync("#name"));

        await page.FillAsync("#userName", "quantri");
        await page.FillAsync("#password", TestApp.Password);
        await page.Press("Tạo tài khoản quản trị");
        await page.Locator(".ts-header__user-name").Filter(new() { HasText = "Đinh Văn Quản" }).WaitForAsync();
        await page.ClickAsync("text=Đăng xuất");
        await page.SignIn(town.Administrator);
        await page.GotoAsync("/markets");
        await page.Says("Thêm chợ");

        var second = await browser.Open(town.Address);
        await second.GotoAsync("/set-up");
        await second.Says("Hệ thống đã được thiết lập");
        Assert.Equal(0, await second.Locator("main form").CountAsync());
    }
}
