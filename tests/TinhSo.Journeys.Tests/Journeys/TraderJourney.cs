using TinhSo.Kernel.Storage;
using TinhSo.Payments;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests.Journeys;

/// <summary>A stall's sign, its buyers, and what its trader sees.</summary>
public sealed class TraderJourney(Browser browser)
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_trader_sees_the_money_of_buyers_come_in_and_records_cash(Engine engine)
    {
        await using var town = await Town.Open(engine);
        var stall = await browser.Open(town.Address, 360);
        await stall.SignIn(town.Trader);
        await stall.GotoAsync("/my-stall");
        await stall.Says("Hôm nay chưa có tiền về");

        var buyer = await browser.Open(town.Address);
        await buyer.SignIn(town.Manager);
        await buyer.PayByBank(town.SignPayload, amount: "35.000");
        await stall.Says("35.000 đ");
        await buyer.PayByBank(town.SignPayload, amount: "20.000");
        await stall.Says("55.000 đ");
        await stall.FillAsync("#amount", "120.000");
        await stall.Press("Ghi sổ");

        Assert.Equal(Kernel.Words.Dong(175_000), await stall.InnerTextAsync(".ts-takings"));
        Assert.Equal([Kernel.Words.Dong(120_000), Kernel.Words.Dong(20_000), Kernel.Words.Dong(35_000)],
            await stall.Locator("tbody strong").AllInnerTextsAsync());

        // Three stalls are let: however often the one sells, it is one of three.
        var leader = await browser.Open(town.Address);
        await leader.SignIn(town.Leader);
        await leader.Becomes("/indicators/market.stalls.active-share", ".ts-figure__value", "33,3");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_printed_sign_is_told_from_a_forged_a_foreign_and_an_unreadable_one(Engine engine)
    {
        await using var town = await Town.Open(engine);
        var board = await browser.Open(town.Address);
        await board.SignIn(town.Manager);
        await board.GotoAsync($"/signs/{town.SignId}");
        var printed = Path.Combine(Browser.Screenshots, $"sign-{engine}");

        await board.PdfAsync(new() { Path = $"{printed}.pdf", PreferCSSPageSize = true, PrintBackground = true });
        var about = await Walking.Run("pdfinfo", $"{printed}.pdf");
        await Walking.Run("pdftoppm", "-r", "150", "-png", "-singlefile", $"{printed}.pdf", printed);
        var scanned = await Walking.ReadCode($"{printed}.png");

        Assert.Matches("Pages: +1\n", about);
        Assert.Matches("Page size: +(419|420)(\\.\\d+)? x (594|595|596)", about);
        Assert.Equal(town.SignPayload, scanned);
        var sign = VietQr.Decode(scanned).Transfer!;
        Assert.Equal((Town.TraderAccount, null), (sign.Account, sign.Amount));

        var passerBy = await browser.Open(town.Address, 360);
        foreach (var (text, verdict) in new[]
        {
            (scanned, "Đúng mã của quầy này"),
            (VietQr.Encode(sign with { Account = "6666888899" }), "Mã giả: tài khoản không phải của quầy"),
            (VietQr.Encode(sign with { Account = "6666888899", Purpose = "CAM ON" }), "Không phải mã do hệ thống cấp"),
            ("https://example.vn/khuyen-mai", "Đây không phải mã VietQR"),
        })
        {
            await passerBy.GotoAsync("/check-sign");
            await passerBy.FillAsync("#scanned", text);
            await passerBy.Press("Kiểm tra");
            await passerBy.Says(verdict);
        }

        // A new sign puts the old one out of force.
        await board.GotoAsync($"/stalls/{town.Stalls["A-001"]}");
        await board.Press("Cấp biển mới");
        await passerBy.GotoAsync("/check-sign");
        await passerBy.FillAsync("#scanned", scanned);
        await passerBy.Press("Kiểm tra");
        await passerBy.Says("Mã này đã hết hiệu lực");
    }
}
