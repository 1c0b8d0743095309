using System.Net;
using System.Text;
using TinhSo.Identity;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;

namespace TinhSo.Journeys.Tests;

/// <summary>People with the right role at another unit ask for everything there is at this one.</summary>
public sealed class RowSweepTests(Browser browser)
{
    private static readonly HttpStatusCode[] Refusals = [HttpStatusCode.Forbidden, HttpStatusCode.NotFound];

    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task Nobody_of_another_unit_sees_or_changes_a_row_of_this_one_by_its_id(Engine engine)
    {
        await using var tour = await Tour.Begin(engine, browser);
        var (pages, calls, rows) = (0, 0, 0);
        var found = new List<string>();
        var strangers = await Strangers(tour.Town);
        foreach (var stranger in strangers)
        {
            var before = await tour.Town.Rows();
            using (var visit = await tour.Town.Visit(stranger))
            {
                foreach (var path in PathsOfTheMarket(tour))
                {
                    pages++;
                    using var answer = await visit.GetAsync(new Uri(path, UriKind.Relative), Stop);
                    found.AddRange(await Seen(stranger, path, answer, tour));
                }
            }
            using (var program = await tour.Town.Api(stranger))
            {
                foreach (var operation in await Operation.All(program))
                {
                    calls++;
                    using var request = new HttpRequestMessage(operation.Method, operation.Existing(tour));
                    request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
                    request.Content = operation.Method == HttpMethod.Get
                        ? null : new StringContent("{}", Encoding.UTF8, "application/json");
                    using var answer = await program.SendAsync(request, Stop);
                    found.AddRange(await Seen(stranger, $"{operation.Method} {operation.Path}", answer, tour));
                }
            }
            Assert.Equal(before, await tour.Town.Rows());
            rows = before.Count;
        }
        Assert.True(found.Count == 0, string.Join('\n', found));
        Assert.InRange(pages, 80, int.MaxValue);
        Assert.InRange(calls, 150, int.MaxValue);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{strangers.Count} strangers asked for {pages} pages and made {calls} calls in vain; {rows} rows stayed as they were.");
    }

    private static async Task<IReadOnlyList<Visitor>> Strangers(Town town)
    {
        var (market, payee) = (Units.Market(Guid.CreateVersion7()), Units.Payee(Guid.CreateVersion7()));
        return
        [
            await town.Employ("ban.cho.khac", Roles.MarketManager, market),
            await town.Employ("thu.phi.khac", Roles.Collector, market),
            await town.Employ("tieu.thuong.khac", Roles.Trader, payee),
        ];
    }

    // The simulated bank shows what whoever pays sees, and that is open to all.
    private static IEnumerable<string> PathsOfTheMarket(Tour tour) => tour.Views
        .Where(of => of.Visitor is not null && of.Visitor != tour.Town.Leader)
        .SelectMany(of => of.Views).Select(view => view.Path).Distinct()
        .Where(path => !path.StartsWith("/simulator", StringComparison.Ordinal));

    private static async Task<IEnumerable<string>> Seen(
        Visitor stranger, string path, HttpResponseMessage answer, Tour tour)
    {
        var text = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop));
        var isRefused = Refusals.Contains(answer.StatusCode)
            || answer.RequestMessage!.RequestUri!.AbsolutePath is "/no-permission";
        string[] telling = [Town.MarketName, Town.BoardAccount, Town.TraderAccount, tour.Town.Trader.Name, $"{tour.Town.MarketId}",
            $"{tour.Proposed}", $"{tour.Town.OrganisationId}"];
        var told = isRefused ? null : Array.Find(telling, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
        return told is null ? [] : [$"{stranger.UserName} {path}: {(int)answer.StatusCode} tells {told}"];
    }
}
