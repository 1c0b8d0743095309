using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using TinhSo.Billing;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Markets.Storage;
using TinhSo.Payments;
using TinhSo.Places;

namespace TinhSo.Markets.Markets;

/// <summary>What is known of a market when it is registered or described anew.</summary>
internal sealed record MarketOrder(
    Guid Id, string? Name, string? Prefix, string? Place, string? Points, string? Building, string? DigitalSince,
    string? Source, bool Demo = false);

/// <summary>The bank account into which a market's fees are paid.</summary>
internal sealed record BoardAccount(string? BankBin, string? AccountNumber, string? AccountName);

/// <summary>Registers markets, describes them, and gives their boards an account to be paid into.</summary>
internal sealed class RegisterMarket(
    MarketsDb db, IPlaces places, IPayments payments, IBilling billing, ICaller caller, TimeProvider clock)
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

    /// <summary>Lets the market's fees be billed and paid into a bank account.</summary>
    public async Task<Outcome<Market>> SetAccount(Guid marketId, BoardAccount account, CancellationToken stop)
    {
        var market = await db.Markets.FindAsync([marketId], stop);
        if (market is null || !caller.May("markets.manage", market.Unit))
        {
            return market is null ? KernelRefusals.NotFound : KernelRefusals.Forbidden;
        }
        var board = $"Ban quản lý {market.Name}";
        // A payee never changes: another account or another name is another payee, and bills issued so far keep theirs.
        var payeeId = Ids.From("markets.board", $"{market.Id}\n{board}\n{account}");
        var payee = await payments.RegisterPayee(new PayeeOrder(payeeId, market.Unit, board, account.BankBin ?? "",
            account.AccountNumber ?? "", account.AccountName ?? ""), stop);
        if (payee.IsRefused(out var refusal, out _))
        {
            return refusal;
        }
        var biller = await billing.RegisterBiller(new Biller(market.Unit, board, market.Prefix, payeeId), stop);
        if (biller.IsRefused(out refusal, out _))
        {
            return refusal;
        }
        market.PayeeId = payeeId;
        await db.SaveChangesAsync(stop);
        return market;
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
