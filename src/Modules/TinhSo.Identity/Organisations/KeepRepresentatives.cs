using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.People;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Organisations;

/// <summary>Who is to represent an organisation, as it was typed.</summary>
/// <param name="UserName">Of a person who is registered.</param>
/// <param name="From">The first day; today when empty.</param>
/// <param name="To">The last day; none when empty.</param>
/// <param name="Reason">The paper that says so, such as a power of attorney.</param>
internal sealed record RepresentativeOrder(string? UserName, string? From, string? To, string? Reason);

/// <summary>A person who represents an organisation.</summary>
internal sealed record Representative(
    Guid RoleId, Guid PersonId, string Name, string UserName, DateOnly From, DateOnly? To, RoleState State);

/// <summary>
/// Who represents organisations: people who hold the role at the organisation. It is no role of the administration, so
/// one administrator is enough to give it.
/// </summary>
internal sealed class KeepRepresentatives(IdentityDb db, HeldRoles held, ICaller caller, TimeProvider clock)
{
    private const int ListMax = 200;

    /// <summary>All of an organisation, those in force first.</summary>
    public async Task<IReadOnlyList<Representative>> Of(Guid organisationId, CancellationToken stop)
    {
        var (unit, today) = (Units.Organisation(organisationId), clock.Today());
        var rows = await (from role in db.Roles.AsNoTracking()
                          join person in db.People on role.PersonId equals person.Id
                          where role.Unit == unit && role.Role == Roles.Representative
                          orderby role.Id descending
                          select new { Role = role, person.Name, person.UserName }).Take(ListMax).ToListAsync(stop);
        return [.. rows.Select(r => new Representative(r.Role.Id, r.Role.PersonId, r.Name, r.UserName,
            r.Role.ValidFrom, r.Role.ValidTo, r.Role.StateOn(today))).OrderBy(r => r.State)];
    }

    public async Task<Outcome<OrganisationRow>> Add(
        Guid organisationId, RepresentativeOrder order, CancellationToken stop)
    {
        if (!caller.May(RegisterOrganisation.Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        var userName = errors.Required("userName", order.UserName, 60).ToLowerInvariant();
        var (from, to) = HeldRoles.ReadDays(errors, order.From, order.To, clock.Today());
        var why = errors.Required("reason", order.Reason, 500);
        var person = errors.Any
            ? null : await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.UserName == userName, stop);
        if (!errors.Any && person is null)
        {
            errors.Add("userName", "Không có người dùng nào có tên đăng nhập này.", "Nobody has this user name.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        db.Reason = why;
        var added = await db.InTransaction(() => Save(organisationId, person!.Id, from, to, stop), stop);
        db.Reason = null;
        return added;
    }

    public async Task<Outcome<OrganisationRow>> End(
        Guid organisationId, Guid? roleId, string? reason, CancellationToken stop)
    {
        var organisation = await db.Organisations.FindAsync([organisationId], stop);
        var role = await db.Roles.AsNoTracking().SingleOrDefaultAsync(r => r.Id == roleId, stop);
        if (organisation is null || (role is not null && role.Unit != organisation.Unit))
        {
            return KernelRefusals.NotFound;
        }
        return (await held.End(role?.PersonId ?? Guid.Empty, roleId, reason, stop)).IsRefused(out var refusal, out _)
            ? refusal : organisation;
    }

    private async Task<Outcome<OrganisationRow>> Save(
        Guid organisationId, Guid personId, DateOnly from, DateOnly? to, CancellationToken stop)
    {
        var organisation = await db.Organisations.FindAsync([organisationId], stop);
        if (organisation is null)
        {
            return KernelRefusals.NotFound;
        }
        // Held until the end: of two who add the same person at once the second sees the first.
        await db.Organisations.Where(o => o.Id == organisationId)
            .ExecuteUpdateAsync(set => set.SetProperty(o => o.Name, o => o.Name), stop);
        var unit = organisation.Unit;
        if (await db.Roles.AnyAsync(r => r.PersonId == personId && r.Unit == unit && r.Role == Roles.Representative
            && (to == null || r.ValidFrom <= to) && (r.ValidTo == null || r.ValidTo >= from), stop))
        {
            return IdentityRefusals.RoleHeld;
        }
        db.Add(new RoleRow
        {
            Id = Ids.New(clock),
            PersonId = personId,
            Role = Roles.Representative,
            Unit = unit,
            ValidFrom = from,
            ValidTo = to,
            GrantedBy = caller.Signature,
        });
        await db.SaveChangesAsync(stop);
        return organisation;
    }
}
