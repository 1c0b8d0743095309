using Microsoft.Playwright;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests.Journeys;

/// <summary>
/// What happens when people type what is wrong: the page says where, keeps it, and nothing else happens.
/// </summary>
public sealed class MistakeJourney(Browser browser)
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task No_form_changes_anything_for_wrong_input(Engine engine)
    {
        await using var town = await Town.Open(engine);
        var bills = await town.MakeBills();
        var board = await browser.Open(town.Address);
        await board.SignIn(town.Manager);
        await board.PayByBank(bills[0].GetProperty("payCode").GetString()!, "OtherAmount", "12.000");
        var treasury = await browser.Open(town.Address);
        await treasury.SignIn(town.Treasurer);
        await treasury.GotoAsync("/payments/suspense");
        await treasury.Locator("tbody a").First.ClickAsync();
        var suspended = new Uri(treasury.Url).AbsolutePath;
        var trader = await browser.Open(town.Address, 360);
        await trader.SignIn(town.Trader);
        var before = await town.Rows();

        var market = $"/markets/{town.MarketId}";
        await Refused(board, $"{market}/bill-runs", "run",
            [("#period", "2026-13", "Kỳ thu"), ("#dueOn", "2020-01-01", null)]);
        await Refused(board, $"{market}/bill-runs", "run",
            [("#period", Town.Period, null), ("#dueOn", "2020-01-01", "Hạn nộp")]);
        await Refused(board, $"{market}/tariffs", "rate",
            [("#pricePerMeasure", "nhiều", "Mức thu cho một đơn vị"), ("#legalBasis", "", "Căn cứ pháp lý"),
             ("#class", "Khu A", null)]);
        await Refused(board, $"{market}/stalls", "stall",
            [("#code", "A-009", null), ("#zone", "", "Khu"), ("#areaM2", "rộng", "Diện tích, m²")]);
        await Refused(board, $"{market}/traders/new", "trader",
            [("#name", "", "Tên hộ, cá nhân hoặc doanh nghiệp"), ("#taxCode", "123", "Mã số thuế"),
             ("#phone", "gọi sau", "Điện thoại")]);
        await Refused(board, $"{market}/edit", "market",
            [("#name", "", "Tên chợ"), ("#points", "rất nhiều", "Số điểm kinh doanh theo quy hoạch")]);
        await Refused(board, $"{market}/edit", "account",
            [("#accountNumber", "không có", "Số tài khoản"), ("#accountName", "Tên có dấu", "Tên chủ tài khoản")]);
        await Refused(board, $"/stalls/{town.Stalls["B-002"]}", "let",
            [("#contract", "HĐ-12", null), ("#traderId", null, "Hộ kinh doanh")]);
        await Refused(board, $"/bills/{bills[1].GetProperty("id").GetGuid()}", "cancel", [("#reason", "", "Lý do")]);
        await Refused(treasury, suspended, "assign", [("#code", "7K2QX9M4T", "Mã yêu cầu"), ("#reason", "", "Lý do")]);
        await Refused(treasury, suspended, "return", [("#return-reason", "", "Lý do")]);
        await Refused(trader, "/my-stall", "cash", [("#amount", "một trăm", "Số tiền")]);

        Assert.Equal(before, await town.Rows());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_wrong_password_and_codes_that_do_not_exist_are_told_plainly(Engine engine)
    {
        await using var town = await Town.Open(engine);
        var page = await browser.Open(town.Address, 360);

        await page.GotoAsync("/sign-in");
        await page.FillAsync("#userName", town.Manager.UserName);
        await page.FillAsync("#password", "not the password");
        await page.Press("Đăng nhập");
        await page.Says("Tên đăng nhập hoặc mật khẩu không đúng.");
        Assert.Equal(town.Manager.UserName, await page.InputValueAsync("#userName"));
        Assert.Equal("", await page.InputValueAsync("#password"));

        await page.GotoAsync("/pay");
        await page.FillAsync("#code", "7K2-QX9-M4T");
        await page.Press("Tiếp tục");
        Assert.StartsWith("Mã thanh toán: ", Assert.Single(await page.Errors()), StringComparison.Ordinal);
        Assert.Equal("7K2-QX9-M4T", await page.InputValueAsync("#code"));

        await page.GotoAsync("/verify");
        await page.FillAsync("#code", "0000 0000 0000");
        await page.Press("Kiểm tra");
        await page.Says("Không có biên lai nào mang mã này.");
        Assert.Equal("0000 0000 0000", await page.InputValueAsync("#code"));

        foreach (var path in new[] { "/pay/7K2QX9M4T", "/receipt/000000000000", "/khong-co", $"/bills/{Guid.Empty}" })
        {
            var answer = await page.GotoAsync(path);
            Assert.True(answer!.Status is 404 or 200, $"{path}: {answer.Status}");
            Assert.NotEmpty(await page.InnerTextAsync("h1"));
        }
    }

    /// <summary>Fills a form in, sends it, and sees each wrong field named and everything typed kept.</summary>
    private static async Task Refused(
        IPage page, string path, string form, (string Field, string? Typed, string? Label)[] fields)
    {
        await page.GotoAsync(path);
        var sent = page.Locator($"form:has(input[name=_handler][value={form}])");
        await page.EvaluateAsync("for (const more of document.querySelectorAll('details')) more.open = true");
        foreach (var (field, typed, _) in fields)
        {
            if (typed is not null)
            {
                await sent.Locator(field).FillAsync(typed);
            }
        }
        await page.Follow(() => sent.Locator("button[type=submit]").First.ClickAsync());
        var errors = await page.Errors();

        foreach (var (field, typed, label) in fields)
        {
            Assert.True(label is null || errors.Any(line => line.StartsWith($"{label}", StringComparison.Ordinal)),
                $"{path} does not say that {label} is wrong: {string.Join(" | ", errors)}");
            Assert.True(typed is null || await page.InputValueAsync(field) == typed, $"{path} forgot {field}");
            if (label is not null)
            {
                Assert.True(await page.Locator($".govuk-error-summary a[href$='{field}']").CountAsync() == 1,
                    $"{path}: the summary does not lead to {field}");
            }
        }
    }
}
