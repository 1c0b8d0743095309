using TinhSo.Identity;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Privacy;

namespace TinhSo.Privacy.Subjects;

/// <summary>Everything that is held about one person, as the person gets it.</summary>
/// <param name="PersonId">Who.</param>
/// <param name="CollectedAt">When it was collected, UTC.</param>
/// <param name="Held">What is held, by table.</param>
/// <param name="Looks">Who looked at it and what for, newest first, at most 200.</param>
internal sealed record Subject(
    Guid PersonId, DateTimeOffset CollectedAt, IReadOnlyList<HeldLine> Held, IReadOnlyList<Look> Looks);

/// <summary>One value that is held.</summary>
/// <param name="Table">Where.</param>
/// <param name="Column">Where.</param>
/// <param name="What">What it is.</param>
/// <param name="Row">Which of several it is; empty where there is one.</param>
/// <param name="Value">The value.</param>
/// <param name="Purpose">What it is used for.</param>
/// <param name="LegalBasis">What allows it.</param>
internal sealed record HeldLine(
    string Table, string Column, string What, string Row, string Value, string Purpose, string LegalBasis);

/// <summary>That somebody looked at a person's data.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Who">The name of who looked.</param>
/// <param name="Roles">The roles that one holds now.</param>
/// <param name="Purpose">What for.</param>
internal sealed record Look(DateTimeOffset At, string Who, string Roles, string? Purpose);

/// <summary>Collects what every module holds about a person.</summary>
internal sealed class CollectSubject(
    IEnumerable<IHoldPersonalData> holders, IIdentity identity, AuditLog log, TimeProvider clock)
{
    private const int LooksMax = 200;

    /// <summary>The person, with the units at which the person acts for nobody else.</summary>
    public async Task<DataSubject> Find(Guid personId, CancellationToken stop)
    {
        var person = await identity.Find(personId, stop);
        return new(personId, person is null ? [] : [.. person.Roles
            .Where(role => role.Role == Roles.Trader && Units.PayeeOf(role.Unit) is not null)
            .Select(role => role.Unit).Distinct()]);
    }

    /// <summary>Everything that is held about the person.</summary>
    public async Task<Subject> Collect(Guid personId, CancellationToken stop)
    {
        var subject = await Find(personId, stop);
        var fields = holders.SelectMany(holder => holder.Register)
            .ToDictionary(field => (field.Table, field.Column));
        var held = new List<HeldLine>();
        foreach (var holder in holders)
        {
            held.AddRange((await holder.Collect(subject, stop)).Select(value =>
            {
                var field = fields[(value.Table, value.Column)];
                return new HeldLine(value.Table, value.Column, field.What.ToString(), value.Row, value.Value,
                    field.Purpose.ToString(), field.LegalBasis.ToString());
            }));
        }
        return new(personId, clock.GetUtcNow(), held, await Looks(subject, stop));
    }

    /// <summary>Who looked at the person's data, newest first; the person's own looks are left out.</summary>
    public async Task<IReadOnlyList<Look>> Looks(DataSubject subject, CancellationToken stop)
    {
        var own = $"person:{subject.PersonId}";
        var entries = new List<AuditEntry>();
        foreach (var whose in (string[])[own, .. subject.Units])
        {
            entries.AddRange(await log.Read(
                new AuditFilter(What: AuditLog.PersonalDataRead) { SubjectIs = whose }, null, LooksMax, stop));
        }
        var names = new Dictionary<string, Person?>(StringComparer.Ordinal);
        var looks = new List<Look>();
        foreach (var entry in entries.Where(one => one.Who != own).OrderByDescending(one => one.Number).Take(LooksMax))
        {
            if (!names.TryGetValue(entry.Who, out var person))
            {
                names[entry.Who] = person = entry.Who.StartsWith("person:", StringComparison.Ordinal)
                    && Guid.TryParse(entry.Who["person:".Length..], out var id) ? await identity.Find(id, stop) : null;
            }
            looks.Add(new(entry.At, person?.Name ?? entry.Who, person is null ? ""
                : string.Join(", ", person.Roles.Select(role => Roles.NameOf(role.Role)).Distinct()), entry.Why));
        }
        return looks;
    }
}
