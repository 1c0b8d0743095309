using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Storage;
using TinhSo.Places;

namespace TinhSo.Markets.Markets;

/// <summary>What is known of a market when it is registered or described anew.</summary>
internal sealed record MarketOrder(
    Guid Id, string? Name, string? Prefix, string? Place, string? Points, string? Building, string? DigitalSince,
    string? Source, bool Demo = false);

/// <summary>Registers markets and describes them.</summary>
internal sealed class RegisterMarket(MarketsDb db, IPlaces places, ICaller caller, TimeProvider clock)
{
    public async Task<Outcome<Market>> Register(MarketOrder order, CancellationToken stop)
    {
        var errors = new FieldErrors();
        errors.Id("id", order.Id);
        var name = errors.Required("name", order.Name, 120);
        var source = errors.Required("source", order.Source, 400);
        var prefix = errors.Required("prefix", order.Prefix, 8).ToUpperInvariant();
        var points = string.IsNullOrWhiteSpace(order.Points)
            ? (int?)null : (int)errors.Whole("points", order.Points, 1, 20_000);
        var building = errors.Choice<Building>("building", order.Building ?? nameof(Building.Unknown));
        var digital = string.IsNullOrWhiteSpace(order.DigitalSince)
            ? (DateOnly?)null : errors.Day("digitalSince", order.DigitalSince);
        var place = errors.Optional("place", order.Place, 10);
        if (place is not null && places.Find(place) is null)
        {
            errors.Add("place", "Hãy chọn một xã, phường, đặc khu.", "Choose a commune, ward or special zone.");
        }
        if (prefix.Length < 2 || !prefix.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c)))
        {
            errors.Add("prefix", "Dùng 2 đến 8 chữ hoa không dấu hoặc chữ số.", "Use 2 to 8 plain capitals or digits.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return await db.InTransaction(() => Save(), stop);

        async Task<Outcome<Market>> Save()
        {
            var market = await db.Markets.FindAsync([order.Id], stop);
            if (!caller.May(market is null ? "markets.register" : "markets.manage", Units.Market(order.Id)))
            {
                return KernelRefusals.Forbidden;
            }
            if (await db.Markets.AnyAsync(m => m.Prefix == prefix && m.Id != order.Id, stop)
                || (market is not null && market.Prefix != prefix))
            {
                return MarketRefusals.PrefixTaken;
            }
            var before = market?.Describe();
            market ??= db.Add(new Market
            {
                Id = order.Id,
                Name = name,
                Folded = "",
                Prefix = prefix,
                Demo = order.Demo,
                Source = source,
                ChangedAt = default,
            }).Entity;
            (market.Name, market.Folded, market.Place) = (name, Words.Fold(name), place);
            (market.Points, market.Building, market.DigitalSince) = (points, building, digital);
            (market.Class, market.Source) = (MarketClass.Of(points, building).Class, source);
            if (market.Describe() != before)
            {
                market.ChangedAt = clock.GetUtcNow();
                db.Publish(market.Describe());
                if (before is not null && (before.Class, before.Place) != (market.Class, market.Place))
                {
                    await DescribeStalls(market, stop);
                }
            }
            await db.SaveChangesAsync(stop);
            return market;
        }
    }

    // A stall's fact tells its market's class and place too: when those change, all its stalls are told anew.
    private async Task DescribeStalls(Market market, CancellationToken stop)
    {
        foreach (var stall in await db.Stalls.Where(s => s.MarketId == market.Id).ToListAsync(stop))
        {
            stall.ChangedAt = market.ChangedAt;
            db.Publish(stall.Describe(market));
        }
    }

    /// <summary>
    /// Describes a market that is registered; its prefix stays, and its source unless another is given.
    /// </summary>
    public async Task<Outcome<Market>> Describe(MarketOrder order, CancellationToken stop)
    {
        var market = await db.Markets.AsNoTracking().SingleOrDefaultAsync(m => m.Id == order.Id, stop);
        return market is null
            ? KernelRefusals.NotFound
            : await Register(order with { Prefix = market.Prefix, Source = order.Source ?? market.Source }, stop);
    }

    /// <summary>A prefix made of a name's initials and digits, such as CHL1 for Chợ Hạ Long I.</summary>
    public static string PrefixFor(string name, int number)
    {
        var initials = new StringBuilder();
        foreach (var word in Words.Ascii(name).Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(5))
        {
            initials.Append(char.IsAsciiLetterOrDigit(word[0]) ? $"{char.ToUpperInvariant(word[0])}" : "");
        }
        return initials.Append(number.ToString("D3", CultureInfo.InvariantCulture)).ToString();
    }
}
