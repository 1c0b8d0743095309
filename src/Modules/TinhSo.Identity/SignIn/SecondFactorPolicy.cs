using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace TinhSo.Identity.SignIn;

/// <summary>Whether staff need more than a password to use their roles.</summary>
/// <param name="IsDemanded">Always in production.</param>
internal sealed record SecondFactorPolicy(bool IsDemanded)
{
    private const string Setting = "SignIn:SecondFactor";

    /// <summary>Reads <c>SignIn:SecondFactor</c>: <c>required</c>, which it is when not said, or <c>optional</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is something else, or optional in production.</exception>
    public static SecondFactorPolicy Of(IConfiguration configuration, IHostEnvironment environment) =>
        configuration[Setting] switch
        {
            null or "required" => new(true),
            "optional" when !environment.IsProduction() => new(false),
            "optional" => throw new InvalidOperationException($"{Setting}=optional is not for production."),
            var other => throw new InvalidOperationException($"{Setting} is required or optional, not {other}."),
        };
}
