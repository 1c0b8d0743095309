using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TinhSo.Identity.Clients;
using TinhSo.Identity.SecondFactors;
using TinhSo.Identity.Sessions;
using TinhSo.Identity.SignIn;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Access;

/// <summary>The caller of the present request, a person with the roles as they are held now or a system of others.
/// </summary>
/// <remarks>
/// Roles are read afresh for each request that asks for them, so that a right that was taken away is gone at once.
/// A role of staff rests while only the password was proved. Outside a request, in jobs and commands, the caller is the
/// platform itself and may do all.
/// </remarks>
internal sealed class Caller(
    IHttpContextAccessor http, IServiceScopeFactory scopes, TimeProvider clock, SecondFactorPolicy policy) : ICaller
{
    private List<(string Role, string Unit)>? roles;

    public Guid? PersonId => Guid.TryParse(User?.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;

    public string Name => User?.FindFirstValue(ClaimTypes.Name) ?? "";

    public string RoleName => Held.Count == 0 ? "" : Roles.NameOf(Held[0].Role);

    public string Signature => http.HttpContext is null ? "system"
        : PersonId is { } person ? $"person:{person}"
        : User?.ClientId is { } client ? $"client:{client}"
        : "anonymous";

    private ClaimsPrincipal? User => http.HttpContext?.User;

    private List<(string Role, string Unit)> Held => roles ??= Load();

    public bool May(string permission, string unit)
    {
        return http.HttpContext is null || UnitsWith(permission).Any(held => held == unit || held == Units.Province);
    }

    public IReadOnlySet<string> UnitsFor(string permission) => http.HttpContext is null
        ? new HashSet<string> { Units.Province }
        : UnitsWith(permission).ToHashSet();

    // A system's scopes were read when its key was recognised, which each request does anew.
    private IEnumerable<string> UnitsWith(string permission) => User?.ClientId is null
        ? Held.Where(held => Permissions.Allows(held.Role, permission)).Select(held => held.Unit)
        : User.ClientUnit(permission) is { } unit ? [unit] : [];

    private List<(string Role, string Unit)> Load()
    {
        if (PersonId is not { } id)
        {
            return [];
        }
        // Read on its own context: the question may come in the middle of a use case's work on another.
        using var scope = scopes.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        var held = db.RolesOf(id, clock.Today()).OrderBy(r => r.Id).Select(r => new { r.Role, r.Unit })
            .AsEnumerable().Select(r => (r.Role, r.Unit)).ToList();
        if (policy.IsDemanded && held.Exists(one => Roles.IsStaff(one.Role)) && !IsProvedWell(db))
        {
            held.RemoveAll(one => Roles.IsStaff(one.Role));
        }
        return held;
    }

    private bool IsProvedWell(IdentityDb db) =>
        Guid.TryParse(User?.FindFirstValue(KeepSessions.Claim), out var session)
        && db.Sessions.Any(one => one.Id == session && one.Proof != Proof.Password);
}

/// <summary>Opens a route to callers who hold its permission somewhere.</summary>
internal sealed partial class PermissionHandler(ICaller caller, ILogger<PermissionHandler> log)
    : AuthorizationHandler<PermissionRequirement>
{
    protected override Task HandleRequirementAsync(
        AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        if (caller.UnitsFor(requirement.Permission).Count > 0
            || (caller.PersonId is not null && Permissions.IsOfEverybody(requirement.Permission)))
        {
            context.Succeed(requirement);
        }
        else if (context.User.Identity?.IsAuthenticated is true)
        {
            LogRefused(caller.Signature, requirement.Permission);
        }
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Warning, "{Caller} was refused for want of {Permission}.")]
    private partial void LogRefused(string caller, string permission);
}

/// <summary>A permission that a route needs.</summary>
internal sealed record PermissionRequirement(string Permission) : IAuthorizationRequirement;
