using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Organisations;

/// <summary>An organisation in a list; a tax code that is a personal id is masked.</summary>
internal sealed record OrganisationLine(
    Guid Id, string TaxCode, string Name, OrganisationKind Kind, string? Commune, DateOnly ValidFrom,
    DateOnly? ValidTo);

/// <summary>Finds organisations by name or tax code.</summary>
internal sealed class FindOrganisations(IdentityDb db) : INameUnits
{
    private const int LimitMax = 200;
    private const int ExportMax = 10_000;
    private const int UnitsMax = 1_000;

    /// <summary>A page of them by name.</summary>
    public async Task<Outcome<Page<OrganisationLine>>> List(
        string? search, string? kind, string? cursor, int limit, CancellationToken stop)
    {
        var rows = Filtered(search, kind, out var refusal);
        if (refusal is not null)
        {
            return refusal;
        }
        if (!string.IsNullOrEmpty(cursor))
        {
            if (cursor.LastIndexOf('|') is var bar && (bar < 0 || !Guid.TryParse(cursor[(bar + 1)..], out _)))
            {
                var errors = new FieldErrors();
                errors.Add("cursor", "Con trỏ trang không đúng.", "Not the cursor of a page.");
                return errors.ToRefusal();
            }
            var (folded, id) = (cursor[..bar], Guid.Parse(cursor[(bar + 1)..]));
            rows = rows.Where(o => o.Folded.CompareTo(folded) > 0 || (o.Folded == folded && o.Id.CompareTo(id) > 0));
        }
        var most = Math.Clamp(limit, 1, LimitMax);
        var found = await rows.OrderBy(o => o.Folded).ThenBy(o => o.Id).Take(most + 1).ToListAsync(stop);
        var page = Page.Cut(found, most, o => $"{o.Folded}|{o.Id}");
        return new Page<OrganisationLine>([.. page.Items.Select(Line)], page.Next);
    }

    /// <summary>The first 10,000 by name.</summary>
    public async Task<Outcome<List<OrganisationLine>>> Export(
        string? search, string? kind, CancellationToken stop)
    {
        var rows = Filtered(search, kind, out var refusal);
        if (refusal is not null)
        {
            return refusal;
        }
        var found = await rows.OrderBy(o => o.Folded).ThenBy(o => o.Id).Take(ExportMax).ToListAsync(stop);
        return found.ConvertAll(Line);
    }

    public Task<OrganisationRow?> Find(Guid id, CancellationToken stop) =>
        db.Organisations.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, stop);

    public async Task<IReadOnlyList<NamedUnit>> Units(CancellationToken stop) =>
        (await db.Organisations.AsNoTracking().OrderBy(o => o.Folded).Take(UnitsMax)
            .Select(o => new { o.Id, o.Name }).ToListAsync(stop))
        .ConvertAll(o => new NamedUnit(Kernel.Http.Units.Organisation(o.Id), o.Name));

    private IQueryable<OrganisationRow> Filtered(string? search, string? kind, out Refusal? refusal)
    {
        var errors = new FieldErrors();
        var typed = errors.Optional("q", search, 200);
        var wanted = string.IsNullOrEmpty(kind)
            ? (OrganisationKind?)null : errors.Choice<OrganisationKind>("kind", kind);
        refusal = errors.Any ? errors.ToRefusal() : null;
        var rows = db.Organisations.AsNoTracking();
        if (wanted is not null)
        {
            rows = rows.Where(o => o.Kind == wanted);
        }
        if (typed is not null)
        {
            // A whole code only: by its parts a personal id could be found out digit by digit.
            var folded = Words.Fold(typed);
            rows = rows.Where(o => o.TaxCode == typed || o.Folded.Contains(folded));
        }
        return rows;
    }

    private static OrganisationLine Line(OrganisationRow o) =>
        new(o.Id, TaxCode.Shown(o.TaxCode), o.Name, o.Kind, o.Commune, o.ValidFrom, o.ValidTo);
}
