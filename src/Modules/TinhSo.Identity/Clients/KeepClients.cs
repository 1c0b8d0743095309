using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Signing;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Clients;

/// <summary>Asks for a system of others, as it was typed.</summary>
/// <param name="Id">Chosen by the caller. A second order with it is refused: its key cannot be shown again.</param>
/// <param name="Unit">Such as <c>market:0197…</c> or <see cref="Units.Province"/>.</param>
/// <param name="Scopes">Of <see cref="Permissions.Scopes"/>, at least one.</param>
/// <param name="Days">How long its first key opens anything, 1 to 730; 365 when empty.</param>
/// <param name="PublicKey">What its signatures are checked with, in PEM; may be empty.</param>
internal sealed record ClientOrder(Guid Id, string? Name, string? Organisation, string? Unit,
    IReadOnlyList<string?>? Scopes, string? Days, string? PublicKey);

/// <summary>A key as it is shown, once.</summary>
internal sealed record IssuedKey(Guid Id, string Key, DateTimeOffset ExpiresAt);

/// <summary>Registers systems of others, gives them keys, and ends either at once.</summary>
internal sealed class KeepClients(
    IdentityDb db, TimeProvider clock, ICaller caller, IEnumerable<INameUnits> namers)
{
    public const string Permission = "identity.clients";

    // One to use and one to change over to.
    private const int RunningMax = 2;
    private const int DaysUsual = 365;
    private const int DaysMax = 730;

    public async Task<Outcome<IssuedKey>> Register(ClientOrder order, CancellationToken stop)
    {
        var errors = new FieldErrors();
        errors.Id("id", order.Id);
        var name = errors.Required("name", order.Name, 100);
        var organisation = errors.Required("organisation", order.Organisation);
        var scopes = Scopes(errors, order.Scopes);
        var unit = await Unit(errors, order.Unit, scopes, stop);
        var days = Days(errors, order.Days);
        var publicKey = PublicKeys.Read(errors, "publicKey", order.PublicKey);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (!caller.May(Permission, unit))
        {
            return KernelRefusals.Forbidden;
        }
        return await db.InTransaction<Outcome<IssuedKey>>(async () =>
        {
            if (await db.Clients.AnyAsync(client => client.Id == order.Id, stop))
            {
                return IdentityRefusals.ClientIdUsed;
            }
            db.Add(new ClientRow
            {
                Id = order.Id,
                Name = name,
                Organisation = organisation,
                Unit = unit,
                Scopes = string.Join(' ', scopes),
                PublicKey = publicKey,
                CreatedAt = clock.GetUtcNow(),
                CreatedBy = caller.Signature,
            });
            // Saved first: the key's row refers to it.
            await db.SaveChangesAsync(stop);
            var issued = Issue(order.Id, days);
            await db.SaveChangesAsync(stop);
            return issued;
        }, stop);
    }

    /// <summary>Gives a second key, to change over to while the first still runs.</summary>
    public async Task<Outcome<IssuedKey>> NewKey(Guid id, string? days, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var lasts = Days(errors, days);
        return errors.Any ? errors.ToRefusal() : await Change<IssuedKey>(id, async client =>
        {
            var now = clock.GetUtcNow();
            if (await db.ClientKeys.CountAsync(
                key => key.ClientId == id && key.EndedAt == null && key.ExpiresAt > now, stop) >= RunningMax)
            {
                return IdentityRefusals.TwoKeysRun;
            }
            return Issue(client.Id, lasts);
        }, stop);
    }

    /// <summary>Ends a key at once; one that has ended stays so.</summary>
    public Task<Outcome<ClientRow>> EndKey(Guid id, Guid keyId, CancellationToken stop) =>
        Change<ClientRow>(id, async client =>
        {
            var key = await db.ClientKeys.SingleOrDefaultAsync(one => one.Id == keyId && one.ClientId == id, stop);
            if (key is null)
            {
                return KernelRefusals.NotFound;
            }
            if (key.EndedAt is null)
            {
                (key.EndedAt, key.EndedBy) = (clock.GetUtcNow(), caller.Signature);
            }
            return client;
        }, stop);

    /// <summary>Ends a system at once, whatever keys it has.</summary>
    public Task<Outcome<ClientRow>> End(Guid id, CancellationToken stop) => Change<ClientRow>(id, client =>
    {
        (client.EndedAt, client.EndedBy) = (clock.GetUtcNow(), caller.Signature);
        return Task.FromResult<Outcome<ClientRow>>(client);
    }, stop);

    /// <summary>Sets what its signatures are checked with from now on; empty lets it sign nothing.</summary>
    public async Task<Outcome<ClientRow>> SetPublicKey(Guid id, string? pem, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var publicKey = PublicKeys.Read(errors, "publicKey", pem);
        return errors.Any ? errors.ToRefusal() : await Change<ClientRow>(id, client =>
        {
            client.PublicKey = publicKey;
            return Task.FromResult<Outcome<ClientRow>>(client);
        }, stop);
    }

    private Task<Outcome<T>> Change<T>(
        Guid id, Func<ClientRow, Task<Outcome<T>>> change, CancellationToken stop) where T : class =>
        db.InTransaction<Outcome<T>>(async () =>
        {
            // Held until all is saved: of two who make a second key at once, one comes too late.
            await db.Clients.Where(client => client.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(client => client.Name, client => client.Name), stop);
            var client = await db.Clients.SingleOrDefaultAsync(one => one.Id == id, stop);
            if (client is null || !caller.May(Permission, client.Unit))
            {
                return KernelRefusals.NotFound;
            }
            if (client.EndedAt is not null)
            {
                return IdentityRefusals.ClientEnded;
            }
            var outcome = await change(client);
            if (!outcome.IsRefused(out _, out _))
            {
                await db.SaveChangesAsync(stop);
            }
            return outcome;
        }, stop);

    private IssuedKey Issue(Guid clientId, int days)
    {
        var id = Ids.New(clock);
        var key = ClientKey.New(id);
        var now = clock.GetUtcNow();
        var row = db.Add(new ClientKeyRow
        {
            Id = id,
            ClientId = clientId,
            Hash = ClientKey.HashOf(key),
            CreatedAt = now,
            CreatedBy = caller.Signature,
            ExpiresAt = now.AddDays(days),
        }).Entity;
        return new(id, key, row.ExpiresAt);
    }

    private static int Days(FieldErrors errors, string? typed) => string.IsNullOrWhiteSpace(typed)
        ? DaysUsual
        : Convert.ToInt32(errors.Whole("days", typed, 1, DaysMax), CultureInfo.InvariantCulture);

    private static List<string> Scopes(FieldErrors errors, IReadOnlyList<string?>? asked)
    {
        var scopes = Permissions.Scopes.Where(scope => asked?.Contains(scope) is true).ToList();
        if (scopes.Count == 0 || asked!.Any(scope => !Permissions.Scopes.Contains(scope)))
        {
            errors.Add("scopes", "Hãy chọn ít nhất một quyền trong danh sách.",
                "Choose at least one of the permissions.");
        }
        return scopes;
    }

    private async Task<string> Unit(
        FieldErrors errors, string? asked, List<string> scopes, CancellationToken stop)
    {
        var unit = asked?.Trim() ?? "";
        if (unit != Units.Province && !await IsNamed(unit, stop))
        {
            errors.Add("unit", "Hãy chọn đơn vị.", "Choose a unit.");
        }
        else if (unit != Units.Province && scopes.Find(Permissions.IsOfTheWholeProvince) is { } wide)
        {
            errors.Add("unit", $"Quyền “{Permissions.NameOf(wide)}” chỉ cấp cho toàn tỉnh.",
                $"“{Permissions.NameOf(wide)}” can only be given for the whole province.");
        }
        return unit;
    }

    private async Task<bool> IsNamed(string unit, CancellationToken stop)
    {
        foreach (var namer in namers)
        {
            if ((await namer.Units(stop)).Any(named => named.Unit == unit))
            {
                return true;
            }
        }
        return false;
    }
}
