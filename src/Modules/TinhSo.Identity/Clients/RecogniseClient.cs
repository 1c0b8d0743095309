using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TinhSo.Identity.Storage;

namespace TinhSo.Identity.Clients;

/// <summary>Recognises systems of others by the key that they send.</summary>
/// <remarks>
/// Whether a key is malformed, unknown, expired or ended is told to nobody but the log. Each request looks again, so
/// what was ended opens nothing with the next.
/// </remarks>
internal sealed partial class RecogniseClient(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs,
    UrlEncoder encoder, IdentityDb db, TimeProvider clock)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string SchemeName = "client-key";

    private const string Bearer = "Bearer ";
    private static readonly string NobodysHash = ClientKey.HashOf("");

    // To keep when each was used last to the second would be a write for each request.
    private static readonly TimeSpan UsedEvery = TimeSpan.FromMinutes(5);

    /// <summary>Whether a request comes with a key, rather than with a person's token or nothing.</summary>
    public static bool IsMeant(HttpRequest request) => request.Headers.Authorization.ToString()
        .StartsWith(Bearer + ClientKey.Prefix, StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsMeant(Request))
        {
            return AuthenticateResult.NoResult();
        }
        var key = Request.Headers.Authorization.ToString()[Bearer.Length..];
        var id = ClientKey.IdIn(key);
        var found = id is null ? null : await (
            from one in db.ClientKeys.AsNoTracking()
            join client in db.Clients.AsNoTracking() on one.ClientId equals client.Id
            where one.Id == id
            select new { Key = one, Client = client }).SingleOrDefaultAsync(Context.RequestAborted);
        // A hash is compared for an unknown key too, so that the time taken does not tell which ids exist.
        var isRight = ClientKey.Matches(key, found?.Key.Hash ?? NobodysHash);
        var now = clock.GetUtcNow();
        if (!isRight || found is not { Key.EndedAt: null, Client.EndedAt: null } || found.Key.ExpiresAt <= now)
        {
            LogRefused(Logger, id, Context.Connection.RemoteIpAddress?.ToString());
            return AuthenticateResult.Fail("The key opens nothing.");
        }
        if (!(now - found.Key.LastUsedAt <= UsedEvery))
        {
            await Note(found.Key.Id, now);
        }
        return AuthenticateResult.Success(
            new AuthenticationTicket(ClientClaims.PrincipalOf(found.Client, SchemeName), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return base.HandleChallengeAsync(properties);
    }

    private Task<int> Note(Guid keyId, DateTimeOffset now) => db.InTransaction(() => db.ClientKeys
        .Where(key => key.Id == keyId)
        .ExecuteUpdateAsync(
            set => set.SetProperty(key => key.LastUsedAt, (DateTimeOffset?)now), Context.RequestAborted),
        Context.RequestAborted);

    [LoggerMessage(LogLevel.Warning, "A key was refused that opens nothing: {KeyId}, from {Origin}.")]
    private static partial void LogRefused(ILogger log, Guid? keyId, string? origin);
}
