using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Sessions;

/// <summary>Slows those who guess one person's password from many addresses, and not the person.</summary>
/// <remarks>
/// After ten wrong guesses within a quarter of an hour the password opens nothing until that is over, and is not even
/// compared, except from a network from which this person has signed in during the last ninety days. Names that nobody
/// has are treated alike, so that neither answer nor time tells which there are.
/// </remarks>
internal sealed class GuessLimit(IdentityDb db, TimeProvider clock, IHttpContextAccessor http)
{
    public const int WrongMax = 10;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    /// <summary>Whether a guess counts now.</summary>
    /// <param name="subject">The person, or what stands for a name that nobody has.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<bool> MayGuess(Guid subject, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var guesses = await db.Guesses.AsNoTracking().SingleOrDefaultAsync(one => one.Subject == subject, stop);
        return guesses is null || guesses.Wrong < WrongMax || guesses.Since <= now - Window
            || await IsKnown(subject, now, stop);
    }

    /// <summary>Counts a wrong guess, within the transaction that is open.</summary>
    public async Task Count(Guid subject, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var cutoff = now - Window;
        // Counted by the database itself: of many guesses at once none is lost.
        if (await db.Guesses.Where(one => one.Subject == subject && one.Since > cutoff)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.Wrong, one => one.Wrong + 1), stop) == 0)
        {
            await db.Guesses.Where(one => one.Since <= cutoff).ExecuteDeleteAsync(stop);
            db.Add(new GuessRow { Subject = subject, Wrong = 1, Since = now });
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
