using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Clients;

/// <summary>Whether a key still opens anything.</summary>
internal enum KeyState
{
    /// <summary>It does.</summary>
    Running,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It was ended, or its system was.</summary>
    Ended,
}

/// <summary>A key without what it opens with.</summary>
/// <param name="LastUsedAt">To within five minutes; null when never.</param>
internal sealed record ClientKeyView(
    Guid Id, KeyState State, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt);

/// <summary>A system of others and its keys, newest first.</summary>
internal sealed record ClientView(Guid Id, string Name, string Organisation, string Unit, IReadOnlyList<string> Scopes,
    string? PublicKey, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, IReadOnlyList<ClientKeyView> Keys)
{
    /// <summary>When it was seen last, to within five minutes; null when never.</summary>
    public DateTimeOffset? LastUsedAt => Keys.Max(key => key.LastUsedAt);
}

/// <summary>Finds the systems of others that the caller may keep.</summary>
internal sealed class FindClients(IdentityDb db, TimeProvider clock, ICaller caller)
{
    /// <summary>A page of them, newest first.</summary>
    public async Task<Outcome<Page<ClientView>>> List(string? cursor, int limit, CancellationToken stop)
    {
        var clients = Visible();
        if (!string.IsNullOrEmpty(cursor))
        {
            if (!Guid.TryParse(cursor, out var before))
            {
                var errors = new FieldErrors();
                errors.Add("cursor", "Con trỏ trang không đúng.", "Not the cursor of a page.");
                return errors.ToRefusal();
            }
            var from = await clients.Where(client => client.Id == before).Select(client => client.CreatedAt)
                .SingleOrDefaultAsync(stop);
            clients = clients.Where(client => client.CreatedAt < from
                || (client.CreatedAt == from && client.Id.CompareTo(before) < 0));
        }
        var read = await clients.OrderByDescending(client => client.CreatedAt).ThenByDescending(client => client.Id)
            .Take(limit + 1).ToListAsync(stop);
        var page = Page.Cut(read, limit, client => $"{client.Id}");
        return new Page<ClientView>(await WithKeys(page.Items, stop), page.Next);
    }

    /// <summary>One that the caller may keep, or null.</summary>
    public async Task<ClientView?> Find(Guid id, CancellationToken stop)
    {
        var client = await Visible().SingleOrDefaultAsync(one => one.Id == id, stop);
        return client is null ? null : (await WithKeys([client], stop))[0];
    }

    private IQueryable<ClientRow> Visible()
    {
        var units = caller.UnitsFor(KeepClients.Permission);
        return units.Contains(Units.Province)
            ? db.Clients.AsNoTracking()
            : db.Clients.AsNoTracking().Where(client => units.Contains(client.Unit));
    }

    private async Task<IReadOnlyList<ClientView>> WithKeys(IReadOnlyList<ClientRow> clients, CancellationToken stop)
    {
        var ids = clients.Select(client => client.Id).ToList();
        var keys = (await db.ClientKeys.AsNoTracking().Where(key => ids.Contains(key.ClientId))
            .OrderByDescending(key => key.CreatedAt).ToListAsync(stop)).ToLookup(key => key.ClientId);
        return [.. clients.Select(client => new ClientView(client.Id, client.Name, client.Organisation, client.Unit,
            client.Scopes.Split(' '), client.PublicKey, client.CreatedAt, client.EndedAt,
            [.. keys[client.Id].Select(key => new ClientKeyView(key.Id, StateOf(client, key), key.CreatedAt,
                key.ExpiresAt, key.LastUsedAt))]))];
    }

    private KeyState StateOf(ClientRow client, ClientKeyRow key) => (client.EndedAt ?? key.EndedAt) is not null
        ? KeyState.Ended
        : key.ExpiresAt <= clock.GetUtcNow() ? KeyState.Expired : KeyState.Running;
}
