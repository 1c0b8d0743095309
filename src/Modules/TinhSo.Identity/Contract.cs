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
public sealed record PersonOrder(Guid Id, string UserName, string Name, string Password);

/// <summary>A person who can sign in.</summary>
public sealed record Person(Guid Id, string UserName, string Name, IReadOnlyList<RoleHeld> Roles);

/// <summary>A role held at a unit.</summary>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="Unit">Such as <c>market:0197…</c> or <see cref="Units.Province"/>.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day, or null.</param>
public sealed record RoleHeld(string Role, string Unit, DateOnly From, DateOnly? To);

/// <summary>Why Identity refuses.</summary>
public static class IdentityRefusals
{
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
}
