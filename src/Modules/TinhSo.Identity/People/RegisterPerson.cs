using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Sessions;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.People;

/// <summary>Registers people and gives them roles.</summary>
internal sealed class RegisterPerson(
    IdentityDb db, TimeProvider clock, ICaller caller, GuessLimit guesses, Passwords passwords) : IIdentity
{
    public const string SignInRefused = "identity.sign-in-refused";
    private const int UserNameMax = 60;

    public Task<Outcome<Person>> Register(PersonOrder order, CancellationToken stop) =>
        Checked(order, clean => Save(clean, stop), stop);

    /// <summary>Makes the first person of all, an administrator of the whole province, or refuses.</summary>
    /// <remarks>
    /// Person and role are saved together, so that no crash leaves a platform without an administrator. Of two who
    /// try at once the second fails on the key that both share, looks again, and is refused.
    /// </remarks>
    public Task<Outcome<Person>> SetUp(string? userName, string? name, string? password, CancellationToken stop)
    {
        var id = Ids.From("identity.first-administrator", "1");
        var order = new PersonOrder(id, userName ?? "", name ?? "", password ?? "");
        return Checked(order, async clean =>
        {
            if (!await IsEmpty(stop))
            {
                return IdentityRefusals.AlreadySetUp;
            }
            var row = Add(clean);
            db.Add(NewRole(id, Roles.Administrator, Units.Province));
            await db.SaveChangesAsync(stop);
            return await WithRoles(row, stop);
        }, stop);
    }

    private async Task<Outcome<Person>> Checked(
        PersonOrder order, Func<PersonOrder, Task<Outcome<Person>>> save, CancellationToken stop)
    {
        var errors = new FieldErrors();
        errors.Id("id", order.Id);
        var userName = errors.Required("userName", order.UserName, UserNameMax).ToLowerInvariant();
        if (!IsUserName(userName))
        {
            errors.Add("userName", "Dùng 3 đến 60 chữ không dấu, chữ số, dấu chấm hoặc gạch nối.",
                "Use 3 to 60 plain letters, digits, dots or hyphens.");
        }
        var name = errors.Required("name", order.Name, 100);
        CheckPassword(errors, "password", order.Password);
        var clean = PersonalFields.Checked(order, errors, clock.Today()) with { UserName = userName, Name = name };
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return await db.InTransaction(() => save(clean), stop);
    }

    public async Task<Outcome<Person>> Grant(Guid personId, string role, string unit, CancellationToken stop)
    {
        var today = clock.Today();
        if (!Roles.All.Contains(role))
        {
            throw new ArgumentException($"There is no role {role}.", nameof(role));
        }
        if (caller.PersonId is not null && Roles.IsStaff(role))
        {
            return IdentityRefusals.NeedsSecondPerson;
        }
        if (await db.People.FindAsync([personId], stop) is null)
        {
            return KernelRefusals.NotFound;
        }
        if (!await db.RolesOf(personId, today).AnyAsync(r => r.Role == role && r.Unit == unit, stop))
        {
            db.Add(NewRole(personId, role, unit));
            await db.SaveChangesAsync(stop);
        }
        return (await Find(personId, stop))!;
    }

    public async Task<Outcome<Person>> Revoke(Guid personId, string role, string unit, CancellationToken stop)
    {
        var today = clock.Today();
        foreach (var row in await db.Roles
            .Where(r => r.PersonId == personId && r.Role == role && r.Unit == unit
                && (r.ValidTo == null || r.ValidTo >= today))
            .ToListAsync(stop))
        {
            // The last day is inclusive, so a right that ends at once ended yesterday.
            row.EndBefore(today);
        }
        await db.SaveChangesAsync(stop);
        return await Find(personId, stop) is { } person ? person : KernelRefusals.NotFound;
    }

    public async Task<Person?> Find(Guid personId, CancellationToken stop)
    {
        var row = await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == personId, stop);
        return row is null ? null : await WithRoles(row, stop);
    }

    public async Task<bool> IsEmpty(CancellationToken stop) => !await db.People.AnyAsync(stop);

    /// <summary>The person whose user name and password these are, or null; a refusal is recorded.</summary>
    public async Task<Person?> Recognise(string userName, string password, CancellationToken stop)
    {
        var folded = userName.Trim().ToLowerInvariant();
        var row = IsUserName(folded)
            ? await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.UserName == folded, stop) : null;
        var subject = row?.Id ?? Ids.From("identity.guess", folded.Length > UserNameMax ? "" : folded);
        var mayGuess = await guesses.MayGuess(subject, stop);
        // What is slowed is not compared either: each comparison costs a good part of a second's work.
        var isOld = false;
        var isRight = mayGuess && passwords.IsRight(row?.PasswordHash, password, out isOld);
        await db.InTransaction(async () =>
        {
            if (isRight)
            {
                return isOld ? await Renew(subject, password, stop) : 0;
            }
            if (mayGuess)
            {
                // A name that nobody has is not kept: it may be a password, typed into the wrong field.
                db.Record(SignInRefused, row is null ? "unknown" : $"person:{row.Id}");
            }
            await guesses.Count(subject, stop);
            return await db.SaveChangesAsync(stop);
        }, stop);
        return isRight ? await WithRoles(row!, stop) : null;
    }

    /// <summary>Gives the caller a new password, who must know the old one.</summary>
    public async Task<Outcome<Person>> ChangePassword(string? old, string? changed, CancellationToken stop)
    {
        var row = await db.People.SingleOrDefaultAsync(person => person.Id == caller.PersonId, stop);
        if (row is null)
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        if (!await guesses.MayGuess(row.Id, stop) || !passwords.IsRight(row.PasswordHash, old ?? "", out _))
        {
            errors.Add("old", "Mật khẩu hiện tại không đúng.", "The present password is not right.");
            await db.InTransaction(async () =>
            {
                await guesses.Count(row.Id, stop);
                return await db.SaveChangesAsync(stop);
            }, stop);
        }
        CheckPassword(errors, "changed", changed);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        row.PasswordHash = passwords.Hash(changed!);
        await db.SaveChangesAsync(stop);
        return await WithRoles(row, stop);
    }

    // The password stays the same: only its hash is made with the rounds of the present configuration.
    private Task<int> Renew(Guid personId, string password, CancellationToken stop)
    {
        var hash = passwords.Hash(password);
        return db.People.Where(one => one.Id == personId)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.PasswordHash, hash), stop);
    }

    private static void CheckPassword(FieldErrors errors, string field, string? password)
    {
        if (password is null or { Length: < 12 or > 128 })
        {
            errors.Add(field, "Mật khẩu cần từ 12 đến 128 ký tự.", "A password needs 12 to 128 characters.");
        }
    }

    private async Task<Outcome<Person>> Save(PersonOrder order, CancellationToken stop)
    {
        if (await db.People.FindAsync([order.Id], stop) is { } earlier)
        {
            return earlier.UserName == order.UserName
                ? await WithRoles(earlier, stop)
                : IdentityRefusals.UserNameTaken;
        }
        if (await db.People.AnyAsync(p => p.UserName == order.UserName, stop))
        {
            return IdentityRefusals.UserNameTaken;
        }
        var row = Add(order);
        await db.SaveChangesAsync(stop);
        return await WithRoles(row, stop);
    }

    private PersonRow Add(PersonOrder order)
    {
        var row = new PersonRow
        {
            Id = order.Id,
            UserName = order.UserName,
            Name = order.Name,
            PasswordHash = "",
            CreatedAt = clock.GetUtcNow(),
            PersonalId = order.PersonalId,
            Phone = order.Phone,
            Email = order.Email,
            BirthDate = order.BirthDate,
        };
        row.PasswordHash = passwords.Hash(order.Password);
        return db.Add(row).Entity;
    }

    private RoleRow NewRole(Guid personId, string role, string unit) => new()
    {
        Id = Ids.New(clock),
        PersonId = personId,
        Role = role,
        Unit = unit,
        ValidFrom = clock.Today(),
        GrantedBy = caller.Signature,
    };

    private static bool IsUserName(string typed) =>
        typed.Length is >= 3 and <= UserNameMax && typed.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');

    private async Task<Person> WithRoles(PersonRow row, CancellationToken stop)
    {
        var roles = await db.RolesOf(row.Id, clock.Today()).OrderBy(r => r.Id).ToListAsync(stop);
        return new(row.Id, row.UserName, row.Name,
            roles.ConvertAll(r => new RoleHeld(r.Role, r.Unit, r.ValidFrom, r.ValidTo)));
    }
}
