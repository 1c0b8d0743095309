using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace TinhSo.Kernel.Http;

/// <summary>Who makes the present request, and what they may do.</summary>
/// <remarks>
/// A route only asks whether somebody holds a permission anywhere; a use case asks again for the unit of the very
/// row that it is about to show or change.
/// </remarks>
public interface ICaller
{
    /// <summary>The person signed in; null for nobody, and for systems of others.</summary>
    Guid? PersonId { get; }

    /// <summary>The name as others see it, of a person or of a system; empty when nobody is signed in.</summary>
    string Name { get; }

    /// <summary>The person's main role in the language of the request; empty when nobody is signed in.</summary>
    string RoleName { get; }

    /// <summary>
    /// How changes by this caller are signed in records, such as <c>person:0197…</c>, <c>client:0197…</c> for systems
    /// of others, <c>system</c> in jobs.
    /// </summary>
    string Signature { get; }

    /// <summary>Whether the caller holds a permission at a unit, or at one above it.</summary>
    /// <param name="permission">One of the names in the table of permissions.</param>
    /// <param name="unit">Such as <c>market:0197…</c>; <see cref="Units.Province"/> is above all others.</param>
    bool May(string permission, string unit);

    /// <summary>The units at which the caller holds a permission; empty when nowhere.</summary>
    IReadOnlySet<string> UnitsFor(string permission);
}

/// <summary>How units at which roles are held are named.</summary>
public static class Units
{
    /// <summary>The whole province: whoever holds a role here holds it at every unit.</summary>
    public const string Province = "province";

    /// <summary>One market.</summary>
    public static string Market(Guid id) => $"market:{id}";

    /// <summary>One payee: a trader, a household business, a market's board.</summary>
    public static string Payee(Guid id) => $"payee:{id}";

    /// <summary>One organisation: an enterprise, a cooperative, a state unit.</summary>
    public static string Organisation(Guid id) => $"organisation:{id}";

    /// <summary>One commune, ward or special zone, by its code, such as <c>07030</c>.</summary>
    public static string Commune(string code) => $"commune:{code}";

    /// <summary>One department of the province, by a code such as <c>so-cong-thuong</c>.</summary>
    public static string Department(string code) => $"department:{code}";

    /// <summary>One agency or public service unit, by a code such as <c>trung-tam-hcc</c>.</summary>
    public static string Agency(string code) => $"agency:{code}";

    /// <summary>The payee that a unit is, or null when it is none.</summary>
    public static Guid? PayeeOf(string unit) => unit.StartsWith("payee:", StringComparison.Ordinal)
        && Guid.TryParse(unit["payee:".Length..], out var id) ? id : null;
}

/// <summary>
/// Declares the permission that a page or route needs. What is open to all says <c>AllowAnonymous</c>.
/// </summary>
/// <remarks>
/// A test fails for a route that declares neither, and for a permission that the table does not know.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequiresAttribute : AuthorizeAttribute
{
    /// <summary>What precedes the permission's name in the name of its policy.</summary>
    public const string PolicyPrefix = "permission:";

    /// <summary>Needs <paramref name="permission"/> at some unit.</summary>
    public RequiresAttribute(string permission) => (Permission, Policy) = (permission, PolicyPrefix + permission);

    /// <summary>The permission's name, such as <c>payments.suspense</c>.</summary>
    public string Permission { get; }
}

/// <summary>Marks routes that systems of others may only ask with a signed request.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequiresSignatureAttribute : Attribute;

/// <summary>Declares permissions on routes.</summary>
public static class AccessExtensions
{
    /// <summary>Has systems of others sign what they ask of these routes, such as to move money.</summary>
    public static TBuilder RequiresSignature<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(new RequiresSignatureAttribute());

    /// <summary>Opens these routes to callers who hold <paramref name="permission"/> at some unit.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder routes, string permission)
        where TBuilder : IEndpointConventionBuilder =>
        routes.RequireAuthorization(new RequiresAttribute(permission));
}
