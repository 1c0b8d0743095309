using FsCheck;
using FsCheck.Fluent;
using Microsoft.EntityFrameworkCore;
using TinhSo.Indicators.Figures;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger;

namespace TinhSo.Indicators.Tests;

/// <summary>Whatever happens in whatever order, counting as it comes gives what counting from zero gives.</summary>
public sealed class HistoryTests
{
    private const int HistoriesPerEngine = 8;
    private const int StepsPerHistory = 60;

    private static readonly string[] Places = ["06652", "06658", ""];
    private static readonly string[] Channels = ["cash", "vietqr", "bank-transfer"];

    public static TheoryData<Engine, int> Histories
    {
        get
        {
            var histories = new TheoryData<Engine, int>();
            foreach (var engine in new[] { Engine.Sqlite, Engine.Postgres })
            {
                for (var seed = 1; seed <= HistoriesPerEngine; seed++)
                {
                    histories.Add(engine, seed);
                }
            }
            return histories;
        }
    }

    /// <summary>One thing that happens: what, to which of a few, and a number for all else.</summary>
    internal sealed record Step(int What, int Which, int Number);

    [Theory, MemberData(nameof(Histories))]
    public async Task Counted_as_it_comes_equals_counted_from_zero_and_rows_add_up_to_their_figures(
        Engine engine, int seed)
    {
        await using var host = await IndicatorsHost.Loaded(engine, countsByItself: seed % 2 == 0);
        var run = new Run(host);
        foreach (var step in Steps(seed))
        {
            await run.Do(step);
        }
        await host.Settle();
        await host.Settle();

        var asItCame = await Figures(host);
        var verified = await host.Use(i => i.Verify(IndicatorsHost.Stop));
        Assert.True(verified.Differences.Count == 0, $"seed {seed}: {string.Join("\n", verified.Differences)}");
        await AssertRowsAddUp(host);
        await host.Use(i => i.Recompute(IndicatorsHost.Stop));
        Assert.Equal(asItCame, await Figures(host));
        await AssertRowsAddUp(host);
        Assert.NotEmpty(asItCame);
    }

    private static List<Step> Steps(int seed)
    {
        var step = from what in Gen.Choose(0, 11)
                   from which in Gen.Choose(0, 5)
                   from number in Gen.Choose(1, 1_000)
                   select new Step(what, which, number);
        var steps = step.Sample(StepsPerHistory, new Rnd((ulong)seed, (ulong)seed * 2 + 1), StepsPerHistory).ToList();
        Assert.Equal(StepsPerHistory, steps.Count);
        return steps;
    }

    private static async Task<List<string>> Figures(IndicatorsHost host)
    {
        var book = await host.Book();
        return
        [
            .. from definition in book.Definitions
               from month in book.Months
               from narrowing in Places.Select(p => new Narrowing(Place: p)).Append(Narrowing.None)
               let value = book.At(definition, month, narrowing)
               where value is not null
               select $"{definition.Code} {month} {narrowing.Place}: {value.Parts}",
        ];
    }

    private static async Task AssertRowsAddUp(IndicatorsHost host)
    {
        var book = await host.Book();
        foreach (var definition in book.Definitions.Where(d => d.Span is Definitions.Span.Month))
        {
            foreach (var month in book.Months)
            {
                if (book.At(definition, month) is not { } value)
                {
                    continue;
                }
                foreach (var (part, expected) in new (FigurePart, long?)[] {
                    (FigurePart.Numerator, value.Parts.Numerator), (FigurePart.Minus, value.Parts.Minus),
                    (FigurePart.Denominator, value.Parts.Denominator) })
                {
                    if (part.Of(definition) is { } measure)
                    {
                        var rows = await host.With(db => ListRows.Query(
                            db, book, definition, measure, month, Narrowing.None).ToListAsync(IndicatorsHost.Stop));
                        var sum = measure.Aggregate is Definitions.Aggregate.Sum
                            ? rows.Sum(r => r.Amount)
                            : rows.Sum(r => (long)r.Count);
                        Assert.Equal((definition.Code, month, part, expected), (definition.Code, month, part, sum));
                    }
                }
            }
        }
    }

    /// <summary>Carries a history out on the real ledger and the real log of facts.</summary>
    private sealed class Run(IndicatorsHost host)
    {
        private readonly List<LedgerTransfer> transfers = [];
        private readonly HashSet<Guid> reversed = [];
        private readonly HashSet<string> told = [];

        public Task Do(Step step) => step.What switch
        {
            0 or 1 => Pay(step, "market.fees"),
            2 or 3 => Pay(step, "market.sale"),
            4 => Reverse(step),
            5 => GiveBack(step),
            6 => host.Tell(new MarketDescribed(Ids.From("market", $"{step.Which}"), "Chợ", step.Number % 4,
                Place(step), step.Number % 2 == 0, step.Number % 7 == 0, Moment(step))),
            7 => host.Tell(new StallDescribed(Ids.From("stall", $"{step.Which}"), Ids.From("market", "1"),
                step.Number % 3, Place(step), step.Number % 5 == 0 ? null : Ids.From("trader", $"{step.Number}"),
                step.Number % 3 != 0, Moment(step))),
            8 => Bill(step),
            9 => Once($"cancel{step.Number % 12}", () => host.Tell(
                new BillCancelled(BillId(step), 10_000 * (step.Number % 12 + 1), Moment(step)))),
            10 => Advance(step),
            _ => host.Settle(),
        };

        private async Task Pay(Step step, string code)
        {
            var transfer = await host.Pay(code, Channels[step.Number % 3], step.Number * 1_000L, Place(step),
                $"stall:{Ids.From("stall", $"{step.Which}")}");
            transfers.Add(transfer);
            if (step.Number % 2 == 0)
            {
                await host.Tell(new PaymentReceived(transfer.Id, transfer.Amount, code, transfer.Channel,
                    transfer.Place, transfer.Reference!, $"R{transfer.Position}", transfer.Id, transfer.PostedAt));
            }
        }

        private async Task Reverse(Step step)
        {
            if (transfers.Count > 0 && transfers[step.Number % transfers.Count] is var original
                && reversed.Add(original.Id))
            {
                await host.Reverse(original);
            }
        }

        // The fact may be told before or after the log is followed, or for a payment that is reversed as well.
        private async Task GiveBack(Step step)
        {
            if (transfers.Count == 0)
            {
                return;
            }
            var paid = transfers[step.Number % transfers.Count];
            var id = Ids.New(host.Clock);
            var refund = new PaymentRefunded(paid.Id, 500, paid.Code, paid.Channel, paid.Place, paid.Reference!, id,
                host.Clock.GetUtcNow());
            if (step.Which % 2 == 0)
            {
                await host.Tell(refund);
                await host.Settle();
            }
            var transfer = await host.Pay(paid.Code, paid.Channel, 500, paid.Place, paid.Reference!, id, back: true);
            if (step.Which % 2 == 1)
            {
                await host.Settle();
                await host.Tell(refund);
            }
            if (step.Which > 3)
            {
                await host.Reverse(transfer);
            }
        }

        private async Task Bill(Step step)
        {
            var (id, number) = (BillId(step), step.Number % 12);
            var month = host.Month(-(number % 3));
            var amount = 10_000L * (number + 1);
            if (step.Which % 2 == 0)
            {
                await Once($"bill{number}", () => host.Tell(
                    new BillIssued(id, "2026-11", Place(step), amount, Moment(step))));
            }
            else
            {
                await Once($"paid{number}", () => host.Tell(new BillPaid(id, month, Place(step), amount,
                    Channels[number % 3], $"B{number}", id, number % 2 == 0, Moment(step))));
            }
        }

        private Task Advance(Step step)
        {
            host.Clock.Advance(TimeSpan.FromDays(step.Number % 20));
            return Task.CompletedTask;
        }

        private async Task Once(string what, Func<Task> tell)
        {
            if (told.Add(what))
            {
                await tell();
            }
        }

        private static Guid BillId(Step step) => Ids.From("bill", $"{step.Number % 12}");

        private static string? Place(Step step) => Places[step.Number % 3] is { Length: > 0 } place ? place : null;

        // Up to three months ago: facts come late.
        private DateTimeOffset Moment(Step step) => host.Clock.GetUtcNow().AddHours(-step.Number * 2);
    }
}
