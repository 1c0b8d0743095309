using System.Diagnostics;
using Microsoft.Playwright;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests;

/// <summary>What people do on pages, in the words of the journeys.</summary>
internal static class Walking
{
    /// <summary>Signs in through the page.</summary>
    public static async Task SignIn(this IPage page, Visitor visitor, string password = TestApp.Password)
    {
        await page.GotoAsync("/sign-in");
        await page.FillAsync("#userName", visitor.UserName);
        await page.FillAsync("#password", password);
        await page.Follow(() => page.ClickAsync("main button[type=submit]"));
        Assert.DoesNotContain("/sign-in", page.Url, StringComparison.Ordinal);
    }

    /// <summary>Presses the button or follows the link with these words, and waits for the page that comes.</summary>
    public static Task Press(this IPage page, string words) => page.Follow(
        () => page.Locator("main").Locator($"a:has-text('{words}'), button:has-text('{words}')").First.ClickAsync());

    /// <summary>Does what brings another page, and waits until it is there.</summary>
    public static async Task Follow(this IPage page, Func<Task> act)
    {
        var came = new TaskCompletionSource();
        void Note(object? sender, IFrame frame)
        {
            if (frame == page.MainFrame)
            {
                came.TrySetResult();
            }
        }
        page.FrameNavigated += Note;
        try
        {
            await act();
            await came.Task.WaitAsync(TimeSpan.FromSeconds(15));
        }
        finally
        {
            page.FrameNavigated -= Note;
        }
        await page.Loaded();
    }

    // The news that a page is there may come between looking for it and listening to it: then it is looked for again.
    private static async Task Loaded(this IPage page)
    {
        for (var look = 1; ; look++)
        {
            try
            {
                await page.WaitForLoadStateAsync(LoadState.Load, new() { Timeout = 1_000 });
                return;
            }
            catch (TimeoutException) when (look < 20)
            {
                // Not there yet, or not heard of.
            }
        }
    }

    /// <summary>The lines of the error summary.</summary>
    public static async Task<IReadOnlyList<string>> Errors(this IPage page) =>
        await page.Locator(".govuk-error-summary__list a").AllInnerTextsAsync();

    /// <summary>Waits until the page says something.</summary>
    public static Task Says(this IPage page, string words, float milliseconds = 15_000) =>
        page.Locator("main").Filter(new() { HasText = words }).WaitForAsync(new() { Timeout = milliseconds });

    /// <summary>Opens a page again and again until a part of it says what it will say once all is counted.</summary>
    public static async Task Becomes(this IPage page, string path, string part, string words)
    {
        var watch = Stopwatch.StartNew();
        string said;
        do
        {
            await page.GotoAsync(path);
            said = await page.Locator(part).First.InnerTextAsync();
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), said);
        }
        while (!said.Contains(words, StringComparison.Ordinal));
    }

    /// <summary>The words of the main part.</summary>
    public static Task<string> Words(this IPage page) => page.InnerTextAsync("main");

    /// <summary>What a summary list says of something.</summary>
    public static Task<string> Said(this IPage page, string label) => page
        .Locator(".govuk-summary-list__row").Filter(new() { HasText = label }).First
        .Locator(".govuk-summary-list__value").InnerTextAsync();

    /// <summary>Takes a picture of the page's QR code and reads it as a phone would.</summary>
    public static async Task<string> ScanCode(this IPage page)
    {
        var picture = Path.Combine(Browser.Screenshots, $"{Guid.CreateVersion7():N}.png");
        await page.Locator(".ts-qr").First.ScreenshotAsync(new() { Path = picture });
        var text = await ReadCode(picture);
        File.Delete(picture);
        return text;
    }

    /// <summary>Plays the payer's bank: scans, sees what it would show, and pays.</summary>
    public static async Task PayByBank(this IPage page, string scanned, string twist = "AsAsked", string? amount = null)
    {
        await page.GotoAsync("/simulator/bank");
        await page.FillAsync("#code", scanned);
        await page.Press("Quét mã");
        await page.CheckAsync($"input[name=twist][value={twist}]");
        if (amount is not null)
        {
            await page.FillAsync("#amount", amount);
        }
        await page.Press("Trả tiền");
        await page.Says("Đã gửi báo có");
    }

    /// <summary>What the one QR code in a picture says.</summary>
    public static async Task<string> ReadCode(string picture) =>
        (await Run("zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", picture)).TrimEnd('\n');

    /// <summary>What a program prints, which must end well.</summary>
    public static async Task<string> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {output}");
        return output;
    }
}
