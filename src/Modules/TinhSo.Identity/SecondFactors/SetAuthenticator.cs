using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.SecondFactors;

/// <summary>What an app must learn.</summary>
/// <param name="Secret">In base32, to be typed where no camera is at hand.</param>
/// <param name="Uri">What the QR code says.</param>
internal sealed record AuthenticatorToScan(string Secret, string Uri);

/// <summary>Sets up the caller's app that shows codes, and takes it away.</summary>
internal sealed class SetAuthenticator(IdentityDb db, TimeProvider clock, Factors factors)
{
    private const string Issuer = "TinhSo";
    private const string Subject = "authenticator";

    /// <summary>Makes a secret, which counts once a code of it was typed in.</summary>
    public async Task<Outcome<AuthenticatorToScan>> Begin(CancellationToken stop)
    {
        if ((await factors.MayChange(stop)).IsRefused(out var refusal, out var person))
        {
            return refusal;
        }
        var row = await db.Authenticators.FindAsync([person.Id], stop)
            ?? db.Add(new AuthenticatorRow { PersonId = person.Id }).Entity;
        row.PendingSecret = Totp.NewSecret();
        await db.SaveChangesAsync(stop);
        return ToScan(person.UserName, row.PendingSecret);
    }

    /// <summary>The secret that waits for its first code, or null.</summary>
    public async Task<AuthenticatorToScan?> Pending(Guid? personId, CancellationToken stop)
    {
        var found = await db.Authenticators.Where(one => one.PersonId == personId && one.PendingSecret != null)
            .Join(db.People, one => one.PersonId, person => person.Id,
                (one, person) => new { person.UserName, one.PendingSecret }).SingleOrDefaultAsync(stop);
        return found is null ? null : ToScan(found.UserName, found.PendingSecret!);
    }

    /// <summary>Makes the secret count, of which this is a code.</summary>
    public Task<Outcome<FactorAdded>> Confirm(string? code, CancellationToken stop) =>
        db.InTransaction<Outcome<FactorAdded>>(async () =>
        {
            if ((await factors.MayChange(stop)).IsRefused(out var refusal, out var person))
            {
                return refusal;
            }
            var row = await db.Authenticators.FindAsync([person.Id], stop);
            if (row?.PendingSecret is null
                || Totp.Match(row.PendingSecret, code, clock.GetUtcNow(), after: 0) is not { } step)
            {
                var errors = new FieldErrors();
                errors.Add("code", "Mã không đúng. Hãy nhập mã đang hiện trong ứng dụng.",
                    "The code is not right. Enter the one that the app shows now.");
                return errors.ToRefusal();
            }
            (row.Secret, row.PendingSecret) = (row.PendingSecret, null);
            (row.ConfirmedAt, row.LastStep, row.Wrong) = (clock.GetUtcNow(), step, 0);
            await db.SaveChangesAsync(stop);
            return await factors.Add(person.Id, Proof.Code, Subject, stop);
        }, stop);

    /// <summary>Takes it away.</summary>
    public Task<Outcome<OwnFactors>> Remove(CancellationToken stop) => db.InTransaction<Outcome<OwnFactors>>(async () =>
    {
        if ((await factors.MayChange(stop)).IsRefused(out var refusal, out var person))
        {
            return refusal;
        }
        if (await db.Authenticators.FindAsync([person.Id], stop) is { } row)
        {
            db.Remove(row);
            db.Record(Factors.Removed, $"person:{person.Id} {Subject}");
            await db.SaveChangesAsync(stop);
        }
        return await factors.Of(person.Id, stop);
    }, stop);

    private static AuthenticatorToScan ToScan(string userName, string secret) =>
        new(secret, Totp.Uri(Issuer, userName, secret));
}
