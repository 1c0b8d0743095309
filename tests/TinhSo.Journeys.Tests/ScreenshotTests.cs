using System.Text.Json;

namespace TinhSo.Journeys.Tests;

/// <summary>
/// Takes the pictures of docs/screenshots from a demonstration that runs; only <c>./dev screenshots</c> asks.
/// </summary>
public sealed class ScreenshotTests(Browser browser)
{
    private static readonly Uri Server =
        new(Environment.GetEnvironmentVariable("TINHSO_SERVER") ?? "http://127.0.0.1:5080");

    private static readonly string Password = Environment.GetEnvironmentVariable("Demo__Password") ?? "";

    private static readonly string Folder = Path.GetFullPath(
        Path.Combine(Browser.Screenshots, "..", "..", "docs", "screenshots"));

    [Fact(Explicit = true)]
    public async Task The_pictures_of_the_readme_are_taken()
    {
        Directory.CreateDirectory(Folder);
        using var board = new HttpClient { BaseAddress = Server };
        var session = await Town.Post(board, "/api/v1/sessions", new { userName = "banquanly", password = Password });
        board.DefaultRequestHeaders.Authorization = new("Bearer", session.GetProperty("accessToken").GetString());
        var market = (await First(board, "/api/v1/markets")).GetProperty("id").GetGuid();
        var bills = $"/api/v1/bills?unit=market:{market}";
        var owed = (await First(board, $"{bills}&state=Issued")).GetProperty("payCode").GetString();
        var paid = (await First(board, $"{bills}&state=Paid")).GetProperty("receiptCode").GetString();

        await Take("market", $"/markets/{market}", "banquanly");
        await Take("bill-run", $"/markets/{market}/bill-runs", "banquanly", openFirst: true);
        await Take("pay", $"/pay/{owed}", null, 360);
        await Take("receipt", $"/receipt/{paid}", null);
        await Take("my-stall", "/my-stall", "tieuthuong1", 360);
        await Take("indicators", "/indicators", "lanhdao");
        await Take("indicator", "/indicators/market.fees.collected", "lanhdao");
        await Take("data-quality", "/data-quality", "lanhdao");

        Assert.All(Directory.GetFiles(Folder, "*.png"), file => Assert.InRange(new FileInfo(file).Length, 1, 200_000));
    }

    private async Task Take(string name, string path, string? userName, int width = 1280, bool openFirst = false)
    {
        var page = await browser.Open(Server, width);
        if (userName is not null)
        {
            await page.SignIn(new Visitor(userName, ""), Password);
        }
        await page.GotoAsync(path);
        if (openFirst)
        {
            await page.Follow(() => page.Locator("main tbody a").First.ClickAsync());
        }
        await page.EvaluateAsync("document.fonts.ready");
        // A picture of a page whose styles did not come is worth nothing.
        Assert.Contains("Be Vietnam Pro", await page.EvaluateAsync<string>("getComputedStyle(document.body).fontFamily"),
            StringComparison.Ordinal);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}.png") });
        await page.Context.DisposeAsync();
    }

    private static async Task<JsonElement> First(HttpClient client, string path) =>
        (await Town.Get(client, path)).GetProperty("items")[0];
}
