using System.Net;
using TinhSo.Design.Tests.Gallery;

namespace TinhSo.Design.Tests;

public sealed class WeightTests : IAsyncLifetime
{
    private const int BudgetBytes = 150_000;
    private static readonly string[] fonts = ["latin-400", "latin-600", "vietnamese-400", "vietnamese-600"];
    private GalleryHost host = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        host = await GalleryHost.Start();
        client = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None })
        {
            BaseAddress = host.Address,
        };
        // What browsers say.
        client.DefaultRequestHeaders.Add("Accept-Encoding", "gzip, deflate, br, zstd");
    }

    [Theory]
    [InlineData("app.css")]
    [InlineData("app.js")]
    public async Task Styles_and_script_are_served_compressed(string file)
    {
        using var answer = await client.GetAsync(
            $"/_content/TinhSo.Design/dist/{file}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["br"], answer.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Styles_script_and_fonts_of_a_page_stay_within_their_budget()
    {
        string[] files =
        [
            "app.css", "app.js", "fonts/figures-400.otf", "fonts/figures-600.otf",
            .. fonts.Select(font => $"fonts/be-vietnam-pro-{font}-normal.woff2"),
        ];

        var weight = 0;
        foreach (var file in files)
        {
            var bytes = await client.GetByteArrayAsync(
                $"/_content/TinhSo.Design/dist/{file}", TestContext.Current.CancellationToken);
            weight += bytes.Length;
        }

        Assert.InRange(weight, 1, BudgetBytes);
    }

    [Fact]
    public async Task Nothing_in_a_page_needs_an_exception_from_the_policy()
    {
        using var plain = new HttpClient { BaseAddress = host.Address };
        foreach (var path in new[] { "forms?state=error", "lists", "content", "figures", "documents" })
        {
            var html = await plain.GetStringAsync($"/{path}", TestContext.Current.CancellationToken);

            Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<style", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
            Assert.DoesNotMatch(" on[a-z]+=", html);
        }
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }
}
