using System.Net;
using System.Text;
using System.Text.Json;
using TinhSo.Indicators.Figures;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Indicators.Tests;

public sealed class PageTests
{
    private static readonly string[] Paths =
        ["/indicators", "/indicators/published", "/data-quality"];

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    public static TheoryData<Engine, string> EnginesAndLanguages => new()
    {
        { Engine.Sqlite, "vi" }, { Engine.Sqlite, "en" }, { Engine.Postgres, "vi" }, { Engine.Postgres, "en" },
    };

    [Theory, MemberData(nameof(EnginesAndLanguages))]
    public async Task Pages_say_why_they_are_empty_before_anything_was_loaded(Engine engine, string language)
    {
        await using var host = await IndicatorsHost.Empty(engine);

        foreach (var path in Paths)
        {
            var page = await Get(host, path, language);
            Assert.Contains("ts-empty", page, StringComparison.Ordinal);
            Assert.Contains($"<html lang=\"{language}\">", page, StringComparison.Ordinal);
        }
        using var unknown = await host.Client(language).GetAsync(
            new Uri("/indicators/market.digital.count", UriKind.Relative), IndicatorsHost.Stop);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Theory, MemberData(nameof(EnginesAndLanguages))]
    public async Task Every_indicator_has_a_page_with_its_value_formula_and_trend(Engine engine, string language)
    {
        await using var host = await Filled(engine);
        var book = await host.Book();

        foreach (var definition in book.Definitions)
        {
            var page = await Get(host, $"/indicators/{definition.Code}", language);
            Assert.Contains(language == "vi" ? definition.Name.Vi : definition.Name.En, page, StringComparison.Ordinal);
            Assert.Contains(language == "vi" ? "Công thức" : "Formula", page, StringComparison.Ordinal);
            Assert.Contains("ts-chart", page, StringComparison.Ordinal);
        }
        var dashboard = await Get(host, "/indicators", language);
        Assert.Contains(language == "vi" ? "Chợ có chạy số không?" : "Do the markets run digitally?", dashboard,
            StringComparison.Ordinal);
        Assert.Contains(language == "vi" ? "Công bố: 86,3 %" : "Reported: 86,3 %", dashboard, StringComparison.Ordinal);
        Assert.Contains("75", dashboard, StringComparison.Ordinal);
        var quality = await Get(host, "/data-quality", language);
        Assert.Contains(language == "vi" ? "nằm ngoài khoảng" : "lies outside the range", quality,
            StringComparison.Ordinal);
        Assert.Contains(language == "vi" ? "Chưa rõ" : "Not known", quality, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_map_shows_each_commune_and_the_class_of_market_its_bars(Engine engine)
    {
        await using var host = await Filled(engine);

        var fees = await Get(host, "/indicators/market.fees.cashless-share-amount");
        var stalls = await Get(host, "/indicators/market.stalls.acceptance-share");

        Assert.Equal(54, fees.Split("<title>Phường ").Length + fees.Split("<title>Xã ").Length
            + fees.Split("<title>Đặc khu ").Length - 3);
        Assert.Contains("Phường Hà Tu: 75", fees, StringComparison.Ordinal);
        Assert.Contains("Chợ hạng I", stalls, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Rows_lead_to_receipts_page_by_page_and_are_closed_to_the_public(Engine engine)
    {
        await using var host = await Filled(engine);
        var transfer = await host.Pay("market.fees", "vietqr", 5_000, "06652", "bill:9");
        await host.Tell(new PaymentReceived(transfer.Id, 5_000, "market.fees", "vietqr", "06652", "bill:9", "RC7",
            transfer.Id, transfer.PostedAt));
        await host.CatchUp();
        var path = $"/indicators/market.fees.collected/rows?period={host.Month()}&place=06652";

        using var closed = await host.Client().GetAsync(new Uri(path, UriKind.Relative), IndicatorsHost.Stop);
        var open = await Get(host, path, mayReadRows: true);
        var seen = new List<long>();
        var next = (string?)null;
        do
        {
            using var page = JsonDocument.Parse(await Get(host,
                $"/api/v1{path}&limit=1{(next is null ? "" : $"&cursor={next}")}", mayReadRows: true));
            seen.AddRange(page.RootElement.GetProperty("items").EnumerateArray()
                .Select(i => i.GetProperty("amount").GetInt64()));
            next = page.RootElement.GetProperty("next").GetString();
        }
        while (next is not null);

        Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);
        Assert.Contains("href=\"/receipt/RC7\"", open, StringComparison.Ordinal);
        Assert.Equal(3, seen.Count);
        Assert.Equal(405_000, seen.Sum());
        Assert.Equal(405_000m, await host.Value("market.fees.collected", 0, new Narrowing(Place: "06652")));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_asked_wrongly_is_answered_with_a_problem_that_names_the_field(Engine engine)
    {
        await using var host = await Filled(engine);
        (string Path, HttpStatusCode Status, string Names)[] cases =
        [
            ("/api/v1/indicators/nothing", HttpStatusCode.NotFound, "indicators.no-such-indicator"),
            ("/api/v1/indicators?limit=0", HttpStatusCode.BadRequest, "\"limit\""),
            ("/api/v1/indicators/market.fees.collected/rows?period=2026-13", HttpStatusCode.BadRequest, "\"period\""),
            ("/api/v1/indicators/market.fees.collected/rows?part=minus", HttpStatusCode.BadRequest, "\"part\""),
            ("/api/v1/indicators/market.fees.collected/rows?cursor=x", HttpStatusCode.BadRequest, "\"cursor\""),
        ];

        foreach (var (path, status, names) in cases)
        {
            using var answer = await host.Client(mayReadRows: true).GetAsync(new Uri(path, UriKind.Relative),
                IndicatorsHost.Stop);
            Assert.Equal((path, status), (path, answer.StatusCode));
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
            Assert.Contains(names, await answer.Content.ReadAsStringAsync(IndicatorsHost.Stop),
                StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_api_gives_what_the_pages_show(Engine engine)
    {
        await using var host = await Filled(engine);

        using var list = JsonDocument.Parse(await Get(host, "/api/v1/indicators?limit=200"));
        using var one = JsonDocument.Parse(await Get(host, "/api/v1/indicators/market.stalls.acceptance-share"));
        using var series = JsonDocument.Parse(await Get(host, "/api/v1/indicators/market.fees.collected/series"));
        using var findings = JsonDocument.Parse(await Get(host, "/api/v1/indicators/contradictions"));
        using var published = JsonDocument.Parse(
            await Get(host, "/api/v1/indicators/published?q=chu%20ky%20so&limit=5"));

        Assert.Equal(19, list.RootElement.GetProperty("items").GetArrayLength());
        Assert.True(one.RootElement.GetProperty("reported").GetArrayLength() >= 4);
        Assert.Equal(500_000, series.RootElement.GetProperty("items")[0].GetProperty("value").GetInt64());
        Assert.Equal((await host.Book()).Findings.Count,
            findings.RootElement.GetProperty("items").GetArrayLength());
        Assert.Equal(5, published.RootElement.GetProperty("items").GetArrayLength());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Downloads_are_marked_as_utf8_and_carry_no_formula(Engine engine)
    {
        await using var host = await Filled(engine);
        await host.Pay("market.fees", "cash", 1_000, "06652", "=HYPERLINK(\"http://x\",\"y\")");
        await host.CatchUp();

        var rows = await host.Client(mayReadRows: true).GetByteArrayAsync(new Uri(
            $"/indicators/market.fees.collected/rows.csv?period={host.Month()}", UriKind.Relative),
            IndicatorsHost.Stop);
        var series = await Get(host, "/indicators/market.fees.collected/series.csv");

        Assert.Equal(Encoding.UTF8.Preamble.ToArray(), rows[..3]);
        Assert.Contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"", Encoding.UTF8.GetString(rows),
            StringComparison.Ordinal);
        Assert.Contains("market.fees.collected,1,2026-11,", series, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+84", "'+84")]
    [InlineData("-5000", "-5000")]
    [InlineData("-5000-A1", "'-5000-A1")]
    [InlineData("@sum", "'@sum")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("chợ", "chợ")]
    public void A_field_that_a_spreadsheet_would_carry_out_is_made_text(string field, string written)
    {
        Assert.Equal(written, Csv.Field(field));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_book_is_read_anew_only_when_something_moved(Engine engine)
    {
        await using var host = await Filled(engine);
        var first = await host.Book();
        var again = await host.Book();
        await host.Pay("market.fees", "cash", 1_000);
        await host.CatchUp();
        var moved = await host.Book();

        Assert.Same(first, again);
        Assert.NotSame(first, moved);
        Assert.Equal(501_000m, await host.Value("market.fees.collected"));
    }

    private static async Task<IndicatorsHost> Filled(Engine engine)
    {
        var host = await IndicatorsHost.Loaded(engine);
        await host.LoadPlaces();
        await host.Pay("market.fees", "vietqr", 300_000, "06652", "bill:1");
        await host.Pay("market.fees", "cash", 100_000, "06652", "bill:2");
        await host.Pay("market.fees", "bank-transfer", 100_000, "06658", "bill:3");
        var market = Ids.From("market", "1");
        await host.Tell(new MarketDescribed(market, "Chợ Hạ Long I", 1, "06652", true, true, host.Clock.GetUtcNow()));
        for (var i = 0; i < 4; i++)
        {
            await host.Tell(new StallDescribed(Ids.From("stall", $"{i}"), market, 1, "06652", Ids.From("t", $"{i}"),
                i < 3, host.Clock.GetUtcNow()));
        }
        await host.CatchUp();
        return host;
    }

    private static async Task<string> Get(
        IndicatorsHost host, string path, string language = "vi", bool mayReadRows = false)
    {
        using var answer = await host.Client(language, mayReadRows).GetAsync(new Uri(path, UriKind.Relative),
            IndicatorsHost.Stop);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {await Text(answer)}");
        return await Text(answer);
    }

    private static async Task<string> Text(HttpResponseMessage answer) =>
        WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(IndicatorsHost.Stop));
}
