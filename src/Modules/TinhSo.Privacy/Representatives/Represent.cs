using Microsoft.EntityFrameworkCore;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Privacy.Rules;
using TinhSo.Privacy.Storage;

namespace TinhSo.Privacy.Representatives;

/// <summary>What is asked when an officer records who represents a person.</summary>
internal sealed record RepresentationOrder(
    Guid PersonId, string? UserName, string? Kind, string? ValidFrom, string? ValidTo, string? Proof);

/// <summary>Who represents a person.</summary>
/// <param name="Id">The record.</param>
/// <param name="PersonId">Who is represented.</param>
/// <param name="PersonName">That person's name.</param>
/// <param name="RepresentativeId">Who represents.</param>
/// <param name="RepresentativeName">That person's name.</param>
/// <param name="Kind">By what right.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day, or null.</param>
/// <param name="Proof">What the officer saw.</param>
internal sealed record RepresentationView(Guid Id, Guid PersonId, string PersonName, Guid RepresentativeId,
    string RepresentativeName, RepresentationKind Kind, DateOnly From, DateOnly? To, string Proof);

/// <summary>Records who represents whom, and tells for whom the caller may act.</summary>
internal sealed class Represent(
    PrivacyDb db, ICaller caller, IIdentity identity, IPersonalRecords records, TimeProvider clock)
{
    public const string Permission = "privacy.requests";

    /// <summary>Whether the caller may act for a person: it is the caller, or one whom the caller represents.</summary>
    public async Task<bool> IsOwn(Guid personId, CancellationToken stop) =>
        caller.PersonId == personId
            || await db.RepresentationsOn(clock.Today())
                .AnyAsync(one => one.PersonId == personId && one.RepresentativeId == caller.PersonId, stop);

    /// <summary>
    /// Whether a person is younger than the age of consenting alone; false when no day of birth is known.
    /// </summary>
    public async Task<bool> IsTooYoung(Guid personId, CancellationToken stop)
    {
        if ((await records.Find(personId, stop))?.BirthDate is not { } born)
        {
            return false;
        }
        var rule = await db.RuleOn(RuleCodes.ChildAge, clock.Today(), stop);
        return rule.Amount is { } age && born.AddYears(age) > clock.Today();
    }

    /// <summary>Whom the caller represents today.</summary>
    public async Task<IReadOnlyList<RepresentationView>> Mine(CancellationToken stop) =>
        await Views(db.RepresentationsOn(clock.Today()).Where(one => one.RepresentativeId == caller.PersonId), stop);

    /// <summary>Who represents a person, and did, newest first; for officers.</summary>
    public async Task<Outcome<IReadOnlyList<RepresentationView>>> Of(Guid personId, CancellationToken stop)
    {
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        return await Views(db.Representations.AsNoTracking().Where(one => one.PersonId == personId), stop);
    }

    /// <summary>Records a representative, of whom the officer has seen a proof.</summary>
    public async Task<Outcome<RepresentationView>> Record(RepresentationOrder order, CancellationToken stop)
    {
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        if (await records.Find(order.PersonId, stop) is not { ErasedAt: null })
        {
            return KernelRefusals.NotFound;
        }
        var errors = new FieldErrors();
        var userName = errors.Required("userName", order.UserName, 60);
        var kind = errors.Choice<RepresentationKind>("kind", order.Kind);
        var from = errors.Day("validFrom", order.ValidFrom);
        DateOnly? to = string.IsNullOrWhiteSpace(order.ValidTo) ? null : errors.Day("validTo", order.ValidTo);
        var proof = errors.Required("proof", order.Proof, 300);
        if (to < from)
        {
            errors.Add("validTo", "Phải sau ngày bắt đầu.", "Must be after the first day.");
        }
        var representative = errors.Any ? null : await records.IdOf(userName, stop);
        if (!errors.Any && (representative is null || representative == order.PersonId))
        {
            errors.Add("userName", "Hãy nhập tên đăng nhập của một người khác.",
                "Enter the user name of somebody else.");
        }
        if (!errors.Any && await IsTooYoung(representative!.Value, stop))
        {
            errors.Add("userName", "Người đại diện chưa đủ tuổi.", "The representative is too young.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var row = db.Add(new RepresentationRow
        {
            Id = Ids.New(clock),
            PersonId = order.PersonId,
            RepresentativeId = representative!.Value,
            Kind = kind,
            ValidFrom = from,
            ValidTo = to,
            Proof = proof,
            MadeBy = caller.Signature,
            MadeAt = clock.GetUtcNow(),
        }).Entity;
        await db.SaveChangesAsync(stop);
        return await View(row, stop);
    }

    /// <summary>Ends a representation at once.</summary>
    public async Task<Outcome<RepresentationView>> End(Guid id, CancellationToken stop)
    {
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        if (await db.Representations.FindAsync([id], stop) is not { } row)
        {
            return KernelRefusals.NotFound;
        }
        // The last day is inclusive, so what ends at once ended yesterday.
        var yesterday = clock.Today().AddDays(-1);
        if (row.ValidTo is null || row.ValidTo > yesterday)
        {
            row.ValidTo = yesterday;
            await db.SaveChangesAsync(stop);
        }
        return await View(row, stop);
    }

    private async Task<List<RepresentationView>> Views(IQueryable<RepresentationRow> rows, CancellationToken stop)
    {
        var views = new List<RepresentationView>();
        foreach (var row in await rows.OrderByDescending(one => one.Id).Take(50).ToListAsync(stop))
        {
            views.Add(await View(row, stop));
        }
        return views;
    }

    private async Task<RepresentationView> View(RepresentationRow row, CancellationToken stop) => new(row.Id,
        row.PersonId, await Name(row.PersonId, stop), row.RepresentativeId, await Name(row.RepresentativeId, stop),
        row.Kind, row.ValidFrom, row.ValidTo, row.Proof);

    private async Task<string> Name(Guid personId, CancellationToken stop) =>
        (await identity.Find(personId, stop))?.Name ?? "–";
}
