using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.People;
using TinhSo.Identity.SecondFactors;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Providers;

/// <summary>Finds the person whom a provider proved, or makes one, or links it to who is signed in.</summary>
internal sealed class LinkPerson(
    IdentityDb db, RegisterPerson people, Factors factors, ICaller caller, TimeProvider clock)
{
    public const string Linked = "identity.linked";
    public const string Unlinked = "identity.unlinked";
    private const int NameMax = 100;
    private const int UserNameCode = 12;

    /// <summary>The providers that know a person.</summary>
    public async Task<IReadOnlySet<string>> Of(Guid personId, CancellationToken stop) =>
        await db.ExternalIdentities.Where(one => one.PersonId == personId).Select(one => one.Provider)
            .ToHashSetAsync(StringComparer.Ordinal, stop);

    /// <summary>The person, who can now be signed in.</summary>
    public Task<Outcome<Person>> Take(ProvedIdentity proved, CancellationToken stop) =>
        db.InTransaction<Outcome<Person>>(async () =>
        {
            var known = await db.ExternalIdentities.SingleOrDefaultAsync(
                one => one.Provider == proved.Provider && one.Subject == proved.Subject, stop);
            if (caller.PersonId is { } me && known is null)
            {
                if ((await factors.MayChange(stop)).IsRefused(out var refusal, out _))
                {
                    return refusal;
                }
                await Link(me, proved, stop);
                return (await people.Find(me, stop))!;
            }
            if (known is null)
            {
                return (await people.Find(await Make(proved, stop), stop))!;
            }
            return caller.PersonId is { } other && other != known.PersonId
                ? IdentityRefusals.LinkedElsewhere
                : (await people.Find(known.PersonId, stop))!;
        }, stop);

    /// <summary>Lets the caller no longer be signed in by a provider, unless there is no other way.</summary>
    public Task<Outcome<PersonRow>> Unlink(string provider, CancellationToken stop) =>
        db.InTransaction<Outcome<PersonRow>>(async () =>
        {
            if ((await factors.MayChange(stop)).IsRefused(out var refusal, out var me))
            {
                return refusal;
            }
            var linked = db.ExternalIdentities.Where(one => one.PersonId == me.Id);
            if (!await linked.AnyAsync(one => one.Provider == provider, stop))
            {
                return KernelRefusals.NotFound;
            }
            if (me.PasswordHash.Length == 0 && (await factors.Of(me.Id, stop)).Passkeys == 0
                && !await linked.AnyAsync(one => one.Provider != provider, stop))
            {
                return IdentityRefusals.OnlyWayIn;
            }
            await linked.Where(one => one.Provider == provider).ExecuteDeleteAsync(stop);
            db.Record(Unlinked, $"person:{me.Id} {provider}");
            await db.SaveChangesAsync(stop);
            return me;
        }, stop);

    private async Task<Guid> Make(ProvedIdentity proved, CancellationToken stop)
    {
        var name = Words.Clean(proved.Name ?? "");
        var person = db.Add(new PersonRow
        {
            Id = Ids.New(clock),
            UserName = $"dd-{ShortCode.New(UserNameCode)}".ToLowerInvariant(),
            Name = name.Length is > 0 and <= NameMax && !Words.HasControls(name) ? name : "Người dân",
            // No password is that of an empty hash.
            PasswordHash = "",
            CreatedAt = clock.GetUtcNow(),
        }).Entity;
        await db.SaveChangesAsync(stop);
        await Link(person.Id, proved, stop);
        return person.Id;
    }

    private async Task Link(Guid personId, ProvedIdentity proved, CancellationToken stop)
    {
        db.Add(new ExternalIdentityRow
        {
            Id = Ids.New(clock),
            PersonId = personId,
            Provider = proved.Provider,
            Subject = proved.Subject,
            LinkedAt = clock.GetUtcNow(),
        });
        db.Record(Linked, $"person:{personId} {proved.Provider}");
        await db.SaveChangesAsync(stop);
    }
}
