using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using TinhSo.Identity.People;
using TinhSo.Identity.SecondFactors;
using TinhSo.Identity.SignIn;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Passkeys;

/// <summary>A passkey as its person sees it.</summary>
internal sealed record Passkey(Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt, bool IsBackedUp);

/// <summary>Adds passkeys, signs in by them, and takes them away (W3C Web Authentication, level 3).</summary>
internal sealed partial class UsePasskeys(
    IdentityDb db, IPasskeyHandler<PersonRow> handler, Steps steps, Factors factors, RegisterPerson people,
    ICaller caller, TimeProvider clock, IHttpContextAccessor http, ILogger<UsePasskeys> log)
{
    private const int CredentialMax = 20_000;
    private const int NameMax = 60;
    private const int PasskeysMax = 20;

    private HttpContext Http => http.HttpContext
        ?? throw new InvalidOperationException("A passkey belongs to a browser.");

    /// <summary>What the caller's device needs to make one, as JSON for <c>navigator.credentials.create</c>.</summary>
    public async Task<Outcome<string>> BeginNew(CancellationToken stop)
    {
        if ((await factors.MayChange(stop)).IsRefused(out var refusal, out var person))
        {
            return refusal;
        }
        var options = await handler.MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = $"{person.Id}", Name = person.UserName, DisplayName = person.Name }, Http);
        await steps.Begin(StepKind.NewPasskey, person.Id, options.AttestationState ?? "", stop);
        return options.CreationOptionsJson;
    }

    /// <summary>Keeps what the caller's device made.</summary>
    public async Task<Outcome<FactorAdded>> Add(string? credential, string? name, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var called = errors.Required("name", name, NameMax);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var step = await steps.End(StepKind.NewPasskey, stop);
        if (step is null || step.PersonId != caller.PersonId || credential is not { Length: > 0 and <= CredentialMax })
        {
            return IdentityRefusals.PasskeyNotTaken;
        }
        var made = await handler.PerformAttestationAsync(
            new() { HttpContext = Http, CredentialJson = credential, AttestationState = step.Data });
        if (!made.Succeeded)
        {
            LogNotTaken(made.Failure);
            return IdentityRefusals.PasskeyNotTaken;
        }
        return await db.InTransaction<Outcome<FactorAdded>>(async () =>
        {
            if ((await factors.MayChange(stop)).IsRefused(out var refusal, out var person))
            {
                return refusal;
            }
            var id = PersonStore.Name(made.Passkey.CredentialId);
            if (await db.Passkeys.AnyAsync(one => one.CredentialId == id, stop)
                || await db.Passkeys.CountAsync(one => one.PersonId == person.Id, stop) >= PasskeysMax)
            {
                return IdentityRefusals.PasskeyNotTaken;
            }
            var row = db.Add(new PasskeyRow
            {
                Id = Ids.New(clock),
                PersonId = person.Id,
                CredentialId = id,
                Name = called,
                PublicKey = Convert.ToBase64String(made.Passkey.PublicKey),
                SignCount = made.Passkey.SignCount,
                Transports = string.Join(' ', made.Passkey.Transports ?? []),
                IsUserVerified = made.Passkey.IsUserVerified,
                IsBackupEligible = made.Passkey.IsBackupEligible,
                IsBackedUp = made.Passkey.IsBackedUp,
                CreatedAt = clock.GetUtcNow(),
            }).Entity;
            await db.SaveChangesAsync(stop);
            return await factors.Add(person.Id, Proof.Passkey, $"passkey:{row.Id}", stop);
        }, stop);
    }

    /// <summary>What a device needs to answer with one, as JSON for <c>navigator.credentials.get</c>.</summary>
    /// <remarks>Whose is not asked: the device knows, and the page does not tell who has any.</remarks>
    public async Task<string> BeginUse(CancellationToken stop)
    {
        var options = await handler.MakeRequestOptionsAsync(null, Http);
        await steps.Begin(StepKind.UsePasskey, null, options.AssertionState ?? "", stop);
        return options.RequestOptionsJson;
    }

    /// <summary>The person whose device answered, or null; recorded either way.</summary>
    public async Task<Person?> Recognise(string? credential, CancellationToken stop)
    {
        var step = await steps.End(StepKind.UsePasskey, stop);
        if (step is null || credential is not { Length: > 0 and <= CredentialMax })
        {
            return null;
        }
        var answer = await handler.PerformAssertionAsync(
            new() { HttpContext = Http, CredentialJson = credential, AssertionState = step.Data });
        if (!answer.Succeeded)
        {
            LogNotTaken(answer.Failure);
            db.Record(RegisterPerson.SignInRefused, "unknown passkey");
            await db.SaveChangesAsync(stop);
            return null;
        }
        var id = PersonStore.Name(answer.Passkey.CredentialId);
        var known = await db.InTransaction<Outcome<Person>>(async () =>
        {
            if (await db.Passkeys.SingleOrDefaultAsync(one => one.CredentialId == id, stop) is not { } row)
            {
                return KernelRefusals.NotFound;
            }
            (row.SignCount, row.IsUserVerified) = (answer.Passkey.SignCount, answer.Passkey.IsUserVerified);
            (row.IsBackedUp, row.UsedAt) = (answer.Passkey.IsBackedUp, clock.GetUtcNow());
            await db.SaveChangesAsync(stop);
            return (await people.Find(row.PersonId, stop))!;
        }, stop);
        return known.Match<Person?>(person => person, _ => null);
    }

    /// <summary>The caller's, oldest first.</summary>
    public async Task<IReadOnlyList<Passkey>> Mine(CancellationToken stop) =>
        await db.Passkeys.Where(one => one.PersonId == caller.PersonId).OrderBy(one => one.Id)
            .Select(one => new Passkey(one.Id, one.Name, one.CreatedAt, one.UsedAt, one.IsBackedUp)).ToListAsync(stop);

    /// <summary>Has one of the caller's open nothing any more.</summary>
    public Task<Outcome<OwnFactors>> Remove(Guid id, CancellationToken stop) =>
        db.InTransaction<Outcome<OwnFactors>>(async () =>
        {
            if ((await factors.MayChange(stop)).IsRefused(out var refusal, out var person))
            {
                return refusal;
            }
            if (await db.Passkeys.SingleOrDefaultAsync(one => one.Id == id && one.PersonId == person.Id, stop)
                is not { } row)
            {
                return KernelRefusals.NotFound;
            }
            db.Remove(row);
            db.Record(Factors.Removed, $"person:{person.Id} passkey:{row.Id}");
            await db.SaveChangesAsync(stop);
            return await factors.Of(person.Id, stop);
        }, stop);

    [LoggerMessage(LogLevel.Information, "A passkey was not taken.")]
    private partial void LogNotTaken(Exception? why);
}
