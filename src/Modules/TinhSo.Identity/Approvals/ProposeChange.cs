using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Approvals;

/// <summary>Keeps what somebody proposes until another person decides.</summary>
internal sealed class ProposeChange(IdentityDb db, IEnumerable<ProposalKind> kinds, SecondPerson second,
    FindProposals find, ApprovalTerms terms, ICaller caller, TimeProvider clock) : IProposals
{
    public const string ActedAlone = "identity.acted-alone";

    public async Task<Outcome<Proposal>> Propose<TWhat>(TWhat what, string? reason, CancellationToken stop)
        where TWhat : class
    {
        if (caller.PersonId is not { } proposer)
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        var why = errors.Required("reason", reason, 500);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var kind = kinds.Single(k => k.What == typeof(TWhat));
        db.Reason = why;
        try
        {
            return await db.InTransaction(() => Keep(kind, ProposalJson.Write(what), why, proposer, stop), stop);
        }
        finally
        {
            db.Reason = null;
        }
    }

    private async Task<Outcome<Proposal>> Keep(
        ProposalKind kind, string what, string reason, Guid proposer, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (await db.Proposals.FirstOrDefaultAsync(p => p.Kind == kind.Name && p.What == what
            && p.ProposedBy == caller.Signature && p.State == ProposalState.Waiting && p.ExpiresAt > now, stop)
            is { } earlier)
        {
            return await find.Describe(earlier, stop);
        }
        var foreseen = await db.WithAllModules(scope => kind.Foresee(scope, what, stop), stop);
        if (foreseen.IsRefused(out var refusal, out var change))
        {
            return refusal;
        }
        var row = NewRow(kind, what, change, reason, now);
        db.Add(row);
        await db.SaveChangesAsync(stop);
        if (caller.May(kind.Permission, change.Unit)
            && !await second.Exists(kind.Permission, change.Unit, proposer, stop))
        {
            (row.State, row.Alone) = (ProposalState.Approved, true);
            (row.DecidedBy, row.DecidedAt) = (caller.Signature, now);
            db.Record(ActedAlone, $"proposal:{row.Id}");
            var proposal = await find.Describe(row, stop);
            if (await db.WithAllModules(scope => kind.CarryOut(scope, what, proposal, stop), stop) is { } refused)
            {
                return refused;
            }
            await db.SaveChangesAsync(stop);
        }
        return await find.Describe(row, stop);
    }

    private ProposalRow NewRow(
        ProposalKind kind, string what, ProposedChange change, string reason, DateTimeOffset now) => new()
        {
            Id = Ids.New(clock),
            Kind = kind.Name,
            Unit = change.Unit,
            TitleVi = change.Title.Vi,
            TitleEn = change.Title.En,
            What = what,
            Lines = ProposalJson.Write(change.Lines),
            Reason = reason,
            Folded = Words.Fold($"{change.Title.Vi} {change.Title.En} {reason} {caller.Name}"),
            State = ProposalState.Waiting,
            ProposedBy = caller.Signature,
            ProposedAt = now,
            ExpiresAt = now + terms.Expiry,
            Alone = false,
        };
}
