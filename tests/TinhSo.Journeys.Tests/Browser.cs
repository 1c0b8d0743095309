using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using TinhSo.Journeys.Tests;

[assembly: AssemblyFixture(typeof(Browser))]

namespace TinhSo.Journeys.Tests;

/// <summary>One Chromium for all journeys; each asks it for a window of its own.</summary>
public sealed class Browser : IAsyncLifetime
{
    // Root may not run Chromium's sandbox; the rest keeps it from looking for hosts that no test needs.
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    // The same browser without its windows needs a third less of the machine.
    private static readonly string[] Chromiums = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private IPlaywright playwright = null!;
    private IBrowser chromium = null!;

    /// <summary>Where pictures of pages are put, to be looked at.</summary>
    public static string Screenshots { get; } = Path.Combine(Root(), "artifacts", "screenshots");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Screenshots);
        playwright = await Playwright.CreateAsync();
        chromium = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("TINHSO_CHROMIUM")
                ?? Array.Find(Chromiums, File.Exists)
                ?? throw new InvalidOperationException("These tests need Chromium: apt-get install chromium"),
            Args = Flags,
        });
    }

    /// <summary>Opens an empty window; disposing its context closes it.</summary>
    /// <param name="origin">The address that relative ones belong to.</param>
    /// <param name="language">The language the visitor's browser asks for.</param>
    public async Task<IPage> Open(Uri origin, int width = 1280, string language = "vi", bool javaScript = true)
    {
        var context = await chromium.NewContextAsync(new()
        {
            BaseURL = origin.ToString(),
            ViewportSize = new() { Width = width, Height = width < 600 ? 740 : 900 },
            DeviceScaleFactor = width < 600 ? 2 : 1,
            Locale = language == "en" ? "en-GB" : "vi-VN",
            TimezoneId = "Asia/Ho_Chi_Minh",
            JavaScriptEnabled = javaScript,
        });
        context.SetDefaultTimeout(15_000);
        return await context.NewPageAsync();
    }

    /// <summary>Keeps a picture of the whole page, and tells where.</summary>
    public static async Task<string> Picture(IPage page, string name)
    {
        var path = Path.Combine(Screenshots, name + ".png");
        await page.ScreenshotAsync(new() { Path = path, FullPage = true });
        return path;
    }

    /// <summary>What axe finds wrong with the page, each with the places; empty when it is right.</summary>
    public static async Task<IReadOnlyList<string>> AxeFindings(IPage page)
    {
        await page.EvaluateAsync(Axe);
        // Only what is wrong is told: describing all that is right takes longer than finding it.
        return await page.EvaluateAsync<string[]>("""
            async () => (await axe.run({ resultTypes: ['violations'] })).violations.map(found =>
              [`${found.id}: ${found.help}`, ...found.nodes.map(node => `  ${node.html}\n    ${node.failureSummary}`)].join('\n'))
            """);
    }

    /// <summary>Whether anything reaches over the page's right edge.</summary>
    public static Task<bool> ScrollsSideways(IPage page) => page.EvaluateAsync<bool>(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        playwright.Dispose();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "TinhSo.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }
        return folder.FullName;
    }
}
