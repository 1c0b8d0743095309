using TinhSo.Kernel.Audit;

namespace TinhSo.Identity.People;

/// <summary>A person as stored.</summary>
[Audited]
internal sealed class PersonRow
{
    public required Guid Id { get; init; }
    public required string UserName { get; init; }
    public required string Name { get; set; }
    [Unspoken]
    public required string PasswordHash { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
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
