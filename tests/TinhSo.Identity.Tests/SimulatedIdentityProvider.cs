using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TinhSo.Identity.Tests;

/// <summary>SIMULATOR: a national provider of identities (OpenID Connect) on a port of its own, which lies on demand.</summary>
internal sealed class SimulatedIdentityProvider : IAsyncDisposable
{
    public const string ClientId = "tinhso";
    public const string ClientSecret = "a secret: of the test";

    private readonly WebApplication app;
    private readonly TimeProvider clock;
    private RsaSecurityKey key = NewKey();
    private (string Nonce, string Challenge, string Code, string RedirectUri)? asked;

    private SimulatedIdentityProvider(WebApplication app, TimeProvider clock) => (this.app, this.clock) = (app, clock);

    public string Issuer { get; private set; } = "";

    /// <summary>Whom it takes everybody for.</summary>
    public string Subject { get; set; } = "079204000123";

    /// <summary>Changes what a token says before it is signed.</summary>
    public Action<Dictionary<string, object>> Distort { get; set; } = _ => { };

    /// <summary>Signs a token's claims otherwise than with its key.</summary>
    public Func<Dictionary<string, object>, string>? SignOtherwise { get; set; }

    /// <summary>Further parameters of the way back.</summary>
    public string OnTheWayBack { get; set; } = "";

    public static async Task<SimulatedIdentityProvider> Start(TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new SimulatedIdentityProvider(builder.Build(), clock);
        provider.Map();
        await provider.app.StartAsync();
        provider.Issuer = provider.app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Single();
        return provider;
    }

    /// <summary>The settings by which the platform trusts it.</summary>
    public (string, string)[] Settings(string name = "eid") =>
    [
        ($"SignIn:Providers:{name}:Name", "Định danh điện tử (mô phỏng)"),
        ($"SignIn:Providers:{name}:Authority", Issuer),
        ("Outbound:Hosts", "127.0.0.1"), ("Outbound:Networks", "127.0.0.0/8"),
        ($"SignIn:Providers:{name}:ClientId", ClientId), ($"SignIn:Providers:{name}:ClientSecret", ClientSecret),
    ];

    /// <summary>Signs with another key from now on.</summary>
    public void ChangeKey() => key = NewKey();

    /// <summary>A token that is signed with nothing.</summary>
    public static string Unsigned(Dictionary<string, object> claims) =>
        $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{Base64UrlEncoder.Encode(JsonSerializer.Serialize(claims))}.";

    /// <summary>A token signed with a key that is not the provider's, under the name of its key.</summary>
    public string SignedByAnother(Dictionary<string, object> claims) => Sign(claims, new SigningCredentials(
        new RsaSecurityKey(RSA.Create(2048)) { KeyId = key.KeyId }, SecurityAlgorithms.RsaSha256));

    /// <summary>A token signed symmetrically, with the public key or the shared secret.</summary>
    public static string SignedWithTheSecret(Dictionary<string, object> claims) => Sign(claims, new SigningCredentials(
        new SymmetricSecurityKey(SHA256.HashData(Encoding.UTF8.GetBytes(ClientSecret))), SecurityAlgorithms.HmacSha256));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private void Map()
    {
        app.MapGet("/.well-known/openid-configuration", () => new
        {
            issuer = Issuer,
            authorization_endpoint = $"{Issuer}/authorize",
            token_endpoint = $"{Issuer}/token",
            jwks_uri = $"{Issuer}/keys",
        });
        app.MapGet("/keys", () => new { keys = new[] { PublicKey() } });
        app.MapGet("/authorize", (HttpRequest request) =>
        {
            var query = request.Query;
            if (query["response_type"] != "code" || query["client_id"] != ClientId || query["code_challenge_method"] != "S256")
            {
                return Results.BadRequest();
            }
            asked = (query["nonce"]!, query["code_challenge"]!, RandomNumberGenerator.GetHexString(16), query["redirect_uri"]!);
            return Results.Redirect($"{asked.Value.RedirectUri}?code={asked.Value.Code}&state={query["state"]}{OnTheWayBack}");
        });
        app.MapPost("/token", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{Uri.EscapeDataString(ClientSecret)}"));
            if (asked is not { } begun || request.Headers.Authorization != $"Basic {basic}" || form["code"] != begun.Code
                || form["redirect_uri"] != begun.RedirectUri
                || Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"]!))) != begun.Challenge)
            {
                return Results.BadRequest(new { error = "invalid_grant" });
            }
            asked = null;
            return Results.Ok(new { access_token = "unused", token_type = "Bearer", id_token = Token(begun.Nonce) });
        });
    }

    private string Token(string nonce)
    {
        var now = clock.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Issuer,
            ["aud"] = ClientId,
            ["sub"] = Subject,
            ["name"] = "Nguyễn Thị Định Danh",
            ["nonce"] = nonce,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
        };
        Distort(claims);
        return SignOtherwise?.Invoke(claims) ?? Sign(claims, new SigningCredentials(key, SecurityAlgorithms.RsaSha256));
    }

    private static string Sign(Dictionary<string, object> claims, SigningCredentials credentials) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }
            .CreateToken(JsonSerializer.Serialize(claims), credentials);

    private Dictionary<string, string> PublicKey()
    {
        var shown = key.Rsa.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = key.KeyId,
            ["n"] = Base64UrlEncoder.Encode(shown.Modulus!),
            ["e"] = Base64UrlEncoder.Encode(shown.Exponent!),
        };
    }

    private static RsaSecurityKey NewKey() => new(RSA.Create(2048)) { KeyId = RandomNumberGenerator.GetHexString(8) };
}
