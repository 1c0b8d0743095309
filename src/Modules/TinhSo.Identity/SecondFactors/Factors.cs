using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.People;
using TinhSo.Identity.Sessions;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.SecondFactors;

/// <summary>What the caller can prove to be themselves with, beside the password.</summary>
/// <param name="AuthenticatorSince">Since when an app is set up; null when none is.</param>
/// <param name="Passkeys">How many.</param>
/// <param name="RecoveryCodes">How many are left.</param>
internal sealed record OwnFactors(DateTimeOffset? AuthenticatorSince, int Passkeys, int RecoveryCodes)
{
    public bool Any => AuthenticatorSince is not null || Passkeys > 0;
}

/// <summary>What is shown once, when a factor was added.</summary>
/// <param name="RecoveryCodes">New ones, or none when there were some.</param>
internal sealed record FactorAdded(IReadOnlyList<string> RecoveryCodes);

/// <summary>Checks second factors, and what changing them needs.</summary>
internal sealed class Factors(IdentityDb db, TimeProvider clock, ICaller caller, KeepSessions sessions)
{
    public const string Asked = "identity.factor-asked";
    public const string Added = "identity.factor-added";
    public const string Removed = "identity.factor-removed";
    public const string RecoveryCodesMade = "identity.recovery-codes-made";

    private const int CodesMade = 10;
    private const int CodeLength = 16;
    private const int WrongMax = 10;
    private static readonly TimeSpan WrongWindow = TimeSpan.FromMinutes(15);

    /// <summary>What a person has set up.</summary>
    public async Task<OwnFactors> Of(Guid personId, CancellationToken stop)
    {
        var app = await db.Authenticators.AsNoTracking().SingleOrDefaultAsync(one => one.PersonId == personId, stop);
        return new OwnFactors(app?.ConfirmedAt,
            await db.Passkeys.CountAsync(one => one.PersonId == personId, stop),
            await db.RecoveryCodes.CountAsync(one => one.PersonId == personId && one.UsedAt == null, stop));
    }

    /// <summary>Whether a person whose password was right must prove more; recorded, as somebody may know it.</summary>
    public async Task<bool> AreAsked(Guid personId, CancellationToken stop)
    {
        if (!(await Of(personId, stop)).Any)
        {
            return false;
        }
        db.Record(Asked, $"person:{personId}");
        await db.SaveChangesAsync(stop);
        return true;
    }

    /// <summary>The caller, if the present session is proved well enough to change how to sign in.</summary>
    /// <remarks>
    /// Whoever knows only the password may add the first factor, but nothing once there is one: it would be a way
    /// around it.
    /// </remarks>
    public async Task<Outcome<PersonRow>> MayChange(CancellationToken stop)
    {
        if (await db.People.SingleOrDefaultAsync(one => one.Id == caller.PersonId, stop) is not { } person)
        {
            return KernelRefusals.Forbidden;
        }
        return await sessions.PresentProof(stop) is Proof.Password && (await Of(person.Id, stop)).Any
            ? IdentityRefusals.FactorNeeded
            : person;
    }

    /// <summary>By what a typed code proves a person, or null; each code counts once.</summary>
    public Task<Proof?> Check(Guid personId, string? typed, CancellationToken stop) => db.InTransaction(async () =>
    {
        var proof = await CheckApp(personId, typed, stop) ?? await CheckRecoveryCode(personId, typed, stop);
        if (proof is null)
        {
            db.Record(RegisterPerson.SignInRefused, $"person:{personId}");
        }
        await db.SaveChangesAsync(stop);
        return proof;
    }, stop);

    /// <summary>Makes the present session as good as the factor just proved, ends the others, and sees to it that
    /// there are recovery codes; within the transaction that is open.</summary>
    public async Task<FactorAdded> Add(Guid personId, Proof proof, string what, CancellationToken stop)
    {
        db.Record(Added, $"person:{personId} {what}");
        await sessions.Strengthen(proof, stop);
        await sessions.EndOthers(stop);
        return (await Of(personId, stop)).RecoveryCodes > 0
            ? new FactorAdded([])
            : new FactorAdded(await MakeRecoveryCodes(personId, stop));
    }

    /// <summary>New recovery codes for the caller; those from before open nothing any more.</summary>
    public Task<Outcome<FactorAdded>> RenewRecoveryCodes(CancellationToken stop) =>
        db.InTransaction<Outcome<FactorAdded>>(async () =>
        {
            if ((await MayChange(stop)).IsRefused(out var refusal, out var person))
            {
                return refusal;
            }
            return (await Of(person.Id, stop)).Any
                ? new FactorAdded(await MakeRecoveryCodes(person.Id, stop))
                : IdentityRefusals.NoFactor;
        }, stop);

    private async Task<IReadOnlyList<string>> MakeRecoveryCodes(Guid personId, CancellationToken stop)
    {
        await db.RecoveryCodes.Where(one => one.PersonId == personId).ExecuteDeleteAsync(stop);
        var codes = Enumerable.Range(0, CodesMade).Select(_ => ShortCode.New(CodeLength)).ToList();
        db.AddRange(codes.Select(code => new RecoveryCodeRow
        {
            Id = Ids.New(clock),
            PersonId = personId,
            Hash = Hash(personId, code),
            MadeAt = clock.GetUtcNow(),
        }));
        db.Record(RecoveryCodesMade, $"person:{personId}");
        await db.SaveChangesAsync(stop);
        return codes.ConvertAll(code => string.Join('-', code.Chunk(4).Select(four => new string(four))));
    }

    private async Task<Proof?> CheckApp(Guid personId, string? typed, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var app = await db.Authenticators.SingleOrDefaultAsync(one => one.PersonId == personId, stop);
        if (app?.Secret is null)
        {
            return null;
        }
        if (app.WrongSince is not { } since || since <= now - WrongWindow)
        {
            (app.Wrong, app.WrongSince) = (0, now);
        }
        if (app.Wrong < WrongMax && Totp.Match(app.Secret, typed, now, app.LastStep) is { } step)
        {
            (app.LastStep, app.Wrong) = (step, 0);
            return Proof.Code;
        }
        app.Wrong++;
        return null;
    }

    private async Task<Proof?> CheckRecoveryCode(Guid personId, string? typed, CancellationToken stop)
    {
        if (ShortCode.Parse(typed, CodeLength) is not { } code)
        {
            return null;
        }
        var hash = Hash(personId, code);
        var row = await db.RecoveryCodes.FirstOrDefaultAsync(
            one => one.PersonId == personId && one.Hash == hash && one.UsedAt == null, stop);
        if (row is null)
        {
            return null;
        }
        row.UsedAt = clock.GetUtcNow();
        return Proof.RecoveryCode;
    }

    // Of 75 random bits, and another for each person: nobody finds the code from the hash.
    private static string Hash(Guid personId, string code) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{personId:N} {code}")));
}
