using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity;

/// <summary>Who people are and which roles they hold, at which unit, from when to when.</summary>
public interface IIdentity
{
    /// <summary>Registers a person who can sign in; the same order again changes nothing.</summary>
    /// <remarks>
    /// Refused with <see cref="IdentityRefusals.UserNameTaken"/> when another person has the user name.
    /// </remarks>
    Task<Outcome<Person>> Register(PersonOrder order, CancellationToken stop);

    /// <summary>Gives a person a role at a unit from today; the same again changes nothing.</summary>
    Task<Outcome<Person>> Grant(Guid personId, string role, string unit, CancellationToken stop);

    /// <summary>Takes a role away at once.</summary>
    Task<Outcome<Person>> Revoke(Guid personId, string role, string unit, CancellationToken stop);

    /// <summary>A person with the roles held today, or null.</summary>
    Task<Person?> Find(Guid personId, CancellationToken stop);

    /// <summary>Whether anybody is registered yet; until then the set-up page makes the first administrator.</summary>
    Task<bool> IsEmpty(CancellationToken stop);
}

/// <summary>Asks for a person.</summary>
/// <param name="Id">Chosen by the caller.</param>
/// <param name="UserName">3 to 60 letters, digits, dots or hyphens; not told apart by case.</param>
/// <param name="Name">As others see it.</param>
/// <param name="Password">At least 10 characters; kept only as a salted hash.</param>
public sealed record PersonOrder(Guid Id, string UserName, string Name, string Password)
{
    /// <summary>Twelve digits, or nothing.</summary>
    public string? PersonalId { get; init; }

    /// <summary>A Vietnamese telephone number, or nothing.</summary>
    public string? Phone { get; init; }

    /// <summary>An e-mail address, or nothing.</summary>
    public string? Email { get; init; }

    /// <summary>A day that is over, such as 31/05/2010 or 2010-05-31, or nothing.</summary>
    public string? BirthDate { get; init; }
}

/// <summary>A person who can sign in.</summary>
public sealed record Person(Guid Id, string UserName, string Name, IReadOnlyList<RoleHeld> Roles);

/// <summary>A role held at a unit.</summary>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="Unit">Such as <c>market:0197…</c> or <see cref="Units.Province"/>.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day, or null.</param>
public sealed record RoleHeld(string Role, string Unit, DateOnly From, DateOnly? To);

/// <summary>What is held about people beside their names, for who has a reason to see it.</summary>
public interface IPersonalRecords
{
    /// <summary>
    /// What is held about a person, or null; not recorded, so only ever for that person or for a job.
    /// </summary>
    Task<PersonalRecord?> Find(Guid personId, CancellationToken stop);

    /// <summary>Whose user name it is, or null.</summary>
    Task<Guid?> IdOf(string userName, CancellationToken stop);

    /// <summary>Shows it to an officer, and records that in the audit log.</summary>
    /// <param name="personId">Whose.</param>
    /// <param name="reason">One of <see cref="ReadReason"/>.</param>
    /// <param name="purpose">What for, in the officer's words.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <remarks>
    /// Needs <c>identity.people</c> or <c>privacy.requests</c>; refused with
    /// <see cref="IdentityRefusals.PersonRestricted"/> for a person who has restricted the use.
    /// </remarks>
    Task<Outcome<PersonalRecord>> Show(Guid personId, string? reason, string? purpose, CancellationToken stop);

    /// <summary>Corrects one field; nothing takes it away. Needs <c>privacy.requests</c>.</summary>
    Task<Outcome<PersonalRecord>> Correct(Guid personId, PersonalField field, string? value, CancellationToken stop);

    /// <summary>What is wrong with a value for a field, or null.</summary>
    Text? Fault(PersonalField field, string? value);

    /// <summary>
    /// Restricts the use of a person's data, or lifts that: for the person, and for who holds <c>privacy.requests</c>.
    /// </summary>
    Task<Outcome<PersonalRecord>> Restrict(Guid personId, bool restricted, CancellationToken stop);
}

/// <summary>What is held about a person beside roles and sessions.</summary>
/// <param name="Id">The person.</param>
/// <param name="Name">As others see it.</param>
/// <param name="PersonalId">Số định danh cá nhân, 12 digits, or null.</param>
/// <param name="Phone">Digits from 0 on, or null.</param>
/// <param name="Email">Or null.</param>
/// <param name="BirthDate">Or null.</param>
/// <param name="RestrictedAt">Since when the use is restricted, or null.</param>
/// <param name="ErasedAt">When all of it was erased, or null.</param>
public sealed record PersonalRecord(Guid Id, string Name, string? PersonalId, string? Phone, string? Email,
    DateOnly? BirthDate, DateTimeOffset? RestrictedAt, DateTimeOffset? ErasedAt);

/// <summary>What a person may ask to have corrected.</summary>
public enum PersonalField
{
    /// <summary>Họ và tên.</summary>
    Name,

    /// <summary>Số định danh cá nhân.</summary>
    PersonalId,

    /// <summary>Điện thoại.</summary>
    Phone,

    /// <summary>Thư điện tử.</summary>
    Email,

    /// <summary>Ngày sinh.</summary>
    BirthDate,
}

/// <summary>Why an officer looks at a person's data.</summary>
public enum ReadReason
{
    /// <summary>A case at hand; not while the person has restricted the use.</summary>
    Case,

    /// <summary>The person asked for something that needs it.</summary>
    PersonAsked,

    /// <summary>The law demands it.</summary>
    LegalDuty,

    /// <summary>It protects somebody's life, health or property.</summary>
    Protection,
}

/// <summary>Why Identity refuses.</summary>
public static class IdentityRefusals
{
    /// <summary>
    /// The person has restricted the use of the own data, and the reason given is none of the exceptions.
    /// </summary>
    public static readonly Refusal PersonRestricted = new("identity.person-restricted",
        new("Người này đã hạn chế việc sử dụng dữ liệu của mình.",
            "This person has restricted the use of the own data."));

    /// <summary>The user name is another person's.</summary>
    public static readonly Refusal UserNameTaken = new("identity.user-name-taken",
        new("Tên đăng nhập này đã có người dùng.", "This user name is taken."));

    /// <summary>User name and password do not belong together. Never says which was wrong.</summary>
    public static readonly Refusal WrongSignIn = new("identity.wrong-sign-in",
        new("Tên đăng nhập hoặc mật khẩu không đúng.", "The user name or the password is not right."), 401)
    {
        // The same for everybody, so that it does not tell whose password is guessed too often.
        Detail = new("Sau nhiều lần sai, hãy đợi 15 phút rồi thử lại.", "After many wrong tries, wait 15 minutes."),
    };

    /// <summary>The platform has its first administrator already.</summary>
    public static readonly Refusal AlreadySetUp = new("identity.already-set-up",
        new("Hệ thống đã được thiết lập.", "The platform is already set up."));
}
