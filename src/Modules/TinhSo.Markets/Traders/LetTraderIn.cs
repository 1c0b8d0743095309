using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Markets.Traders;

/// <summary>Lets a trader sign in to see the own money; the board gives the first password by hand.</summary>
internal sealed class LetTraderIn(IIdentity identity)
{
    /// <summary>Registers the person of a trader and gives the role at the trader's own purse.</summary>
    public async Task<Outcome<Person>> Open(Trader trader, string? userName, string? password, CancellationToken stop)
    {
        var registered = await identity.Register(
            new PersonOrder(PersonOf(trader.Id), userName ?? "", trader.Name, password ?? ""), stop);
        return registered.IsRefused(out var refusal, out var person)
            ? refusal
            : await identity.Grant(person.Id, Roles.Trader, trader.Unit, stop);
    }

    /// <summary>The trader's person, or null while there is none.</summary>
    public Task<Person?> Find(Guid traderId, CancellationToken stop) => identity.Find(PersonOf(traderId), stop);

    private static Guid PersonOf(Guid traderId) => Ids.From("markets.trader-person", traderId.ToString());
}
