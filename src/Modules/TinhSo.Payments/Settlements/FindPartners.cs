using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Statements;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Settlements;

/// <summary>A partner, as officers see it.</summary>
internal sealed record PartnerView(Guid Id, string Code, string NameVi, string NameEn, PartnerKind Kind, string Unit,
    DateOnly ActiveFrom, DateOnly? ActiveTo)
{
    public static PartnerView Of(Partner partner) => new(partner.Id, partner.Code, partner.NameVi, partner.NameEn,
        partner.Kind, partner.Unit, partner.ActiveFrom, partner.ActiveTo);
}

/// <summary>Finds the partners of the units at which the caller holds a permission.</summary>
internal sealed class FindPartners(PaymentsDb db, ICaller caller)
{
    /// <summary>Reading partners and files takes what reading a bank's statements takes.</summary>
    public const string Read = BookAccess.Read;

    private const int PartnersMax = 500;

    public async Task<IReadOnlyList<Partner>> List(string permission, CancellationToken stop)
    {
        var units = caller.UnitsFor(permission);
        var partners = db.Partners.AsNoTracking();
        // Whoever holds it at the province holds it everywhere.
        partners = units.Contains(Units.Province) ? partners : partners.Where(one => units.Contains(one.Unit));
        return await partners.OrderBy(one => one.Code).Take(PartnersMax).ToListAsync(stop);
    }

    /// <summary>A partner that the caller may see, or null: that it is there and that it is not cannot be told apart.
    /// </summary>
    public async Task<Partner?> Find(Guid id, string permission, CancellationToken stop) =>
        await db.Partners.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, stop) is { } partner
        && caller.May(permission, partner.Unit) ? partner : null;
}
