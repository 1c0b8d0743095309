using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Sessions;

/// <summary>Slows those who guess one person's password from many addresses, and not the person.</summary>
/// <remarks>
/// After ten wrong guesses within a quarter of an hour the password opens nothing until that is over, except from a
/// network from which this person has signed in during the last ninety days.
/// </remarks>
internal sealed class GuessLimit(IdentityDb db, TimeProvider clock, IHttpContextAccessor http)
{
    public const int WrongMax = 10;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    /// <summary>Whether a guess counts now.</summary>
    public async Task<bool> MayGuess(Guid personId, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var guesses = await db.Guesses.AsNoTracking().SingleOrDefaultAsync(one => one.PersonId == personId, stop);
        return guesses is null || guesses.Wrong < WrongMax || guesses.Since <= now - Window
            || await IsKnown(personId, now, stop);
    }

    /// <summary>Counts a wrong guess, within the transaction that is open.</summary>
    public async Task Count(Guid personId, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var cutoff = now - Window;
        var ofPerson = db.Guesses.Where(one => one.PersonId == personId);
        // Counted by the database itself: of many guesses at once none is lost.
        if (await ofPerson.Where(one => one.Since > cutoff)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.Wrong, one => one.Wrong + 1), stop) == 0)
        {
            await ofPerson.ExecuteDeleteAsync(stop);
            db.Add(new GuessRow { PersonId = personId, Wrong = 1, Since = now });
        }
    }

    private async Task<bool> IsKnown(Guid personId, DateTimeOffset now, CancellationToken stop)
    {
        var since = now - Remembered;
        var known = await db.Sessions.Where(one => one.PersonId == personId && one.StartedAt >= since)
            .Select(one => one.Origin).Distinct().ToListAsync(stop);
        var here = RemoteLimits.Network(http.HttpContext?.Connection.RemoteIpAddress);
        return known.Exists(
            origin => IPAddress.TryParse(origin, out var address) && RemoteLimits.Network(address) == here);
    }
}
