using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace TinhSo.Identity.People;

/// <summary>Keeps passwords as salted hashes that are slow to make: PBKDF2 with HMAC-SHA-512.</summary>
internal sealed class Passwords
{
    private const string Setting = "SignIn:PasswordRounds";
    private const int RoundsUsual = 210_000;
    private const int RoundsMin = 100_000;

    private readonly PasswordHasher<PersonRow> hasher;
    private readonly Lazy<string> nobodys;

    /// <summary>Reads <c>SignIn:PasswordRounds</c>, 210,000 when not said.</summary>
    /// <exception cref="InvalidOperationException">It is less than 100,000 in production.</exception>
    public Passwords(IConfiguration configuration, IHostEnvironment environment)
    {
        var rounds = configuration.GetValue(Setting, RoundsUsual);
        if (rounds < RoundsMin && environment.IsProduction())
        {
            throw new InvalidOperationException($"{Setting} is at least {RoundsMin} in production.");
        }
        hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = rounds }));
        nobodys = new(() => Hash(Guid.CreateVersion7().ToString()));
    }

    /// <summary>What is kept of a password.</summary>
    public string Hash(string password) => hasher.HashPassword(null!, password);

    /// <summary>Whether this is the password of which the hash was kept.</summary>
    /// <param name="hash">Null when nobody is known: another is compared, so that it takes as long.</param>
    /// <param name="password">As typed.</param>
    /// <param name="isOld">Whether it was kept with other rounds than now.</param>
    public bool IsRight(string? hash, string password, out bool isOld)
    {
        var verdict = hasher.VerifyHashedPassword(null!, hash ?? nobodys.Value, password);
        isOld = verdict is PasswordVerificationResult.SuccessRehashNeeded;
        return hash is not null && verdict is not PasswordVerificationResult.Failed;
    }
}
