using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Access;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.People;

/// <summary>A role that is to be held at another unit from now on.</summary>
internal sealed record RoleMoved(Guid PersonId, Guid RoleId, string Unit);

/// <summary>What is asked when an officer moves, as it was typed.</summary>
/// <param name="RoleId">The role held at the old unit.</param>
/// <param name="Unit">One that was chosen.</param>
/// <param name="Code">One that was typed, which wins.</param>
/// <param name="Reason">Why.</param>
internal sealed record MoveOrder(Guid? RoleId, string? Unit, string? Code, string? Reason);

/// <summary>
/// Moves an officer from one unit to another: in one step the old rights end at once and the new ones begin.
/// </summary>
internal sealed class MoveRole(
    IdentityDb db, IProposals proposals, UnitNames units, HeldRoles held, ICaller caller, TimeProvider clock)
    : ICarryOut<RoleMoved>
{
    public const string Kind = "identity.move";

    public async Task<Outcome<Proposal>> Propose(Guid personId, MoveOrder order, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var (_, unit) = await units.Read(errors, order.Unit, order.Code, stop);
        if (order.RoleId is null)
        {
            errors.Add("roleId", "Hãy chọn vai trò.", "Choose a role.");
        }
        errors.Required("reason", order.Reason, 500);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return caller.May(GiveRole.Permission, unit)
            ? await proposals.Propose(new RoleMoved(personId, order.RoleId!.Value, unit), order.Reason, stop)
            : KernelRefusals.Forbidden;
    }

    public async Task<Outcome<ProposedChange>> Foresee(RoleMoved what, CancellationToken stop)
    {
        var person = await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == what.PersonId, stop);
        var now = await held.Of(what.PersonId, stop);
        var moved = now.FirstOrDefault(r => r.Id == what.RoleId);
        if (person is null || moved is null)
        {
            return KernelRefusals.NotFound;
        }
        if (now.Any(r => r.Role == moved.Role && r.Unit == what.Unit))
        {
            return IdentityRefusals.RoleHeld;
        }
        if (Roles.Representative == moved.Role)
        {
            return IdentityRefusals.RoleStays;
        }
        if (await held.IsLastAdministrator(moved, stop))
        {
            return IdentityRefusals.LastAdministrator;
        }
        var role = Roles.TextOf(moved.Role);
        var (old, next) = (await units.NameOf(moved.Unit, stop), await units.NameOf(what.Unit, stop));
        var before = await held.InWords(now.Select(r => (r.Role, r.Unit)), stop);
        var after = await held.InWords(
            now.Select(r => (r.Role, r.Id == moved.Id ? what.Unit : r.Unit)), stop);
        return new ProposedChange(what.Unit,
            new($"Chuyển {person.Name} ({role.Vi}) từ {old.Vi} sang {next.Vi}",
                $"Move {person.Name} ({role.En}) from {old.En} to {next.En}"),
            [
                ProposedLine.Of("Tên đăng nhập", "User name", person.UserName, person.UserName),
                new(new("Các vai trò", "Roles"), before, after),
            ]);
    }

    public async Task<Refusal?> CarryOut(RoleMoved what, Proposal proposal, CancellationToken stop)
    {
        var today = clock.Today();
        var old = await db.Roles.SingleAsync(r => r.Id == what.RoleId, stop);
        db.Add(new RoleRow
        {
            Id = Ids.New(clock),
            PersonId = old.PersonId,
            Role = old.Role,
            Unit = what.Unit,
            ValidFrom = old.ValidFrom > today ? old.ValidFrom : today,
            ValidTo = old.ValidTo,
            GrantedBy = proposal.ProposedBy,
        });
        old.EndBefore(today);
        await db.SaveChangesAsync(stop);
        return null;
    }
}
