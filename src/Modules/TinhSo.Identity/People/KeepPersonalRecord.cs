using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.People;

/// <summary>Shows personal data to who says what for, corrects it, restricts it and takes that back.</summary>
internal sealed class KeepPersonalRecord(IdentityDb db, ICaller caller, TimeProvider clock) : IPersonalRecords
{
    public const string ShowPermission = "identity.people";
    public const string DecidePermission = "privacy.requests";

    // What the person asked for, what the law demands, and what protects somebody are done all the same.
    private static readonly ReadReason[] AllowedWhileRestricted =
        [ReadReason.PersonAsked, ReadReason.LegalDuty, ReadReason.Protection];

    public async Task<PersonalRecord?> Find(Guid personId, CancellationToken stop)
    {
        var row = await db.People.AsNoTracking().SingleOrDefaultAsync(person => person.Id == personId, stop);
        return row is null ? null : Described(row);
    }

    public async Task<Guid?> IdOf(string userName, CancellationToken stop)
    {
        var folded = userName.Trim().ToLowerInvariant();
        return await db.People.Where(person => person.UserName == folded && person.ErasedAt == null)
            .Select(person => (Guid?)person.Id).SingleOrDefaultAsync(stop);
    }

    public async Task<Outcome<PersonalRecord>> Show(
        Guid personId, string? reason, string? purpose, CancellationToken stop)
    {
        if (!caller.May(ShowPermission, Units.Province) && !caller.May(DecidePermission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        var chosen = errors.Choice<ReadReason>("reason", reason);
        var words = errors.Required("purpose", purpose, 200);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (await Find(personId, stop) is not { } found)
        {
            return KernelRefusals.NotFound;
        }
        if (found.RestrictedAt is not null && !AllowedWhileRestricted.Contains(chosen))
        {
            return IdentityRefusals.PersonRestricted;
        }
        await db.RecordRead($"person:{personId}", $"{NameOf(chosen).Vi}: {words}", stop);
        return found;
    }

    public async Task<Outcome<PersonalRecord>> Correct(
        Guid personId, PersonalField field, string? value, CancellationToken stop)
    {
        if (!caller.May(DecidePermission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        var clean = Check(errors, field, value);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return await Change(personId, row => Set(row, field, clean), stop);
    }

    public Text? Fault(PersonalField field, string? value)
    {
        var errors = new FieldErrors();
        Check(errors, field, value);
        return errors.Any ? errors.ToRefusal().Fields["value"] : null;
    }

    public async Task<Outcome<PersonalRecord>> Restrict(Guid personId, bool restricted, CancellationToken stop) =>
        caller.PersonId != personId && !caller.May(DecidePermission, Units.Province)
            ? KernelRefusals.Forbidden
            : await Change(personId, row => row.RestrictedAt =
                restricted ? row.RestrictedAt ?? clock.GetUtcNow() : null, stop);

    /// <summary>Why somebody looks, in words.</summary>
    public static Text NameOf(ReadReason reason) => reason switch
    {
        ReadReason.Case => new("Giải quyết một việc cụ thể", "A case at hand"),
        ReadReason.PersonAsked => new("Chính người đó yêu cầu", "The person asked"),
        ReadReason.LegalDuty => new("Nghĩa vụ theo luật", "A duty under the law"),
        ReadReason.Protection => new("Bảo vệ tính mạng, sức khỏe, tài sản", "To protect life, health or property"),
        _ => throw new InvalidOperationException($"No such reason: {reason}."),
    };

    private string? Check(FieldErrors errors, PersonalField field, string? value) => field switch
    {
        PersonalField.Name => errors.Required("value", value, 100),
        PersonalField.PersonalId => PersonalFields.PersonalId(errors, "value", value),
        PersonalField.Phone => PersonalFields.Phone(errors, "value", value),
        PersonalField.Email => PersonalFields.Email(errors, "value", value),
        PersonalField.BirthDate => PersonalFields.BirthDate(errors, "value", value, clock.Today()),
        _ => throw new InvalidOperationException($"No such field: {field}."),
    };

    private static void Set(PersonRow row, PersonalField field, string? value)
    {
        switch (field)
        {
            case PersonalField.Name:
                row.Name = value!;
                break;
            case PersonalField.PersonalId:
                row.PersonalId = value;
                break;
            case PersonalField.Phone:
                row.Phone = value;
                break;
            case PersonalField.Email:
                row.Email = value;
                break;
            default:
                row.BirthDate = value;
                break;
        }
    }

    private async Task<Outcome<PersonalRecord>> Change(Guid personId, Action<PersonRow> change, CancellationToken stop)
    {
        var row = await db.People.SingleOrDefaultAsync(person => person.Id == personId && person.ErasedAt == null,
            stop);
        if (row is null)
        {
            return KernelRefusals.NotFound;
        }
        change(row);
        await db.SaveChangesAsync(stop);
        return Described(row);
    }

    private static PersonalRecord Described(PersonRow row) =>
        new(row.Id, row.Name, row.PersonalId, row.Phone, row.Email,
        PersonalFields.DayOf(row.BirthDate), row.RestrictedAt, row.ErasedAt);
}
