using System.Text.RegularExpressions;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Access;

/// <summary>The units at which roles are held: those that modules name, and those told by a code.</summary>
internal sealed partial class UnitNames(IEnumerable<INameUnits> namers)
{
    private List<NamedUnit>? named;

    /// <summary>The province and all that modules name, to choose from.</summary>
    public async Task<IReadOnlyList<NamedUnit>> Named(CancellationToken stop)
    {
        if (named is null)
        {
            named = [new(Units.Province, Language.Say("Toàn tỉnh", "The whole province"))];
            foreach (var namer in namers)
            {
                named.AddRange(await namer.Units(stop));
            }
        }
        return named;
    }

    /// <summary>The unit that was typed as a code or, when none was, chosen; at fault when no role may be held there.
    /// </summary>
    /// <param name="errors">Where what is wrong is said, at the field <c>code</c> or <c>unit</c>.</param>
    /// <param name="chosen">One of those to choose from.</param>
    /// <param name="code">Such as <c>commune:07030</c>.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<(string Field, string Unit)> Read(
        FieldErrors errors, string? chosen, string? code, CancellationToken stop)
    {
        var (field, typed) = string.IsNullOrWhiteSpace(code) ? ("unit", chosen) : ("code", code);
        var unit = errors.Required(field, typed, 100);
        if (!await IsUnit(unit, stop))
        {
            errors.Add(field, "Hãy chọn đơn vị, hoặc nhập mã đúng dạng, ví dụ commune:07030.",
                "Choose a unit, or enter a code such as commune:07030.");
        }
        return (field, unit);
    }

    private async Task<bool> IsUnit(string unit, CancellationToken stop) =>
        Coded().IsMatch(unit) || (await Named(stop)).Any(u => u.Unit == unit);

    /// <summary>A unit as people call it, or as it is written when nobody names it.</summary>
    public async Task<Text> NameOf(string unit, CancellationToken stop)
    {
        if (unit == Units.Province)
        {
            return new("Toàn tỉnh", "The whole province");
        }
        if ((await Named(stop)).FirstOrDefault(u => u.Unit == unit) is { } known)
        {
            return new(known.Name, known.Name);
        }
        return unit.Split(':') switch
        {
            ["payee", _] => new("Hộ kinh doanh, đơn vị nhận tiền", "A trader or payee"),
            ["commune", var code] => new($"Xã, phường {code}", $"Commune {code}"),
            ["department", var code] => new($"Sở, ngành {code}", $"Department {code}"),
            ["agency", var code] => new($"Cơ quan {code}", $"Agency {code}"),
            _ => new(unit, unit),
        };
    }

    [GeneratedRegex(@"\A(?:commune:[0-9]{5}|(?:department|agency):[a-z0-9][a-z0-9-]{1,59})\z")]
    private static partial Regex Coded();
}
