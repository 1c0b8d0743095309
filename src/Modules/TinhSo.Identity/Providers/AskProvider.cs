using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using TinhSo.Identity.SignIn;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Providers;

/// <summary>What a provider said, once it was verified.</summary>
/// <param name="Subject">Its name for the person, for ever.</param>
/// <param name="Name">The person's name, if it told it.</param>
/// <param name="Back">Where the person came from on this site.</param>
internal sealed record ProvedIdentity(string Provider, string Subject, string? Name, string Back);

/// <summary>Asks a provider of identities who somebody is: OpenID Connect Core 1.0, code flow with PKCE.</summary>
internal sealed partial class AskProvider(TrustedProviders providers, Steps steps, TimeProvider clock,
    IHttpClientFactory clients, IHttpContextAccessor http, ILogger<AskProvider> log)
{
    private const int SubjectMax = 255;
    private static readonly TimeSpan ClocksApart = TimeSpan.FromMinutes(1);
    private static readonly JsonWebTokenHandler Tokens = new();

    // Symmetric ones and "none" would let others sign.
    private static readonly string[] Algorithms =
        [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256];

    private sealed record Asked(string Provider, string State, string Nonce, string Verifier, string Back);

    /// <summary>The address to which the browser is led.</summary>
    public async Task<Outcome<string>> Begin(TrustedProvider provider, string? back, CancellationToken stop)
    {
        OpenIdConnectConfiguration described;
        try
        {
            described = await provider.Description.GetConfigurationAsync(stop);
        }
        catch (InvalidOperationException away)
        {
            LogNotTrusted(provider.Key, away);
            return IdentityRefusals.ProviderNotTrusted;
        }
        var asked = new Asked(provider.Key, Random(), Random(), Random(), LocalPath.Of(back));
        await steps.Begin(StepKind.Provider, null, JsonSerializer.Serialize(asked), stop);
        return new OpenIdConnectMessage
        {
            IssuerAddress = described.AuthorizationEndpoint,
            ClientId = provider.ClientId,
            ResponseType = OpenIdConnectResponseType.Code,
            Scope = "openid profile",
            RedirectUri = Back(provider.Key),
            State = asked.State,
            Nonce = asked.Nonce,
            Parameters =
            {
                ["code_challenge"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(asked.Verifier))),
                ["code_challenge_method"] = "S256",
            },
        }.CreateAuthenticationRequestUrl();
    }

    /// <summary>Verifies what the browser brought back; refused without saying what was wrong.</summary>
    public async Task<Outcome<ProvedIdentity>> End(string key, IQueryCollection answer, CancellationToken stop)
    {
        var step = await steps.End(StepKind.Provider, stop);
        var asked = step is null ? null : JsonSerializer.Deserialize<Asked>(step.Data);
        if (asked is null || asked.Provider != key || providers.Find(key) is not { } provider)
        {
            return IdentityRefusals.ProviderNotTrusted;
        }
        try
        {
            return await Verify(provider, asked, answer, stop);
        }
        catch (Exception wrong) when (wrong is SecurityTokenException or HttpRequestException or JsonException
            or InvalidOperationException or ArgumentException
            || (wrong is TaskCanceledException && !stop.IsCancellationRequested))
        {
            LogNotTrusted(key, wrong);
            return IdentityRefusals.ProviderNotTrusted;
        }
    }

    private async Task<ProvedIdentity> Verify(
        TrustedProvider provider, Asked asked, IQueryCollection answer, CancellationToken stop)
    {
        Demand(IsSame(answer["state"], asked.State), "state");
        var described = await provider.Description.GetConfigurationAsync(stop);
        Demand(described.Issuer == provider.Authority, "issuer of the description");
        // RFC 9207: who answers must be who was asked.
        Demand(answer["iss"].Count == 0 || answer["iss"] == described.Issuer, "iss");
        Demand(answer["code"].ToString() is { Length: > 0 }, "code");
        var token = await Exchange(provider, described, asked, answer["code"]!, stop);
        var verified = await Validate(provider, described, token);
        if (verified.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // It has changed its keys since they were read. What is asked for again here comes later.
            provider.Description.RequestRefresh();
            verified = await Validate(provider, await provider.ReadAnew(stop), token);
        }
        if (!verified.IsValid)
        {
            throw verified.Exception ?? new SecurityTokenException("The token is not valid.");
        }
        var claims = (JsonWebToken)verified.SecurityToken;
        Demand(claims.TryGetPayloadValue<string>("nonce", out var nonce) && IsSame(nonce, asked.Nonce), "nonce");
        Demand(!claims.TryGetPayloadValue<string>("azp", out var party) || party == provider.ClientId, "azp");
        Demand(claims.Subject is { Length: > 0 and <= SubjectMax }, "sub");
        return new ProvedIdentity(provider.Key, claims.Subject,
            claims.TryGetPayloadValue<string>("name", out var name) ? name : null, asked.Back);
    }

    private async Task<string> Exchange(TrustedProvider provider, OpenIdConnectConfiguration described, Asked asked,
        string code, CancellationToken stop)
    {
        using var client = clients.CreateClient(TrustedProviders.Client);
        using var request = new HttpRequestMessage(HttpMethod.Post, described.TokenEndpoint);
        var secret = $"{Uri.EscapeDataString(provider.ClientId)}:{Uri.EscapeDataString(provider.ClientSecret)}";
        request.Headers.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)));
        request.Content = new FormUrlEncodedContent(
        [
            new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", Back(provider.Key)),
            new("code_verifier", asked.Verifier),
        ]);
        using var response = await client.SendAsync(request, stop);
        response.EnsureSuccessStatusCode();
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(stop);
        return body.TryGetProperty("id_token", out var token) && token.GetString() is { Length: > 0 } text
            ? text : throw new SecurityTokenException("There is no id_token.");
    }

    private Task<TokenValidationResult> Validate(
        TrustedProvider provider, OpenIdConnectConfiguration described, string token) =>
        Tokens.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = described.Issuer,
            ValidAudience = provider.ClientId,
            IssuerSigningKeys = described.SigningKeys,
            ValidAlgorithms = Algorithms,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (from, until, _, _) =>
                until is { } end && end > (clock.GetUtcNow() - ClocksApart).UtcDateTime
                && (from is not { } begin || begin <= (clock.GetUtcNow() + ClocksApart).UtcDateTime),
        });

    private string Back(string key)
    {
        var request = http.HttpContext!.Request;
        return $"{request.Scheme}://{request.Host}/sign-in/with/{key}/back";
    }

    private static string Random() => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));

    private static bool IsSame(string? given, string expected) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(given ?? ""), Encoding.UTF8.GetBytes(expected));

    private static void Demand(bool met, string what)
    {
        if (!met)
        {
            throw new SecurityTokenException($"The {what} is not what it must be.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "What {Provider} answered cannot be trusted.")]
    private partial void LogNotTrusted(string provider, Exception why);
}
