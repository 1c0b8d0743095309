using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Inquiry;

/// <summary>A code that a person kept, and what is owed under it today.</summary>
/// <param name="Id">By which it is removed.</param>
/// <param name="Label">The person's own name for it.</param>
/// <param name="Biller">The provider.</param>
/// <param name="BillerName">The provider's name.</param>
/// <param name="CustomerCode">The code; it is the person's own list.</param>
/// <param name="ConsentedAt">When the person agreed that it is kept.</param>
/// <param name="Bills">What is owed under it.</param>
internal sealed record SavedCode(Guid Id, string Label, Guid Biller, string BillerName, string CustomerCode,
    DateTimeOffset ConsentedAt, IReadOnlyList<OwedBill> Bills);

/// <summary>Asks for a code to be kept.</summary>
/// <param name="Biller">The provider.</param>
/// <param name="CustomerCode">The code.</param>
/// <param name="Label">The person's own name for it, such as Nhà mẹ.</param>
/// <param name="Consent">Whether the person agrees; without it nothing is kept.</param>
internal sealed record SaveCode(Guid Biller, string? CustomerCode, string? Label, bool Consent);

/// <summary>A person's folder of customers' codes: kept with consent, removed as easily.</summary>
internal sealed class KeepFolder(BillingDb db, LookUp lookUp, ICaller caller, TimeProvider clock)
{
    public const string Permission = "account.own";
    public const string Saved = "billing.code-saved";
    public const string Removed = "billing.code-removed";
    private const int CodesMax = 30;
    private const int LabelMax = 60;

    /// <summary>What is owed under each code that the person kept.</summary>
    public async Task<IReadOnlyList<SavedCode>> Mine(CancellationToken stop)
    {
        var person = caller.PersonId ?? Guid.Empty;
        var rows = await (from code in db.SavedCodes.AsNoTracking()
                          join provider in db.Providers on code.ProviderId equals provider.Id
                          where code.PersonId == person
                          orderby code.ConsentedAt, code.Id
                          select new { Code = code, provider.Name }).Take(CodesMax).ToListAsync(stop);
        var mine = new List<SavedCode>();
        foreach (var row in rows)
        {
            // A code whose form the provider has changed since owes nothing that could be looked up.
            var bills = (await lookUp.Run(row.Code.ProviderId, row.Code.Code, stop))
                .Match<IReadOnlyList<OwedBill>>(owed => owed.Bills, _ => []);
            mine.Add(new(row.Code.Id, row.Code.Label, row.Code.ProviderId, row.Name, row.Code.Code,
                row.Code.ConsentedAt, bills));
        }
        return mine;
    }

    /// <summary>Keeps a code; the same one again only takes the new name.</summary>
    public async Task<Outcome<SavedCode>> Save(SaveCode order, CancellationToken stop)
    {
        if (caller.PersonId is not { } person)
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        var label = errors.Required("label", order.Label, LabelMax);
        if (!order.Consent)
        {
            errors.Add("consent", "Hãy đánh dấu nếu bạn đồng ý lưu mã này.",
                "Tick it if you agree that this code is kept.");
        }
        var provider = await db.Providers.AsNoTracking()
            .SingleOrDefaultAsync(p => p.Id == order.Biller && p.PayeeId != null, stop);
        if (provider is null)
        {
            return KernelRefusals.NotFound;
        }
        var code = provider.CustomerFormat.Read("customerCode", order.CustomerCode, errors);
        return errors.Any ? errors.ToRefusal()
            : await db.InTransaction(() => Keep(person, provider.Id, provider.Name, code, label, stop), stop);
    }

    /// <summary>Removes a code of the person's own; not there any more is as good.</summary>
    public Task<bool> Remove(Guid id, CancellationToken stop) => db.InTransaction(async () =>
    {
        var person = caller.PersonId ?? Guid.Empty;
        if (await db.SavedCodes.SingleOrDefaultAsync(c => c.Id == id && c.PersonId == person, stop) is { } row)
        {
            db.Remove(row);
            db.Record(Removed, $"person:{person}");
            await db.SaveChangesAsync(stop);
        }
        return true;
    }, stop);

    private async Task<Outcome<SavedCode>> Keep(
        Guid person, Guid providerId, string name, string code, string label, CancellationToken stop)
    {
        var indexes = db.IndexesOf<SavedCodeRow>(nameof(SavedCodeRow.CodeIndex), code);
        var row = await db.SavedCodes.SingleOrDefaultAsync(
            c => c.PersonId == person && c.ProviderId == providerId && indexes.Contains(c.CodeIndex), stop);
        if (row is null)
        {
            if (await db.SavedCodes.CountAsync(c => c.PersonId == person, stop) >= CodesMax)
            {
                var errors = new FieldErrors();
                errors.Add("customerCode", $"Đã lưu {CodesMax} mã. Hãy bỏ bớt một mã trước.",
                    $"{CodesMax} codes are kept. Remove one first.");
                return errors.ToRefusal();
            }
            row = db.Add(new SavedCodeRow
            {
                Id = Ids.New(clock),
                PersonId = person,
                ProviderId = providerId,
                Code = code,
                Label = label,
                ConsentedAt = clock.GetUtcNow(),
            }).Entity;
            db.Record(Saved, $"person:{person}");
        }
        row.Label = label;
        await db.SaveChangesAsync(stop);
        return new SavedCode(row.Id, label, providerId, name, code, row.ConsentedAt, []);
    }
}
