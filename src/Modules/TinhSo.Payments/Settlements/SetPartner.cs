using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Settlements;

/// <summary>Registers a partner, or says how it is called and how long its files are taken.</summary>
/// <param name="Code">Such as <c>vnpost</c>; with the unit and the kind it is fixed once and for all.</param>
/// <param name="Kind">One of <see cref="PartnerKind"/>.</param>
/// <param name="Unit">Whose money it takes, such as <c>province</c> or <c>market:0197…</c>.</param>
/// <param name="ActiveFrom">The first settlement day.</param>
/// <param name="ActiveTo">The last one, or nothing.</param>
internal sealed record PartnerOrder(string? Code, string? NameVi, string? NameEn, string? Kind, string? Unit,
    string? ActiveFrom, string? ActiveTo);

/// <summary>Keeps who collects for the province's units.</summary>
internal sealed partial class SetPartner(
    PaymentsDb db, LedgerAccounts accounts, ICaller caller, TimeProvider clock)
{
    public const string Permission = "payments.partners";

    private const int CodeLengthMax = 30;

    /// <summary>Makes the partner, or changes it; the same again changes nothing.</summary>
    public async Task<Outcome<Partner>> Run(Guid id, PartnerOrder order, CancellationToken stop)
    {
        var errors = new FieldErrors();
        errors.Id("id", id);
        var made = Check(id, order, errors);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var known = await db.Partners.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, stop);
        if (!caller.May(Permission, (known ?? made).Unit))
        {
            return known is null ? KernelRefusals.Forbidden : KernelRefusals.NotFound;
        }
        // The accounts come first: a partner that is there can always be settled with.
        if (known is null && await accounts.OpenMoney(made.Account, stop) is { } refusal)
        {
            return refusal;
        }
        return await db.InTransaction(() => Keep(made, errors, stop), stop);
    }

    private async Task<Outcome<Partner>> Keep(Partner made, FieldErrors errors, CancellationToken stop)
    {
        if (await db.Partners.AnyAsync(one => one.Code == made.Code && one.Id != made.Id, stop))
        {
            errors.Add("code", "Đã có đối tác mang mã này.", "There is a partner of this code.");
            return errors.ToRefusal();
        }
        if (await db.Lock<Partner>(made.Id, stop) is not { } partner)
        {
            db.Partners.Add(made);
            await db.SaveChangesAsync(stop);
            return made;
        }
        if ((partner.Code, partner.Kind, partner.Unit) != (made.Code, made.Kind, made.Unit))
        {
            return PaymentRefusals.IdUsedDifferently;
        }
        var isSame = (partner.NameVi, partner.NameEn, partner.ActiveFrom, partner.ActiveTo)
            == (made.NameVi, made.NameEn, made.ActiveFrom, made.ActiveTo);
        if (!isSame)
        {
            (partner.NameVi, partner.NameEn) = (made.NameVi, made.NameEn);
            (partner.ActiveFrom, partner.ActiveTo) = (made.ActiveFrom, made.ActiveTo);
            (partner.SetBy, partner.SetAt) = (made.SetBy, made.SetAt);
            await db.SaveChangesAsync(stop);
        }
        return partner;
    }

    private Partner Check(Guid id, PartnerOrder order, FieldErrors errors)
    {
        var code = errors.Required("code", order.Code, CodeLengthMax);
        if (code.Length > 0 && !Shape().IsMatch(code))
        {
            errors.Add("code", "Mã chỉ gồm chữ thường không dấu, số và gạch nối, ví dụ vnpost.",
                "A code has small letters, digits and hyphens, such as vnpost.");
        }
        var unit = errors.Required("unit", order.Unit, 100);
        if (unit.Length > 0 && !UnitShape().IsMatch(unit))
        {
            errors.Add("unit", "Đơn vị là province hoặc có dạng market:…, organisation:….",
                "A unit is province, or looks like market:… or organisation:….");
        }
        var from = errors.Day("activeFrom", order.ActiveFrom);
        DateOnly? to = string.IsNullOrWhiteSpace(order.ActiveTo) ? null : errors.Day("activeTo", order.ActiveTo);
        if (to < from)
        {
            errors.Add("activeTo", "Ngày cuối không thể trước ngày đầu.", "The last day cannot be before the first.");
        }
        return new Partner
        {
            Id = id,
            Code = code,
            NameVi = errors.Required("nameVi", order.NameVi, 100),
            NameEn = errors.Required("nameEn", order.NameEn, 100),
            Kind = errors.Choice<PartnerKind>("kind", order.Kind),
            Unit = unit,
            ActiveFrom = from,
            ActiveTo = to,
            SetBy = caller.Signature,
            SetAt = clock.GetUtcNow(),
        };
    }

    [GeneratedRegex(@"\A[a-z0-9]+(?:-[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();

    [GeneratedRegex(@"\A(?:province|[a-z]+:[A-Za-z0-9.\-]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex UnitShape();
}
