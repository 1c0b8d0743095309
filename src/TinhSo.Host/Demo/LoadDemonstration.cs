using System.Security.Cryptography;
using TinhSo.Billing;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets;

namespace TinhSo.Host.Demo;

/// <summary>A person of the demonstration, for whom the run script prints how to sign in.</summary>
/// <param name="UserName">The user name.</param>
/// <param name="Role">What the person may do, in words.</param>
internal sealed record DemoSignIn(string UserName, string Role);

/// <summary>Makes the demonstration's markets and people.</summary>
internal sealed class LoadDemonstration(
    IMarkets markets, IBilling billing, IIdentity identity, IConfiguration configuration, DemoMark mark)
{
    private const int TradersWhoSignIn = 30;
    private static readonly string[] BillersWhoSignIn = ["donvithu1", "donvithu2", "donvithu3"];

    public async Task<IReadOnlyList<DemoSignIn>> Load(CancellationToken stop)
    {
        var made = await markets.LoadDemo(stop);
        var market = Units.Market(made.MarketId);
        var signIns = new List<DemoSignIn>
        {
            await Add("quantri", "Đinh Văn Quản", Roles.Administrator, Units.Province, stop),
            await Add("lanhdao", "Lương Thị Hạ", Roles.Leader, Units.Province, stop),
            await Add("ketoan1", "Vũ Thị Thu", Roles.Treasurer, Units.Province, stop),
            await Add("ketoan2", "Bùi Minh Chi", Roles.Treasurer, Units.Province, stop),
            await Add("kiemtoan", "Cao Thị Soát", Roles.Auditor, Units.Province, stop),
            await Add("baove", "Trịnh Thị Kín", Roles.DataProtection, Units.Province, stop),
            await Add("banquanly", "Phạm Văn Chợ", Roles.MarketManager, market, stop),
            await Add("thuphi", "Ngô Thị Phí", Roles.Collector, market, stop),
        };
        foreach (var (trader, number) in made.Traders.Take(TradersWhoSignIn).Select((t, i) => (t, i + 1)))
        {
            var signIn = await Add($"tieuthuong{number}", trader.Name, Roles.Trader, Units.Payee(trader.Id), stop);
            if (number == 1)
            {
                signIns.Add(signIn);
            }
        }
        foreach (var (unit, userName) in (await billing.LoadDemo(stop)).Zip(BillersWhoSignIn))
        {
            signIns.Add(await Add(userName, "Đỗ Thị Dịch Vụ", Roles.Officer, unit, stop));
        }
        // Runs all boards at once when a month of traffic is played through.
        await Add("mophong", "Mô phỏng", Roles.MarketManager, Units.Province, stop);
        mark.Set();
        return signIns;
    }

    private async Task<DemoSignIn> Add(string userName, string name, string role, string unit, CancellationToken stop)
    {
        var id = Ids.From("demo.person", userName);
        if (await identity.Find(id, stop) is null)
        {
            var password = configuration["Demo:Password"] ?? RandomNumberGenerator.GetHexString(20);
            Demand(await identity.Register(new PersonOrder(id, userName, name, password), stop));
        }
        Demand(await identity.Grant(id, role, unit, stop));
        return new(userName, Roles.NameOf(role));
    }

    private static void Demand(Outcome<Person> outcome) => outcome.Match(
        given => given,
        refusal => throw new InvalidOperationException($"The demonstration was refused: {refusal.Code}."));
}
