using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Privacy;

namespace TinhSo.Identity.People;

/// <summary>Identity's part of the register of personal data: people, roles, sessions.</summary>
internal sealed class HoldPeople(IdentityDb db, TimeProvider clock) : IHoldPersonalData
{
    private const string Sessions = "sessions";
    private const string Guesses = "guesses";
    private const string Accounts = "accounts";
    private const int RowsMax = 500;

    private static readonly string[] Officers = [Roles.Administrator, Roles.DataProtection];
    private static readonly Text SignIn = new("Đăng nhập và biết ai làm gì", "To sign in, and to know who did what");
    private static readonly Text Reach = new("Xác định đúng người và liên lạc", "To know the person and to reach them");
    private static readonly Text Safety = new("Phát hiện người lạ đăng nhập", "To find out strangers who sign in");

    public IReadOnlyList<HeldField> Register { get; } =
    [
        Of("user_name", new("Tên đăng nhập", "User name"), SignIn),
        Of("name", new("Họ và tên", "Full name"), SignIn),
        Of("password_hash", new("Mật khẩu, chỉ dưới dạng băm", "Password, as a hash only"), SignIn) with
        {
            IsSecret = true,
        },
        Of("personal_id", new("Số định danh cá nhân", "Personal id"), Reach),
        Of("personal_id_index", new("Mã tra cứu số định danh", "Look-up hash of the personal id"), Reach) with
        {
            IsSecret = true,
        },
        Of("phone", new("Điện thoại", "Phone"), Reach),
        Of("phone_index", new("Mã tra cứu điện thoại", "Look-up hash of the phone"), Reach) with { IsSecret = true },
        Of("email", new("Thư điện tử", "E-mail"), Reach),
        Of("email_index", new("Mã tra cứu thư điện tử", "Look-up hash of the e-mail"), Reach) with { IsSecret = true },
        Of("birth_date", new("Ngày sinh", "Day of birth"),
            new("Biết ai chưa đủ tuổi tự đồng ý", "To know who is too young to consent alone")),
        new("identity_role", "person_id", new("Vai trò ở đơn vị", "Roles at units"), SignIn, HeldBecause.OfPublicTask,
            Accounts, [.. Officers, Roles.Auditor]),
        new("identity_session", "person_id", new("Các lần đăng nhập", "Sign-ins"), Safety, HeldBecause.OfSafety,
            Sessions, []),
        new("identity_session", "origin", new("Địa chỉ mạng khi đăng nhập", "Network address of sign-ins"), Safety,
            HeldBecause.OfSafety, Sessions, []),
        new("identity_session", "device", new("Trình duyệt khi đăng nhập", "Browser of sign-ins"), Safety,
            HeldBecause.OfSafety, Sessions, []),
        OfSignIn("identity_passkey", "person_id", new("Ai có khóa đăng nhập", "Who has passkeys")),
        OfSignIn("identity_authenticator", "person_id", new("Ai có ứng dụng mã", "Who has a code app")),
        OfSignIn("identity_recovery_code", "person_id", new("Ai có mã dự phòng", "Who has recovery codes")),
        OfSignIn("identity_external", "person_id", new("Ai đã gắn định danh", "Who is linked to a provider")),
        OfSignIn("identity_step", "person_id",
            new("Ai đang đăng nhập dở, trong 10 phút", "Who is signing in, for 10 minutes")),
        OfHousehold("tax_code", new("Mã số thuế, có thể là số định danh của chủ hộ",
            "Tax code, which may be the head's personal id")),
        OfHousehold("name", new("Tên, có thể là tên chủ hộ", "Name, which may be the head's")),
        OfHousehold("address", new("Địa chỉ, có thể là nhà của chủ hộ", "Address, which may be the head's home")),
        OfSignIn("identity_passkey", "name", new("Khóa đăng nhập", "Passkeys")),
        OfSignIn("identity_authenticator", "secret", new("Khóa bí mật của ứng dụng mã", "Secret of the code app")) with
        {
            IsSecret = true,
        },
        OfSignIn("identity_authenticator", "pending_secret",
            new("Khóa bí mật chờ xác nhận", "Secret that waits for its first code")) with { IsSecret = true },
        OfSignIn("identity_recovery_code", "hash",
            new("Mã dự phòng, chỉ dưới dạng băm", "Recovery codes, as hashes only")) with { IsSecret = true },
        OfSignIn("identity_external", "subject",
            new("Mã của người ở nhà cung cấp định danh", "Name of the person at an identity provider")),
        new("identity_guess", "subject", new("Số lần gõ sai mật khẩu", "Wrong guesses of the password"), Safety,
            HeldBecause.OfSafety, Guesses, []),
    ];

    public IReadOnlyList<string> Retires { get; } = [Sessions, Guesses];

    public async Task<IReadOnlyList<HeldValue>> Collect(DataSubject subject, CancellationToken stop)
    {
        var row = await db.People.AsNoTracking().SingleOrDefaultAsync(person => person.Id == subject.PersonId, stop);
        if (row is null)
        {
            return [];
        }
        (string Column, string? Value)[] fields =
        [
            ("user_name", row.UserName), ("name", row.Name), ("personal_id", row.PersonalId), ("phone", row.Phone),
            ("email", row.Email),
            ("birth_date", PersonalFields.DayOf(row.BirthDate) is { } day ? Words.Date(day) : null),
        ];
        var held = fields.Where(field => field.Value is not null)
            .Select(field => new HeldValue("identity_person", field.Column, "", field.Value!)).ToList();
        held.AddRange((await db.Roles.AsNoTracking().Where(role => role.PersonId == row.Id)
            .OrderByDescending(role => role.Id).Take(RowsMax).ToListAsync(stop)).Select(role => new HeldValue(
                "identity_role", "person_id", Words.Date(role.ValidFrom), $"{Roles.NameOf(role.Role)} – {role.Unit}")));
        foreach (var session in await db.Sessions.AsNoTracking().Where(one => one.PersonId == row.Id)
            .OrderByDescending(one => one.StartedAt).Take(RowsMax).ToListAsync(stop))
        {
            var at = Words.Moment(session.StartedAt);
            held.Add(new("identity_session", "origin", at, session.Origin ?? "–"));
            held.Add(new("identity_session", "device", at, session.Device ?? "–"));
        }
        var guesses = await db.Guesses.AsNoTracking().SingleOrDefaultAsync(one => one.Subject == row.Id, stop);
        if (guesses is not null)
        {
            held.Add(new("identity_guess", "subject", Words.Moment(guesses.Since), Words.Number(guesses.Wrong)));
        }
        held.AddRange((await db.Passkeys.AsNoTracking().Where(one => one.PersonId == row.Id).ToListAsync(stop))
            .Select(one => new HeldValue("identity_passkey", "name", Words.Moment(one.CreatedAt), one.Name)));
        var linked = db.ExternalIdentities.AsNoTracking().Where(one => one.PersonId == row.Id);
        held.AddRange((await linked.ToListAsync(stop)).Select(one => new HeldValue(
            "identity_external", "subject", Words.Moment(one.LinkedAt), $"{one.Provider}: {one.Subject}")));
        return held;
    }

    public Task<IReadOnlyList<ErasedOrKept>> Erase(DataSubject subject, CancellationToken stop) =>
        db.InTransaction(() => EraseInTransaction(subject.PersonId, stop), stop);

    private async Task<IReadOnlyList<ErasedOrKept>> EraseInTransaction(Guid personId, CancellationToken stop)
    {
        var row = await db.People.SingleOrDefaultAsync(person => person.Id == personId, stop);
        if (row is null)
        {
            return [];
        }
        // A role for the own affairs, such as a trader's, ends with the account. Whoever holds an office keeps both.
        var roles = await db.RolesOf(personId, clock.Today())
            .CountAsync(role => !Roles.OfOwnAffairs.Contains(role.Role), stop);
        (row.PersonalId, row.Phone, row.Email, row.BirthDate) = (null, null, null, null);
        if (roles == 0)
        {
            // Whoever signed as this person stays told apart, and is nobody any more.
            row.UserName = $"erased-{row.Id:N}";
            row.Name = "Người đã xóa dữ liệu";
            row.PasswordHash = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
            row.ErasedAt ??= clock.GetUtcNow();
            var today = clock.Today();
            var running = db.Roles
                .Where(one => one.PersonId == personId && (one.ValidTo == null || one.ValidTo >= today));
            foreach (var role in await running.ToListAsync(stop))
            {
                role.EndBefore(today);
            }
            await db.Passkeys.Where(one => one.PersonId == personId).ExecuteDeleteAsync(stop);
            await db.Authenticators.Where(one => one.PersonId == personId).ExecuteDeleteAsync(stop);
            await db.RecoveryCodes.Where(one => one.PersonId == personId).ExecuteDeleteAsync(stop);
            await db.ExternalIdentities.Where(one => one.PersonId == personId).ExecuteDeleteAsync(stop);
        }
        await db.SaveChangesAsync(stop);
        // Who still holds a role signs in on, and the present sign-in must be known to be ended at once.
        var sessions = roles == 0
            ? await db.Sessions.Where(one => one.PersonId == personId).ExecuteDeleteAsync(stop)
            : await db.Sessions.Where(one => one.PersonId == personId).ExecuteUpdateAsync(
                set => set.SetProperty(one => one.Origin, (string?)null).SetProperty(one => one.Device, (string?)null),
                stop);
        await db.Guesses.Where(one => one.Subject == personId).ExecuteDeleteAsync(stop);
        return
        [
            new(new("Số định danh, điện thoại, thư điện tử, ngày sinh", "Personal id, phone, e-mail, day of birth"),
                1, null),
            new(new("Địa chỉ mạng và trình duyệt của các lần đăng nhập", "Address and browser of sign-ins"),
                sessions, null),
            roles == 0
                ? new(new("Họ tên, tên đăng nhập, mật khẩu", "Name, user name, password"), 1, null)
                : new(new("Họ tên, tên đăng nhập", "Name, user name"), 1, Accounts, new(
                    "Tài khoản còn giữ vai trò; khi vai trò được thu hồi thì xóa được.",
                    "The account still holds roles; once they are taken away it can be erased.")),
        ];
    }

    public Task<long> Retire(string rule, DateTimeOffset before, CancellationToken stop) =>
        db.InTransaction<long>(async () => rule switch
        {
            Sessions => await db.Sessions.Where(one => one.EndsAt < before || one.EndedAt < before)
                .ExecuteDeleteAsync(stop),
            Guesses => await db.Guesses.Where(one => one.Since < before).ExecuteDeleteAsync(stop),
            _ => throw new ArgumentException($"Identity retires nothing by {rule}.", nameof(rule)),
        }, stop);

    private static HeldField OfHousehold(string column, Text what) => new("identity_organisation", column, what,
        new("Sổ tổ chức, hộ kinh doanh", "The book of organisations and household businesses"),
        HeldBecause.OfPublicTask, Accounts, [Roles.Administrator]);

    private static HeldField OfSignIn(string table, string column, Text what) =>
        new(table, column, what, SignIn, HeldBecause.OfPublicTask, Accounts, []);

    private static HeldField Of(string column, Text what, Text purpose) =>
        new("identity_person", column, what, purpose, HeldBecause.OfPublicTask, Accounts, Officers);
}
