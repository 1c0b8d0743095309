using System.Net;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;

namespace TinhSo.Design.Tests;

public sealed class WholePageTests
{
    [Fact]
    public async Task A_page_is_drawn_once_all_that_it_shows_is_there()
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());

        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TwoParts>()).ToHtmlString());

        Assert.Equal("Nước sạch", WebUtility.HtmlDecode(html));
    }

    // Of two things to load, the first is ready at once, and the page asks for it to know whether there is anything.
    private sealed class TwoParts : WholePage
    {
        private string? first;
        private string second = null!;

        protected override async Task OnInitializedAsync()
        {
            first = "Nước";
            await Task.Yield();
            second = "sạch";
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            if (first is not null)
            {
                builder.AddContent(0, $"{first} {second.Trim()}");
            }
        }
    }
}
