using Microsoft.Playwright;
using TinhSo.Design.Tests.Gallery;

namespace TinhSo.Journeys.Tests.Gallery;

/// <summary>Looks at every component in every state as people meet them: in a browser.</summary>
public sealed class GalleryTests(Browser browser, GalleryFixture gallery) : IClassFixture<GalleryFixture>
{
    /// <summary>Each page for those it is made for, in both widths and languages; for others, narrow.</summary>
    public static TheoryData<string, string, string, int> Views => new()
    {
        { "forms", "people", "vi", 1280 }, { "forms", "people", "en", 360 }, { "forms", "officers", "vi", 360 },
        { "forms?state=error", "people", "en", 1280 }, { "forms?state=error", "people", "vi", 360 },
        { "documents", "people", "vi", 1280 }, { "documents", "people", "en", 360 },
        { "lists", "officers", "en", 1280 }, { "lists", "officers", "vi", 360 }, { "lists", "leaders", "en", 360 },
        { "content", "officers", "vi", 1280 }, { "content", "people", "en", 360 },
        { "figures", "leaders", "en", 1280 }, { "figures", "leaders", "vi", 360 },
    };

    [Theory, MemberData(nameof(Views))]
    public async Task Every_view_is_accessible_and_fits_its_screen(
        string path, string audience, string language, int width)
    {
        var page = await browser.Open(gallery.Address, width, language);
        var complaints = Complaints(page);

        await page.GotoAsync(Address(path, audience, language));
        await page.EvaluateAsync("document.fonts.ready");
        var view = path.Replace("?state=", "-", StringComparison.Ordinal);
        await Browser.Picture(page, $"gallery-{view}-{audience}-{language}-{width}");

        Assert.Empty(await Browser.AxeFindings(page));
        Assert.False(await Browser.ScrollsSideways(page));
        Assert.Empty(complaints);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_code_on_the_screen_is_read_back_as_it_was_meant()
    {
        var page = await browser.Open(gallery.Address, 360);
        await page.GotoAsync(Address("documents", "people", "vi"));
        var picture = Path.Combine(Browser.Screenshots, "code.png");

        await page.Locator(".ts-qr").First.ScreenshotAsync(new() { Path = picture });

        Assert.Equal(DocumentsPage.Payload, await Walking.ReadCode(picture));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task A_form_works_without_a_script()
    {
        var page = await browser.Open(gallery.Address, 360, javaScript: false);
        await page.GotoAsync(Address("forms", "people", "vi"));

        await page.FillAsync("#name", "Hải sản Thùy Dương");
        await page.ClickAsync("text=Gửi đăng ký");
        var wrong = await page.Locator(".govuk-error-summary__list a").AllInnerTextsAsync();
        await page.ClickAsync(".govuk-error-summary__list a >> nth=0");
        var led = page.Url;
        await page.FillAsync("#rent", "1.250.000");
        await page.FillAsync("#start", "2026-11-21");
        await page.SelectOptionAsync("#market", "hl1");
        await page.CheckAsync("#kind");
        await page.CheckAsync("#agree");
        await page.ClickAsync("text=Gửi đăng ký");

        Assert.Equal(5, wrong.Count);
        Assert.EndsWith("#rent", led, StringComparison.Ordinal);
        Assert.Contains("Hải sản Thùy Dương", await page.InnerTextAsync(".ts-notice"), StringComparison.Ordinal);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task With_a_script_the_summary_of_errors_is_read_first_and_leads_into_the_field()
    {
        var page = await browser.Open(gallery.Address);
        await page.GotoAsync(Address("forms?state=error", "people", "vi"));

        var first = await page.EvaluateAsync<string>("document.activeElement.className");
        await page.ClickAsync(".govuk-error-summary__list a >> nth=1");
        var then = await page.EvaluateAsync<string>("document.activeElement.id");

        Assert.Contains("govuk-error-summary", first, StringComparison.Ordinal);
        Assert.Equal("rent", then);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Figures_stand_under_one_another()
    {
        var page = await browser.Open(gallery.Address);
        await page.GotoAsync(Address("lists", "officers", "vi"));

        var widths = await page.EvaluateAsync<double[]>("""
            async () => {
              await document.fonts.ready;
              const cell = document.querySelector('.ts-dong');
              return ['1111', '0000', '7474'].map(digits => {
                cell.textContent = digits;
                return cell.getBoundingClientRect().width;
              });
            }
            """);

        Assert.All(widths, width => Assert.Equal(widths[0], width));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Pressing_twice_sends_once()
    {
        var page = await browser.Open(gallery.Address);
        await page.GotoAsync(Address("forms", "people", "vi"));
        var sent = 0;
        await page.RouteAsync("**/forms*", async route =>
        {
            sent += route.Request.Method == "POST" ? 1 : 0;
            await Task.Delay(300);
            await route.ContinueAsync();
        });

        await page.EvaluateAsync("""
            const form = document.querySelector('main form');
            form.requestSubmit(); form.requestSubmit();
            """);
        await page.WaitForSelectorAsync(".govuk-error-summary");

        Assert.Equal(1, sent);
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData("article.ts-document", "document")]
    [InlineData("article.ts-sign", "sign")]
    public async Task A_document_and_a_sign_each_print_on_one_sheet_of_A5(string sheet, string name)
    {
        var page = await browser.Open(gallery.Address);
        await page.GotoAsync(Address("documents", "people", "vi"));
        await page.EvaluateAsync($"document.querySelector('main').replaceChildren(document.querySelector('{sheet}'))");

        var path = Path.Combine(Browser.Screenshots, $"{name}.pdf");
        await page.PdfAsync(new() { Path = path, PreferCSSPageSize = true });
        var about = await Walking.Run("pdfinfo", path);

        Assert.Matches("Pages: +1\n", about);
        Assert.Matches("Page size: +(419|420)(\\.\\d+)? x (594|595|596)", about);
        await page.Context.DisposeAsync();
    }

    private static string Address(string path, string audience, string language) =>
        $"/{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}audience={audience}&language={language}&demo=yes";

    private static List<string> Complaints(IPage page)
    {
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.RequestFailed += (_, request) => complaints.Add(request.Url);
        return complaints;
    }
}

/// <summary>The gallery, started once for the tests that look at it.</summary>
public sealed class GalleryFixture : IAsyncLifetime
{
    private GalleryHost host = null!;

    /// <summary>Where it listens.</summary>
    public Uri Address => host.Address;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => host = await GalleryHost.Start();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => host.DisposeAsync();
}
