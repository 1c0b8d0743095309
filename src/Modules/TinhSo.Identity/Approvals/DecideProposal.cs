using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Approvals;

/// <summary>Takes the second person's answer, and carries out what is approved in the same transaction.</summary>
internal sealed class DecideProposal(
    IdentityDb db, IEnumerable<ProposalKind> kinds, FindProposals find, ICaller caller, TimeProvider clock)
{
    public const string Permission = "approvals.decide";
    private const int NoteMax = 500;

    /// <summary>Approves it, which is never for who proposed it.</summary>
    public Task<Outcome<Proposal>> Approve(Guid id, string? note, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var said = errors.Optional("note", note, NoteMax);
        return errors.Any
            ? Task.FromResult<Outcome<Proposal>>(errors.ToRefusal())
            : Decide(id, (row, kind) => Approve(row, kind, said, stop), stop);
    }

    /// <summary>Rejects it and says why, or withdraws one's own.</summary>
    public Task<Outcome<Proposal>> Reject(Guid id, string? note, CancellationToken stop) =>
        Decide(id, (row, _) => Reject(row, note, stop), stop);

    private async Task<Outcome<Proposal>> Decide(
        Guid id, Func<ProposalRow, ProposalKind, Task<Refusal?>> decide, CancellationToken stop)
    {
        if (await find.Find(id, stop) is null)
        {
            return KernelRefusals.NotFound;
        }
        try
        {
            return await db.InTransaction<Outcome<Proposal>>(async () =>
            {
                // Held until the end: of two who decide at once the second sees what the first decided.
                await db.Proposals.Where(p => p.Id == id)
                    .ExecuteUpdateAsync(set => set.SetProperty(p => p.Alone, p => p.Alone), stop);
                var row = await db.Proposals.SingleAsync(p => p.Id == id, stop);
                await db.Entry(row).ReloadAsync(stop);
                db.Reason = row.Reason;
                return await decide(row, kinds.Single(k => k.Name == row.Kind)) is { } refusal
                    ? refusal : await find.Describe(row, stop);
            }, stop);
        }
        finally
        {
            db.Reason = null;
        }
    }

    private async Task<Refusal?> Approve(ProposalRow row, ProposalKind kind, string? note, CancellationToken stop)
    {
        if (row.ProposedBy == caller.Signature)
        {
            return IdentityRefusals.SamePerson;
        }
        if (!caller.May(kind.Permission, row.Unit))
        {
            return KernelRefusals.Forbidden;
        }
        if (row.State is ProposalState.Approved && row.DecidedBy == caller.Signature)
        {
            // Approving again answers as the first time.
            return null;
        }
        if (NotWaiting(row) is { } late)
        {
            return late;
        }
        var foreseen = await db.WithAllModules(scope => kind.Foresee(scope, row.What, stop), stop);
        if (foreseen.IsRefused(out var refusal, out var change))
        {
            return IdentityRefusals.ProposalStale with { Detail = refusal.Title };
        }
        if (change.Unit != row.Unit || ProposalJson.Write(change.Lines) != row.Lines)
        {
            return IdentityRefusals.ProposalStale;
        }
        Take(row, ProposalState.Approved, note);
        await db.SaveChangesAsync(stop);
        var proposal = await find.Describe(row, stop);
        return await db.WithAllModules(scope => kind.CarryOut(scope, row.What, proposal, stop), stop);
    }

    private async Task<Refusal?> Reject(ProposalRow row, string? note, CancellationToken stop)
    {
        var isOwn = row.ProposedBy == caller.Signature;
        var errors = new FieldErrors();
        var said = isOwn ? errors.Optional("note", note, NoteMax) : errors.Required("note", note, NoteMax);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (!isOwn && !caller.May(kinds.Single(k => k.Name == row.Kind).Permission, row.Unit))
        {
            return KernelRefusals.Forbidden;
        }
        var state = isOwn ? ProposalState.Withdrawn : ProposalState.Rejected;
        if (row.State == state && row.DecidedBy == caller.Signature)
        {
            return null;
        }
        if (NotWaiting(row) is { } late)
        {
            return late;
        }
        Take(row, state, said);
        await db.SaveChangesAsync(stop);
        return null;
    }

    private Refusal? NotWaiting(ProposalRow row) => row.StateAt(clock.GetUtcNow()) switch
    {
        ProposalState.Waiting => null,
        ProposalState.Expired => IdentityRefusals.ProposalExpired,
        _ => IdentityRefusals.ProposalDecided,
    };

    private void Take(ProposalRow row, ProposalState state, string? note) =>
        (row.State, row.DecidedBy, row.DecidedAt, row.Note) = (state, caller.Signature, clock.GetUtcNow(), note);
}
