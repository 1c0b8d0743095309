using System.Security.Claims;

namespace TinhSo.Identity.Clients;

/// <summary>What a request says of the system that sent it, once its key was recognised.</summary>
internal static class ClientClaims
{
    private const string Unit = "client-unit";
    private const string Scope = "client-scope";

    extension(ClaimsPrincipal user)
    {
        /// <summary>The system that asks; null for people and for nobody.</summary>
        public Guid? ClientId => Guid.TryParse(user.FindFirstValue(IdentityModule.ClientClaim), out var id) ? id : null;

        /// <summary>The unit at which the system may use a permission, or null.</summary>
        public string? ClientUnit(string permission) =>
            user.HasClaim(Scope, permission) ? user.FindFirstValue(Unit) : null;
    }

    /// <summary>Who a recognised system is.</summary>
    public static ClaimsPrincipal PrincipalOf(ClientRow client, string scheme) => new(new ClaimsIdentity(
    [
        // Never an id alone, which would be taken for a person's.
        new(ClaimTypes.NameIdentifier, $"client:{client.Id}"),
        new(ClaimTypes.Name, client.Name),
        new(IdentityModule.ClientClaim, $"{client.Id}"),
        new(Unit, client.Unit),
        .. client.Scopes.Split(' ').Select(scope => new Claim(Scope, scope)),
    ], scheme));
}
