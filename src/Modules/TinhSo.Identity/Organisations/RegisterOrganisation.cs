using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Organisations;

/// <summary>What is known of an organisation when it is registered or changed, as it was typed.</summary>
/// <param name="Id">Chosen by the caller.</param>
/// <param name="TaxCode">10 digits with a check digit, 10 and a branch of 3, or a household's 12.</param>
/// <param name="Name">As it is registered.</param>
/// <param name="Kind">One of <see cref="OrganisationKind"/>.</param>
/// <param name="Commune">The commune's code of five digits, or nothing.</param>
/// <param name="Address">House, street and village, or nothing.</param>
/// <param name="ValidFrom">The first day.</param>
/// <param name="ValidTo">The last day, or nothing while it exists.</param>
internal sealed record OrganisationOrder(
    Guid Id, string? TaxCode, string? Name, string? Kind, string? Commune, string? Address, string? ValidFrom,
    string? ValidTo);

/// <summary>Registers organisations, and changes what is known of them.</summary>
internal sealed class RegisterOrganisation(IdentityDb db, ICaller caller, TimeProvider clock)
{
    public const string Permission = "identity.organisations";

    /// <summary>Registers one; the same order again changes nothing.</summary>
    public Task<Outcome<OrganisationRow>> Register(OrganisationOrder order, CancellationToken stop) =>
        Checked(order, (clean, fresh) => Save(clean, fresh, isNew: true, stop), stop);

    /// <summary>Changes one that is registered.</summary>
    public Task<Outcome<OrganisationRow>> Change(OrganisationOrder order, CancellationToken stop) =>
        Checked(order, (clean, fresh) => Save(clean, fresh, isNew: false, stop), stop);

    private async Task<Outcome<OrganisationRow>> Checked(OrganisationOrder order,
        Func<OrganisationRow, FieldErrors, Task<Outcome<OrganisationRow>>> save, CancellationToken stop)
    {
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        var name = errors.Required("name", order.Name, 200);
        var kind = errors.Choice<OrganisationKind>("kind", order.Kind);
        var taxCode = errors.Required("taxCode", order.TaxCode, 14);
        if (!TaxCode.IsValid(taxCode))
        {
            errors.Add("taxCode", "Mã số thuế không đúng: 10 số, 10 số và 3 số đơn vị phụ thuộc, hoặc 12 số.",
                "The tax code is not right: 10 digits, 10 and a dependent unit of 3, or 12.");
        }
        else if (TaxCode.IsPersonal(taxCode) && kind is not OrganisationKind.Household)
        {
            errors.Add("taxCode", "Chỉ hộ kinh doanh dùng mã số thuế 12 số.",
                "Only a household business has a tax code of 12 digits.");
        }
        var commune = errors.Optional("commune", order.Commune, 5);
        if (commune is not null && (commune.Length != 5 || !commune.All(char.IsAsciiDigit)))
        {
            errors.Add("commune", "Mã xã, phường, đặc khu gồm 5 chữ số.", "A commune's code has five digits.");
        }
        var address = errors.Optional("address", order.Address, 200);
        var from = errors.Day("validFrom", order.ValidFrom);
        var to = string.IsNullOrWhiteSpace(order.ValidTo) ? (DateOnly?)null : errors.Day("validTo", order.ValidTo);
        if (to < from)
        {
            errors.Add("validTo", "Ngày kết thúc phải từ ngày bắt đầu trở đi.",
                "The last day must not precede the first.");
        }
        errors.Id("id", order.Id);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return await db.InTransaction(() => save(new OrganisationRow
        {
            Id = order.Id,
            TaxCode = taxCode,
            Name = name,
            Folded = Words.Fold(name),
            Kind = kind,
            Commune = commune,
            Address = address,
            ValidFrom = from,
            ValidTo = to,
            CreatedAt = clock.GetUtcNow(),
        }, errors), stop);
    }

    private async Task<Outcome<OrganisationRow>> Save(
        OrganisationRow clean, FieldErrors errors, bool isNew, CancellationToken stop)
    {
        var row = await db.Organisations.FindAsync([clean.Id], stop);
        if (await db.Organisations.AnyAsync(o => o.TaxCode == clean.TaxCode && o.Id != clean.Id, stop))
        {
            return IdentityRefusals.TaxCodeTaken;
        }
        if (row is null && !isNew)
        {
            return KernelRefusals.NotFound;
        }
        if (row is null)
        {
            db.Add(row = clean);
        }
        else if (isNew && row.TaxCode != clean.TaxCode)
        {
            errors.Add("id", "Mã định danh này là của một tổ chức khác.", "This id is another organisation's.");
            return errors.ToRefusal();
        }
        (row.TaxCode, row.Name, row.Folded, row.Kind) = (clean.TaxCode, clean.Name, clean.Folded, clean.Kind);
        (row.Commune, row.Address) = (clean.Commune, clean.Address);
        (row.ValidFrom, row.ValidTo) = (clean.ValidFrom, clean.ValidTo);
        await db.SaveChangesAsync(stop);
        return row;
    }
}
