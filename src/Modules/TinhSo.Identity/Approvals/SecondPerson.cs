using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Approvals;

/// <summary>For how many days a proposal waits, and when somebody may act alone.</summary>
/// <param name="Expiry">How long a proposal may be approved.</param>
/// <param name="AloneAfterDays">
/// How many days the last other person who could approve must be gone: else whoever takes the right away from a
/// colleague could act alone the same minute.
/// </param>
internal sealed record ApprovalTerms(TimeSpan Expiry, int AloneAfterDays)
{
    public static ApprovalTerms Of(IConfiguration configuration) => new(
        TimeSpan.FromDays(configuration.GetValue("Approvals:ExpireAfterDays", 30)),
        configuration.GetValue("Approvals:AloneAfterDays", 7));
}

/// <summary>Finds out whether there is a second pair of eyes.</summary>
internal sealed class SecondPerson(IdentityDb db, ApprovalTerms terms, TimeProvider clock)
{
    /// <summary>Whether another person may approve at a unit, or could until a few days ago.</summary>
    public Task<bool> Exists(string permission, string unit, Guid first, CancellationToken stop)
    {
        var roles = Permissions.RolesWith(permission);
        var today = clock.Today();
        var since = today.AddDays(-terms.AloneAfterDays);
        return db.Roles.AnyAsync(r => r.PersonId != first && roles.Contains(r.Role)
            && (r.Unit == unit || r.Unit == Units.Province)
            && r.ValidFrom <= today && (r.ValidTo == null || r.ValidTo >= since), stop);
    }
}
