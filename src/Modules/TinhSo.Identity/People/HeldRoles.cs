using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Access;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.People;

/// <summary>Whether a role is held today.</summary>
internal enum RoleState
{
    Held,
    Coming,
    Ended,
}

/// <summary>A role that somebody holds, held, or will hold.</summary>
internal sealed record RoleLine(
    Guid Id, string Role, string RoleName, string Unit, string UnitName, DateOnly From, DateOnly? To, RoleState State);

/// <summary>Which roles somebody holds, held and will hold, and takes them away.</summary>
internal sealed class HeldRoles(IdentityDb db, UnitNames units, ICaller caller, TimeProvider clock)
{
    private const int HistoryMax = 200;

    /// <summary>The days between which a role is to be held: from today when no other is typed, and for ever.</summary>
    /// <param name="errors">Where what is wrong is said, at the fields <c>from</c> and <c>to</c>.</param>
    /// <param name="from">The first, as typed; not in the past.</param>
    /// <param name="to">The last, as typed.</param>
    /// <param name="today">The day it is.</param>
    public static (DateOnly From, DateOnly? To) ReadDays(FieldErrors errors, string? from, string? to, DateOnly today)
    {
        var first = string.IsNullOrWhiteSpace(from) ? today : errors.Day("from", from);
        var last = string.IsNullOrWhiteSpace(to) ? (DateOnly?)null : errors.Day("to", to);
        if (first < today)
        {
            errors.Add("from", "Ngày bắt đầu không được ở quá khứ.", "The first day must not be in the past.");
        }
        if (last < first)
        {
            errors.Add("to", "Ngày kết thúc phải từ ngày bắt đầu trở đi.", "The last day must not precede the first.");
        }
        return (first, last);
    }

    /// <summary>Those held today or later.</summary>
    public async Task<IReadOnlyList<RoleRow>> Of(Guid personId, CancellationToken stop)
    {
        var today = clock.Today();
        return await db.Roles.AsNoTracking()
            .Where(r => r.PersonId == personId
                && (r.ValidTo == null || (r.ValidTo >= today && r.ValidTo >= r.ValidFrom)))
            .OrderBy(r => r.Id).ToListAsync(stop);
    }

    /// <summary>All of them, held ones first, then those to come, then those that ended, newest first.</summary>
    public async Task<IReadOnlyList<RoleLine>> History(Guid personId, CancellationToken stop)
    {
        var today = clock.Today();
        var rows = await db.Roles.AsNoTracking().Where(r => r.PersonId == personId)
            .OrderByDescending(r => r.Id).Take(HistoryMax).ToListAsync(stop);
        var lines = new List<RoleLine>();
        foreach (var row in rows)
        {
            lines.Add(new(row.Id, row.Role, Roles.NameOf(row.Role), row.Unit,
                (await units.NameOf(row.Unit, stop)).ToString(), row.ValidFrom, row.ValidTo, row.StateOn(today)));
        }
        return [.. lines.Where(l => l.State is not RoleState.Ended).OrderBy(l => l.State).ThenBy(l => l.Id),
            .. lines.Where(l => l.State is RoleState.Ended)];
    }

    /// <summary>Takes a role away at once. One person is enough: it only makes things safer.</summary>
    public async Task<Outcome<RoleRow>> End(Guid personId, Guid? roleId, string? reason, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var why = errors.Optional("reason", reason, 500);
        if (roleId is null)
        {
            errors.Add("roleId", "Hãy chọn vai trò.", "Choose a role.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return await db.InTransaction<Outcome<RoleRow>>(async () =>
        {
            var row = await db.Roles.SingleOrDefaultAsync(r => r.Id == roleId && r.PersonId == personId, stop);
            if (row is null || !caller.May(GiveRole.Permission, row.Unit))
            {
                return KernelRefusals.NotFound;
            }
            if (await IsLastAdministrator(row, stop))
            {
                return IdentityRefusals.LastAdministrator;
            }
            if (row.StateOn(clock.Today()) is not RoleState.Ended)
            {
                row.EndBefore(clock.Today());
                db.Reason = why;
                await db.SaveChangesAsync(stop);
                db.Reason = null;
            }
            return row;
        }, stop);
    }

    /// <summary>Whether nobody could give roles any more without this one; within the transaction that is open.
    /// </summary>
    public async Task<bool> IsLastAdministrator(RoleRow row, CancellationToken stop)
    {
        var today = clock.Today();
        if (row.Role != Roles.Administrator || row.Unit != Units.Province || row.StateOn(today) is not RoleState.Held)
        {
            return false;
        }
        var all = db.Roles.Where(r => r.Role == Roles.Administrator && r.Unit == Units.Province
            && r.ValidFrom <= today && (r.ValidTo == null || r.ValidTo >= today));
        // Held until the end: of two who take each other's away at once, the second sees what the first did.
        await all.ExecuteUpdateAsync(set => set.SetProperty(r => r.Unit, r => r.Unit), stop);
        return !await all.AnyAsync(r => r.Id != row.Id, stop);
    }

    /// <summary>Roles at units, as people read them.</summary>
    public async Task<Text> InWords(IEnumerable<(string Role, string Unit)> roles, CancellationToken stop)
    {
        var (vi, en) = (new List<string>(), new List<string>());
        foreach (var (role, unit) in roles)
        {
            var (name, at) = (Roles.TextOf(role), await units.NameOf(unit, stop));
            vi.Add($"{name.Vi} ({at.Vi})");
            en.Add($"{name.En} ({at.En})");
        }
        return vi.Count == 0 ? new("–", "–") : new(string.Join("; ", vi), string.Join("; ", en));
    }
}
