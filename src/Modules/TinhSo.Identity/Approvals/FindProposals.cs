using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Approvals;

/// <summary>Which proposals are wanted.</summary>
internal enum ProposalView
{
    /// <summary>Those that the caller may decide on.</summary>
    Waiting,

    /// <summary>Those that the caller proposed.</summary>
    Mine,

    /// <summary>All that the caller may see and that need nobody any more.</summary>
    Past,
}

/// <summary>Finds proposals for who made them, who may approve them, and auditors.</summary>
internal sealed class FindProposals(
    IdentityDb db, IEnumerable<ProposalKind> kinds, ICaller caller, TimeProvider clock)
{
    public const string Permission = "approvals.read";
    private const int LimitMax = 200;

    /// <summary>A page of them, newest first.</summary>
    public async Task<Outcome<Page<Proposal>>> List(
        string? view, string? search, string? cursor, int limit, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var wanted = string.IsNullOrEmpty(view) ? ProposalView.Waiting : errors.Choice<ProposalView>("view", view);
        var before = Guid.Empty;
        if (!string.IsNullOrEmpty(cursor) && !Guid.TryParse(cursor, out before))
        {
            errors.Add("cursor", "Con trỏ trang không đúng.", "Not the cursor of a page.");
        }
        var folded = Words.Fold(errors.Optional("q", search, 100) ?? "");
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var rows = In(wanted, clock.GetUtcNow());
        if (folded.Length > 0)
        {
            rows = rows.Where(p => p.Folded.Contains(folded));
        }
        if (before != Guid.Empty)
        {
            rows = rows.Where(p => p.Id.CompareTo(before) < 0);
        }
        var most = Math.Clamp(limit, 1, LimitMax);
        var read = await rows.OrderByDescending(p => p.Id).Take(most + 1).ToListAsync(stop);
        var page = Page.Cut(read, most, p => p.Id.ToString());
        return new Page<Proposal>(await Describe(page.Items, stop), page.Next);
    }

    /// <summary>One that the caller may see, or null.</summary>
    public async Task<Proposal?> Find(Guid id, CancellationToken stop) =>
        await Visible().SingleOrDefaultAsync(p => p.Id == id, stop) is { } row ? await Describe(row, stop) : null;

    /// <summary>Whether the caller may say yes to it now.</summary>
    public bool MayApprove(Proposal proposal) =>
        proposal.State is ProposalState.Waiting && proposal.ProposedBy != caller.Signature
        && kinds.Any(k => k.Name == proposal.Kind && caller.May(k.Permission, proposal.Unit));

    /// <summary>Whether the caller may say no to it now.</summary>
    public bool MayReject(Proposal proposal) => MayApprove(proposal)
        || (proposal.State is ProposalState.Waiting && proposal.ProposedBy == caller.Signature);

    public async Task<Proposal> Describe(ProposalRow row, CancellationToken stop) => (await Describe([row], stop))[0];

    private async Task<IReadOnlyList<Proposal>> Describe(IReadOnlyList<ProposalRow> rows, CancellationToken stop)
    {
        var ids = rows.SelectMany(row => (Guid?[])[PersonOf(row.ProposedBy), PersonOf(row.DecidedBy)])
            .OfType<Guid>().Distinct().ToList();
        var names = await db.People.AsNoTracking().Where(person => ids.Contains(person.Id))
            .ToDictionaryAsync(person => person.Id, person => person.Name, stop);
        var now = clock.GetUtcNow();
        return [.. rows.Select(row => row.ToProposal(
            kinds.FirstOrDefault(k => k.Name == row.Kind)?.Title ?? new(row.Kind, row.Kind), now,
            by => PersonOf(by) is { } id ? names.GetValueOrDefault(id, by) : by))];
    }

    private IQueryable<ProposalRow> In(ProposalView view, DateTimeOffset now)
    {
        var me = caller.Signature;
        return view switch
        {
            ProposalView.Mine => Visible().Where(p => p.ProposedBy == me),
            ProposalView.Past => Visible().Where(p => p.State != ProposalState.Waiting || p.ExpiresAt <= now),
            _ => Approvable().Where(p => p.ProposedBy != me && p.State == ProposalState.Waiting && p.ExpiresAt > now),
        };
    }

    private IQueryable<ProposalRow> Visible()
    {
        if (caller.May("audit.read", Units.Province))
        {
            return db.Proposals.AsNoTracking();
        }
        var me = caller.Signature;
        var (everywhere, somewhere) = Mine();
        return db.Proposals.AsNoTracking().Where(p =>
            p.ProposedBy == me || everywhere.Contains(p.Kind) || somewhere.Contains(p.Kind + " " + p.Unit));
    }

    private IQueryable<ProposalRow> Approvable()
    {
        var (everywhere, somewhere) = Mine();
        return db.Proposals.AsNoTracking()
            .Where(p => everywhere.Contains(p.Kind) || somewhere.Contains(p.Kind + " " + p.Unit));
    }

    /// <summary>The kinds that the caller may approve at every unit, and pairs of kind and unit.</summary>
    private (List<string> Everywhere, List<string> Somewhere) Mine()
    {
        var (everywhere, somewhere) = (new List<string>(), new List<string>());
        foreach (var kind in kinds)
        {
            var units = caller.UnitsFor(kind.Permission);
            if (units.Contains(Units.Province))
            {
                everywhere.Add(kind.Name);
            }
            somewhere.AddRange(units.Select(unit => $"{kind.Name} {unit}"));
        }
        return (everywhere, somewhere);
    }

    private static Guid? PersonOf(string? signature) =>
        signature?.StartsWith("person:", StringComparison.Ordinal) is true
            && Guid.TryParse(signature["person:".Length..], out var id) ? id : null;
}
