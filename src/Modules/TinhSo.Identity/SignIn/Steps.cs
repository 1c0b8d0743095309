using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;

namespace TinhSo.Identity.SignIn;

internal enum StepKind
{
    /// <summary>The password was right; a second factor is asked for.</summary>
    Factor,

    /// <summary>A device makes a passkey.</summary>
    NewPasskey,

    /// <summary>A device answers with a passkey.</summary>
    UsePasskey,

    /// <summary>A provider of identities is asked who this is.</summary>
    Provider,
}

/// <summary>A step that was begun.</summary>
internal sealed class StepRow
{
    /// <summary>The hash of what only the browser has.</summary>
    public required string Id { get; init; }
    public required StepKind Kind { get; init; }
    public Guid? PersonId { get; init; }

    /// <summary>What is needed to end it.</summary>
    public required string Data { get; init; }
    public required DateTimeOffset EndsAt { get; init; }
}

/// <summary>Steps of signing in that are begun in a browser and ended in the same one, once and soon.</summary>
/// <remarks>Kept in the database, so that any node ends what another began, and nothing is ended twice.</remarks>
internal sealed class Steps(IdentityDb db, TimeProvider clock, IHttpContextAccessor http)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);

    private HttpContext Http => http.HttpContext
        ?? throw new InvalidOperationException("A step of signing in belongs to a browser.");

    /// <summary>Begins one, and gives the browser the means to end it.</summary>
    public async Task Begin(StepKind kind, Guid? personId, string data, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        await db.Steps.Where(one => one.EndsAt <= now).ExecuteDeleteAsync(stop);
        var secret = RandomNumberGenerator.GetHexString(64);
        db.Add(new StepRow { Id = Hash(secret), Kind = kind, PersonId = personId, Data = data, EndsAt = now + Lasts });
        await db.SaveChangesAsync(stop);
        Http.Response.Cookies.Append(Cookie(kind), secret, new CookieOptions
        {
            HttpOnly = true,
            Secure = Http.Request.IsHttps,
            // A provider leads back here from its own site.
            SameSite = SameSiteMode.Lax,
            MaxAge = Lasts,
            IsEssential = true,
        });
    }

    /// <summary>The one that this browser began, still to be ended; or null.</summary>
    public async Task<StepRow?> Find(StepKind kind, CancellationToken stop)
    {
        if (Http.Request.Cookies[Cookie(kind)] is not { Length: > 0 } secret)
        {
            return null;
        }
        var (id, now) = (Hash(secret), clock.GetUtcNow());
        return await db.Steps.AsNoTracking()
            .SingleOrDefaultAsync(one => one.Id == id && one.Kind == kind && one.EndsAt > now, stop);
    }

    /// <summary>Ends the one that this browser began, and returns it; null when there is none, or no longer.</summary>
    public async Task<StepRow?> End(StepKind kind, CancellationToken stop)
    {
        var step = await Find(kind, stop);
        Http.Response.Cookies.Delete(Cookie(kind));
        // Of two that end it at once, one finds it gone.
        return step is not null && await db.Steps.Where(one => one.Id == step.Id).ExecuteDeleteAsync(stop) == 1
            ? step : null;
    }

    private static string Cookie(StepKind kind) => $"tinhso.{kind}".ToLowerInvariant();

    private static string Hash(string secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
}
