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
    /// <remarks>
    /// For the platform itself, and for roles that are nobody's of the administration: a person who gives a role of the
    /// administration is refused with <see cref="IdentityRefusals.NeedsSecondPerson"/>, and proposes it instead.
    /// </remarks>
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
/// <param name="Password">At least 12 characters; kept only as a salted hash.</param>
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

    /// <summary>User name and password are right, and a code is needed too.</summary>
    public static readonly Refusal CodeNeeded = new("identity.code-needed",
        new("Cần thêm mã xác minh.", "A code is needed too."), 401)
    {
        Fields = new Dictionary<string, Text>
        {
            ["code"] = new("Hãy nhập mã của ứng dụng hoặc một mã dự phòng.",
                "Enter the code of your app, or a recovery code."),
        },
    };

    /// <summary>The code is not that of now, was used, or too many were tried.</summary>
    public static readonly Refusal WrongCode = new("identity.wrong-code",
        new("Mã không đúng.", "The code is not right."), 401)
    {
        Fields = new Dictionary<string, Text>
        {
            ["code"] = new("Mã không đúng, đã dùng, hoặc đã thử quá nhiều lần trong 15 phút.",
                "Not right, used already, or too many were tried within 15 minutes."),
        },
    };

    /// <summary>How to sign in is changed only by who signed in with more than the password.</summary>
    public static readonly Refusal FactorNeeded = new("identity.factor-needed",
        new("Hãy đăng nhập lại bằng khóa hoặc mã xác minh để thay đổi cách đăng nhập.",
            "Sign in again with a passkey or a code to change how you sign in."), 403);

    /// <summary>Recovery codes stand in for a passkey or an app, and there is none.</summary>
    public static readonly Refusal NoFactor = new("identity.no-factor",
        new("Hãy thêm khóa hoặc ứng dụng mã trước.", "Add a passkey or an app first."));

    /// <summary>What the device answered is not a passkey for this site, or came too late.</summary>
    public static readonly Refusal PasskeyNotTaken = new("identity.passkey-not-taken",
        new("Không nhận được khóa này. Hãy thử lại.", "This passkey was not accepted. Try again."), 400);

    /// <summary>The provider did not say in a way that can be trusted who this is.</summary>
    public static readonly Refusal ProviderNotTrusted = new("identity.provider-not-trusted",
        new("Không xác minh được với nhà cung cấp định danh. Hãy thử lại.",
            "The identity provider's answer could not be verified. Try again."), 400);

    /// <summary>The provider's person belongs to another account.</summary>
    public static readonly Refusal LinkedElsewhere = new("identity.linked-elsewhere",
        new("Định danh này đã gắn với một tài khoản khác.", "This identity belongs to another account."));
    /// <summary>A service client with this id is registered; its key cannot be shown again.</summary>
    public static readonly Refusal ClientIdUsed = new("identity.client-id-used",
        new("Mã này đã dùng cho một hệ thống kết nối.", "This id belongs to a service client already."));

    /// <summary>The service client was ended, and nothing of it changes any more.</summary>
    public static readonly Refusal ClientEnded = new("identity.client-ended",
        new("Hệ thống kết nối này đã kết thúc.", "This service client has ended."));

    /// <summary>Two keys of the service client run: one must end before there is another.</summary>
    public static readonly Refusal TwoKeysRun = new("identity.two-keys-run",
        new("Đang có hai khóa dùng được. Hãy kết thúc một khóa trước.", "Two keys run already. End one first."));

    /// <summary>What is asked must be signed, and there is nothing to check this client's signatures with.</summary>
    public static readonly Refusal NoPublicKey = new("identity.no-public-key",
        new("Hệ thống này chưa đăng ký khóa công khai.", "This client has no public key registered."), 403);

    /// <summary>The request is not signed, or not rightly; the detail says what is wrong.</summary>
    public static readonly Refusal WrongSignature = new("identity.wrong-signature",
        new("Yêu cầu chưa được ký đúng.", "The request is not signed rightly."), 401);

    /// <summary>What was signed was accepted once before.</summary>
    public static readonly Refusal SignatureUsed = new("identity.signature-used",
        new("Chữ ký này đã được dùng.", "This signature was used before."), 401);

    /// <summary>The platform has its first administrator already.</summary>
    public static readonly Refusal AlreadySetUp = new("identity.already-set-up",
        new("Hệ thống đã được thiết lập.", "The platform is already set up."));

    /// <summary>Two people decide about this; one of them alone cannot.</summary>
    public static readonly Refusal NeedsSecondPerson = new("identity.needs-second-person",
        new("Việc này cần hai người: một người đề nghị, một người khác duyệt.",
            "This takes two people: one proposes, another approves."), 403);

    /// <summary>The approver proposed it.</summary>
    public static readonly Refusal SamePerson = new("identity.same-person",
        new("Người duyệt phải khác người đề nghị.", "Another person than the proposer must approve."), 403);

    /// <summary>The proposal was approved, rejected or withdrawn before.</summary>
    public static readonly Refusal ProposalDecided = new("identity.proposal-decided",
        new("Đề nghị này đã được quyết định.", "This proposal has been decided already."));

    /// <summary>Nobody decided about the proposal in time.</summary>
    public static readonly Refusal ProposalExpired = new("identity.proposal-expired",
        new("Đề nghị này đã hết hạn.", "This proposal has expired."));

    /// <summary>What is to be changed is not as it was when the change was proposed.</summary>
    public static readonly Refusal ProposalStale = new("identity.proposal-stale",
        new("Đối tượng đã thay đổi sau khi đề nghị được lập, nên không thể duyệt. Hãy từ chối và lập đề nghị mới.",
            "The thing has changed since this was proposed, so it cannot be approved. Reject it and propose anew."));

    /// <summary>The person holds the role at this unit, or will on one of these days.</summary>
    public static readonly Refusal RoleHeld = new("identity.role-held",
        new("Người này đã giữ hoặc sắp giữ vai trò này ở đơn vị đó.",
            "This person holds the role at that unit, or will."));

    /// <summary>The last day of the role is past.</summary>
    public static readonly Refusal RoleOver = new("identity.role-over",
        new("Ngày kết thúc của vai trò đã qua.", "The last day of the role is past."));

    /// <summary>A role that follows from something else, such as representing an organisation, is not moved.</summary>
    public static readonly Refusal RoleStays = new("identity.role-stays",
        new("Vai trò này gắn với tổ chức, không chuyển sang đơn vị khác được.",
            "This role belongs to its organisation and cannot be moved."));

    /// <summary>Nobody could give roles any more.</summary>
    public static readonly Refusal LastAdministrator = new("identity.last-administrator",
        new("Đây là người quản trị hệ thống cuối cùng. Hãy giao vai trò này cho người khác trước.",
            "This is the last administrator. Give the role to somebody else first."));

    /// <summary>Without it the person could not sign in any more.</summary>
    public static readonly Refusal OnlyWayIn = new("identity.only-way-in",
        new("Đây là cách đăng nhập duy nhất của bạn. Hãy thêm khóa đăng nhập trước.",
            "This is your only way to sign in. Add a passkey first."));

    /// <summary>The tax code is another organisation's.</summary>
    public static readonly Refusal TaxCodeTaken = new("identity.tax-code-taken",
        new("Mã số thuế này là của một tổ chức khác.", "This tax code is another organisation's."));
}
