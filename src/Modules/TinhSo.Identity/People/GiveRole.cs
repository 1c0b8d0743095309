using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Access;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.People;

/// <summary>A role that is to be given.</summary>
internal sealed record RoleGiven(Guid PersonId, string Role, string Unit, DateOnly From, DateOnly? To);

/// <summary>What is asked when a role is given, as it was typed.</summary>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="Unit">One that was chosen.</param>
/// <param name="Code">One that was typed, such as <c>commune:07030</c>, which wins.</param>
/// <param name="From">The first day; today when empty.</param>
/// <param name="To">The last day; none when empty.</param>
/// <param name="Reason">Why.</param>
internal sealed record RoleOrder(
    string? Role, string? Unit, string? Code, string? From, string? To, string? Reason);

/// <summary>Gives a person a role from one day to another: one administrator proposes, another approves.</summary>
internal sealed class GiveRole(
    IdentityDb db, IProposals proposals, UnitNames units, HeldRoles held, ICaller caller, TimeProvider clock)
    : ICarryOut<RoleGiven>
{
    public const string Permission = "identity.people";
    public const string ApprovePermission = "identity.people-approve";
    public const string Kind = "identity.role";

    public async Task<Outcome<Proposal>> Propose(Guid personId, RoleOrder order, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var role = errors.Required("role", order.Role, 40);
        if (!Roles.All.Contains(role))
        {
            errors.Add("role", "Hãy chọn vai trò.", "Choose a role.");
        }
        else if (role == Roles.Representative)
        {
            errors.Add("role", "Người đại diện được thêm tại trang của tổ chức.",
                "A representative is added on the page of the organisation.");
        }
        var (field, unit) = await units.Read(errors, order.Unit, order.Code, stop);
        if (unit.StartsWith("organisation:", StringComparison.Ordinal))
        {
            errors.Add(field, "Ở một tổ chức chỉ có người đại diện, thêm tại trang của tổ chức.",
                "An organisation only has representatives, who are added on its own page.");
        }
        var (from, to) = HeldRoles.ReadDays(errors, order.From, order.To, clock.Today());
        errors.Required("reason", order.Reason, 500);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return caller.May(Permission, unit)
            ? await proposals.Propose(new RoleGiven(personId, role, unit, from, to), order.Reason, stop)
            : KernelRefusals.Forbidden;
    }

    public async Task<Outcome<ProposedChange>> Foresee(RoleGiven what, CancellationToken stop)
    {
        var person = await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == what.PersonId, stop);
        if (person is null)
        {
            return KernelRefusals.NotFound;
        }
        if (what.To < clock.Today())
        {
            return IdentityRefusals.RoleOver;
        }
        var now = await held.Of(person.Id, stop);
        if (now.Any(r => r.Role == what.Role && r.Unit == what.Unit
            && (what.To is null || r.ValidFrom <= what.To) && (r.ValidTo is null || r.ValidTo >= what.From)))
        {
            return IdentityRefusals.RoleHeld;
        }
        var (role, unit) = (Roles.TextOf(what.Role), await units.NameOf(what.Unit, stop));
        var before = await held.InWords(now.Select(r => (r.Role, r.Unit)), stop);
        var after = await held.InWords([.. now.Select(r => (r.Role, r.Unit)), (what.Role, what.Unit)], stop);
        return new ProposedChange(what.Unit,
            new($"Giao vai trò {role.Vi} ({unit.Vi}) cho {person.Name}",
                $"Give {person.Name} the role {role.En} ({unit.En})"),
            [
                ProposedLine.Of("Tên đăng nhập", "User name", person.UserName, person.UserName),
                new(new("Các vai trò", "Roles"), before, after),
                ProposedLine.Of("Từ ngày", "From", null, Words.Date(what.From)),
                ProposedLine.Of("Đến ngày", "To", null, what.To is { } to ? Words.Date(to) : null),
            ]);
    }

    public async Task<Refusal?> CarryOut(RoleGiven what, Proposal proposal, CancellationToken stop)
    {
        var today = clock.Today();
        db.Add(new RoleRow
        {
            Id = Ids.New(clock),
            PersonId = what.PersonId,
            Role = what.Role,
            Unit = what.Unit,
            // Nobody held it while it waited to be approved.
            ValidFrom = what.From < today ? today : what.From,
            ValidTo = what.To,
            GrantedBy = proposal.ProposedBy,
        });
        await db.SaveChangesAsync(stop);
        return null;
    }
}
