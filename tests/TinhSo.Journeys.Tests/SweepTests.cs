using Microsoft.Playwright;
using TinhSo.Kernel.Storage;

namespace TinhSo.Journeys.Tests;

/// <summary>Looks at every page of the journeys, in its states, in both languages, narrow and wide.</summary>
public sealed class SweepTests(Browser browser, SweepFixture sweep) : IClassFixture<SweepFixture>
{
    [Theory]
    [InlineData("vi", 360)]
    [InlineData("en", 1280)]
    public async Task Every_page_is_accessible_fits_its_screen_and_has_no_complaint(string language, int width)
    {
        var found = new List<string>();
        foreach (var (visitor, views) in sweep.Tour.Views)
        {
            var page = await browser.Open(sweep.Tour.Town.Address, width, language);
            page.Console += (_, message) => found.AddRange(Complaint(page, message));
            page.PageError += (_, error) => found.Add($"{page.Url}: {error}");
            if (visitor is not null)
            {
                await page.SignIn(visitor);
            }
            foreach (var (name, path, act) in views)
            {
                var answer = await page.GotoAsync(path);
                if (act is not null)
                {
                    await act(page);
                }
                await page.EvaluateAsync("document.fonts.ready");
                if (Environment.GetEnvironmentVariable("TINHSO_PICTURES") is not null)
                {
                    await Browser.Picture(page, $"{name}-{language}-{width}");
                }
                found.AddRange((await Browser.AxeFindings(page)).Select(finding => $"{name} {path}: {finding}"));
                found.AddRange(await Browser.ScrollsSideways(page) ? [$"{name}: scrolls sideways"] : []);
                found.AddRange(answer!.Status >= 500 ? [$"{name}: {answer.Status}"] : []);
                found.AddRange(await page.Locator("h1").CountAsync() == 1 ? [] : [$"{name}: not one heading"]);
                found.AddRange(await page.EvaluateAsync<string>("document.documentElement.lang") == language
                    ? [] : [$"{name}: speaks another language"]);
            }
            await page.Context.DisposeAsync();
        }
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    // A page that is not found is a failed request too, and meant to be one.
    private static IEnumerable<string> Complaint(IPage page, IConsoleMessage message) =>
        message.Type is "error" or "warning" && !message.Text.Contains("status of 40", StringComparison.Ordinal)
            ? [$"{page.Url}: {message.Text}"] : [];
}

/// <summary>The tour of which both languages take a walk.</summary>
public sealed class SweepFixture(Browser browser) : IAsyncLifetime
{
    /// <summary>The tour.</summary>
    public Tour Tour { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => Tour = await Tour.Begin(Engine.Sqlite, browser);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Tour is null ? default : Tour.DisposeAsync();
}
