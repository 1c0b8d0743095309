using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Storage;

namespace TinhSo.Identity.People;

/// <summary>A person as stored.</summary>
[Audited]
internal sealed class PersonRow
{
    public required Guid Id { get; init; }
    public required string UserName { get; set; }
    public required string Name { get; set; }
    [Unspoken]
    public required string PasswordHash { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Số định danh cá nhân, 12 digits.</summary>
    [Sealed]
    public string? PersonalId { get; set; }

    [SealedIndex(nameof(PersonalId))]
    public string? PersonalIdIndex { get; set; }

    /// <summary>Digits alone, from 0 on.</summary>
    [Sealed]
    public string? Phone { get; set; }

    [SealedIndex(nameof(Phone))]
    public string? PhoneIndex { get; set; }

    [Sealed]
    public string? Email { get; set; }

    [SealedIndex(nameof(Email))]
    public string? EmailIndex { get; set; }

    /// <summary>As 2010-05-31.</summary>
    [Sealed]
    public string? BirthDate { get; set; }

    /// <summary>
    /// Since when the person's data may only be used for few reasons; null while it is not restricted.
    /// </summary>
    public DateTimeOffset? RestrictedAt { get; set; }

    /// <summary>When the person's data was erased; nobody signs in as this person any more.</summary>
    public DateTimeOffset? ErasedAt { get; set; }
}

/// <summary>A role held by a person; ended, never deleted.</summary>
[Audited]
internal sealed class RoleRow
{
    public required Guid Id { get; init; }
    public required Guid PersonId { get; init; }
    public required string Role { get; init; }
    public required string Unit { get; init; }
    public required DateOnly ValidFrom { get; init; }
    public DateOnly? ValidTo { get; set; }
    public required string GrantedBy { get; init; }

    /// <summary>Ends it so that it is not held on <paramref name="today"/> any more.</summary>
    public void EndBefore(DateOnly today) => ValidTo = today.AddDays(-1);

    /// <summary>What it is on a day; one that ended before it began was never held.</summary>
    public RoleState StateOn(DateOnly today) => (ValidTo < today || ValidTo < ValidFrom) ? RoleState.Ended
        : ValidFrom > today ? RoleState.Coming : RoleState.Held;
}
