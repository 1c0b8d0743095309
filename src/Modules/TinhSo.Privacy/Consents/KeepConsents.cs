using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Privacy.Representatives;
using TinhSo.Privacy.Storage;

namespace TinhSo.Privacy.Consents;

/// <summary>A purpose as its person sees it.</summary>
/// <param name="Purpose">Its code.</param>
/// <param name="Version">Which wording holds now.</param>
/// <param name="Text">The wording.</param>
/// <param name="LegalBasis">Which text allows it.</param>
/// <param name="GivenAt">Since when the person's consent stands; null when it does not.</param>
/// <param name="GivenVersion">To which wording the consent was given.</param>
internal sealed record ConsentView(string Purpose, int Version, string Text, string LegalBasis, DateTimeOffset? GivenAt,
    int? GivenVersion)
{
    /// <summary>Whether the consent was given to an older wording.</summary>
    public bool IsToOldWording => GivenVersion is { } given && given < Version;
}

/// <summary>Gives and withdraws consents, for oneself or for whom one represents.</summary>
internal sealed class KeepConsents(PrivacyDb db, ICaller caller, Represent represent, TimeProvider clock) : IConsents
{
    public const string Permission = "account.own";

    public Task<bool> Stands(Guid personId, string purpose, CancellationToken stop) =>
        Standing(personId, purpose).AnyAsync(stop);

    /// <summary>Every purpose that holds today, and whether a person has consented to it.</summary>
    public async Task<Outcome<IReadOnlyList<ConsentView>>> Of(Guid personId, CancellationToken stop)
    {
        if (!await represent.IsOwn(personId, stop))
        {
            return KernelRefusals.NotFound;
        }
        var given = await db.Consents.AsNoTracking()
            .Where(one => one.PersonId == personId && one.WithdrawnAt == null).ToListAsync(stop);
        return (await InForce(stop)).ConvertAll(purpose =>
        {
            var consent = given.Find(one => one.Purpose == purpose.Code);
            return new ConsentView(purpose.Code, purpose.Version, Language.Say(purpose.TextVi, purpose.TextEn),
                purpose.LegalBasis, consent?.GivenAt, consent?.Version);
        });
    }

    /// <summary>Gives a consent to the wording of today; the same again changes nothing.</summary>
    public async Task<Outcome<IReadOnlyList<ConsentView>>> Give(
        Guid personId, string? purpose, ConsentChannel channel, CancellationToken stop)
    {
        if (await Refusal(personId, purpose, stop) is { } refusal)
        {
            return refusal;
        }
        if (caller.PersonId == personId && await represent.IsTooYoung(personId, stop))
        {
            return PrivacyRefusals.NeedsRepresentative;
        }
        var wording = (await InForce(stop)).Single(one => one.Code == purpose);
        await db.InTransaction(async () =>
        {
            var now = clock.GetUtcNow();
            var standing = await Standing(personId, wording.Code).SingleOrDefaultAsync(stop);
            if (standing?.Version == wording.Version)
            {
                return standing;
            }
            if (standing is not null)
            {
                (standing.WithdrawnAt, standing.WithdrawnBy, standing.WithdrawnChannel) =
                    (now, caller.Signature, ConsentChannel.NewWording);
                // At any moment one stands, so the one before must be gone when the next comes.
                await db.SaveChangesAsync(stop);
            }
            var given = db.Add(new ConsentRow
            {
                Id = Ids.New(clock),
                PersonId = personId,
                Purpose = wording.Code,
                Version = wording.Version,
                Channel = channel,
                GivenAt = now,
                GivenBy = caller.Signature,
            }).Entity;
            db.Publish(new ConsentGiven(personId, wording.Code, wording.Version, now));
            await db.SaveChangesAsync(stop);
            return given;
        }, stop);
        return await Of(personId, stop);
    }

    /// <summary>Withdraws a consent; the same again changes nothing.</summary>
    public async Task<Outcome<IReadOnlyList<ConsentView>>> Withdraw(
        Guid personId, string? purpose, ConsentChannel channel, CancellationToken stop)
    {
        if (await Refusal(personId, purpose, stop) is { } refusal)
        {
            return refusal;
        }
        await db.InTransaction(async () =>
        {
            var standing = await Standing(personId, purpose!).SingleOrDefaultAsync(stop);
            if (standing is not null)
            {
                var now = clock.GetUtcNow();
                (standing.WithdrawnAt, standing.WithdrawnBy, standing.WithdrawnChannel) =
                    (now, caller.Signature, channel);
                db.Publish(new ConsentWithdrawn(personId, standing.Purpose, now));
            }
            return await db.SaveChangesAsync(stop);
        }, stop);
        return await Of(personId, stop);
    }

    private async Task<Refusal?> Refusal(Guid personId, string? purpose, CancellationToken stop)
    {
        if (!await represent.IsOwn(personId, stop))
        {
            return KernelRefusals.NotFound;
        }
        var errors = new FieldErrors();
        var code = errors.Required("purpose", purpose, 60);
        if (!errors.Any && !(await InForce(stop)).Exists(one => one.Code == code))
        {
            errors.Add("purpose", "Không có mục đích này.", "There is no such purpose.");
        }
        return errors.Any ? errors.ToRefusal() : null;
    }

    private IQueryable<ConsentRow> Standing(Guid personId, string purpose) =>
        db.Consents.Where(one => one.PersonId == personId && one.Purpose == purpose && one.WithdrawnAt == null);

    private async Task<List<PurposeRow>> InForce(CancellationToken stop)
    {
        var today = clock.Today();
        var rows = await db.Purposes.AsNoTracking().Where(one => one.ValidFrom <= today)
            .OrderBy(one => one.Code).ThenByDescending(one => one.Version).ToListAsync(stop);
        return [.. rows.DistinctBy(one => one.Code)];
    }
}
