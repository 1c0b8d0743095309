using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.SecondFactors;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Sessions;

/// <summary>A session as its person sees it.</summary>
/// <param name="IsThis">Whether it is the one that asks.</param>
internal sealed record Session(Guid Id, SessionKind Kind, string? Origin, string? Device, DateTimeOffset StartedAt,
    DateTimeOffset SeenAt, bool IsThis);

/// <summary>Begins sessions, tells which are open, and ends them at once.</summary>
internal sealed class KeepSessions(IdentityDb db, TimeProvider clock, ICaller caller, IHttpContextAccessor http)
{
    public const string Claim = "session";
    public const string Permission = "account.own";
    public const string Began = "identity.signed-in";
    public const string Ended = "identity.session-ended";
    public static readonly TimeSpan OfPages = TimeSpan.FromHours(10);
    public static readonly TimeSpan OfPrograms = TimeSpan.FromHours(1);

    private const int DeviceMax = 200;
    private const int ListMax = 100;
    // To keep when each was seen last to the second would be a write for each request.
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(5);

    /// <summary>Begins one, and returns its id.</summary>
    public async Task<Guid> Begin(Guid personId, SessionKind kind, Proof proof, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var device = http.HttpContext?.Request.Headers.UserAgent.ToString();
        var session = db.Add(new SessionRow
        {
            Id = Ids.New(clock),
            PersonId = personId,
            Kind = kind,
            Proof = proof,
            Origin = http.HttpContext?.Connection.RemoteIpAddress?.ToString(),
            Device = string.IsNullOrEmpty(device) ? null : Words.Clean(device[..Math.Min(device.Length, DeviceMax)]),
            StartedAt = now,
            SeenAt = now,
            EndsAt = now + (kind is SessionKind.Pages ? OfPages : OfPrograms),
        }).Entity;
        db.Record(Began, $"person:{personId} {proof}");
        await db.SaveChangesAsync(stop);
        return session.Id;
    }

    /// <summary>How the present session was proved, or null when there is none.</summary>
    public async Task<Proof?> PresentProof(CancellationToken stop) => await db.Sessions
        .Where(one => one.Id == Present && one.EndedAt == null).Select(one => (Proof?)one.Proof)
        .SingleOrDefaultAsync(stop);

    /// <summary>Notes that the present session's person has just proved more, within the transaction that is open.
    /// </summary>
    public async Task Strengthen(Proof proof, CancellationToken stop)
    {
        if (await db.Sessions.SingleOrDefaultAsync(one => one.Id == Present, stop) is { Proof: Proof.Password } session)
        {
            session.Proof = proof;
            await db.SaveChangesAsync(stop);
        }
    }

    /// <summary>Whether nobody has ended a session; notes now and then that it was seen.</summary>
    /// <remarks>That its time is over is for the cookie and the token to say, which bear it.</remarks>
    public async Task<bool> IsOpen(Guid id, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var session = await db.Sessions.SingleOrDefaultAsync(
            one => one.Id == id && one.EndedAt == null, stop);
        if (session is not null && now - session.SeenAt > SeenEvery)
        {
            session.SeenAt = now;
            await db.SaveChangesAsync(stop);
        }
        return session is not null;
    }

    /// <summary>The caller's open sessions, newest first.</summary>
    public async Task<IReadOnlyList<Session>> Mine(CancellationToken stop)
    {
        var sessions = await OpenOf(caller.PersonId).AsNoTracking()
            .OrderByDescending(one => one.StartedAt).Take(ListMax).ToListAsync(stop);
        return sessions.ConvertAll(one => new Session(
            one.Id, one.Kind, one.Origin, one.Device, one.StartedAt, one.SeenAt, one.Id == Present));
    }

    /// <summary>Ends one of the caller's own.</summary>
    public async Task<Outcome<Session>> EndMine(Guid id, CancellationToken stop)
    {
        var mine = (await Mine(stop)).FirstOrDefault(one => one.Id == id);
        if (mine is null)
        {
            return KernelRefusals.NotFound;
        }
        await End(OpenOf(caller.PersonId).Where(one => one.Id == id), stop);
        return mine;
    }

    /// <summary>Ends all of the caller's own but the present one.</summary>
    public Task EndOthers(CancellationToken stop) =>
        End(OpenOf(caller.PersonId).Where(one => one.Id != Present), stop);

    /// <summary>Ends the present one.</summary>
    public Task EndPresent(CancellationToken stop) =>
        End(OpenOf(caller.PersonId).Where(one => one.Id == Present), stop);

    /// <summary>Ends all that a person has.</summary>
    public Task EndAllOf(Guid personId, CancellationToken stop) => End(OpenOf(personId), stop);

    private Guid? Present => Guid.TryParse(http.HttpContext?.User.FindFirst(Claim)?.Value, out var id) ? id : null;

    private IQueryable<SessionRow> OpenOf(Guid? personId)
    {
        var now = clock.GetUtcNow();
        return db.Sessions.Where(one => one.PersonId == personId && one.EndedAt == null && one.EndsAt > now);
    }

    private async Task End(IQueryable<SessionRow> sessions, CancellationToken stop)
    {
        foreach (var session in await sessions.ToListAsync(stop))
        {
            (session.EndedAt, session.EndedBy) = (clock.GetUtcNow(), caller.Signature);
            db.Record(Ended, $"person:{session.PersonId} session:{session.Id}");
        }
        await db.SaveChangesAsync(stop);
    }
}
