using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Privacy;
using TinhSo.Privacy.Rules;
using TinhSo.Privacy.Storage;

namespace TinhSo.Privacy.Registers;

/// <summary>One line of the register, in words.</summary>
/// <param name="Table">Where it is held.</param>
/// <param name="Column">Where it is held.</param>
/// <param name="What">What it is.</param>
/// <param name="Purpose">What it is used for.</param>
/// <param name="LegalBasis">What allows it.</param>
/// <param name="Retention">How long it stays.</param>
/// <param name="RetentionBasis">Which text says so.</param>
/// <param name="WhoMaySee">The roles that see it, besides the person.</param>
/// <param name="IsSealed">Whether it is stored under encryption.</param>
internal sealed record RegisterLine(string Table, string Column, string What, string Purpose, string LegalBasis,
    string Retention, string RetentionBasis, string WhoMaySee, bool IsSealed);

/// <summary>The register of what is held about people, gathered from all modules.</summary>
internal sealed class ShowRegister(
    IEnumerable<IHoldPersonalData> holders, PrivacyDb db, SealedNames sealedNames, ICaller caller, TimeProvider clock)
{
    public const string Permission = "privacy.register";

    /// <summary>All of it, by table.</summary>
    public async Task<Outcome<IReadOnlyList<RegisterLine>>> Lines(CancellationToken stop)
    {
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var rules = new Dictionary<string, RuleRow>(StringComparer.Ordinal);
        var lines = new List<RegisterLine>();
        foreach (var field in holders.SelectMany(holder => holder.Register)
            .OrderBy(field => field.Table, StringComparer.Ordinal))
        {
            if (!rules.TryGetValue(field.Retention, out var rule))
            {
                rules[field.Retention] = rule =
                    await db.RuleOn(RuleCodes.Retention(field.Retention), clock.Today(), stop);
            }
            lines.Add(new(field.Table, field.Column, field.What.ToString(), field.Purpose.ToString(),
                field.LegalBasis.ToString(), rule.PeriodText.ToString(), rule.LegalBasis,
                string.Join(", ", field.WhoMaySee.Select(Roles.NameOf)),
                sealedNames.Contains(field.Table, field.Column)));
        }
        return lines;
    }
}
