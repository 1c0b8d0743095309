using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.People;

/// <summary>A person in a list, with the roles held today.</summary>
internal sealed record PersonLine(Guid Id, string UserName, string Name, IReadOnlyList<string> Roles);

/// <summary>Lists people by user name.</summary>
internal sealed class FindPeople(IdentityDb db, TimeProvider clock)
{
    private const int LimitMax = 200;

    /// <summary>A page of those whose name or user name contains what is searched for, or whose personal id, phone or
    /// e-mail it is.</summary>
    public async Task<Page<PersonLine>> List(string? search, string? after, int limit, CancellationToken stop)
    {
        var today = clock.Today();
        var rows = db.People.AsNoTracking();
        if (!string.IsNullOrWhiteSpace(search))
        {
            var (name, userName) = (search.Trim(), search.Trim().ToLowerInvariant());
            var personalIds = db.IndexesOf<PersonRow>(nameof(PersonRow.PersonalIdIndex), name);
            var phones = db.IndexesOf<PersonRow>(
                nameof(PersonRow.PhoneIndex), PersonalFields.Phone(new FieldErrors(), "q", name) ?? "");
            var emails = db.IndexesOf<PersonRow>(nameof(PersonRow.EmailIndex), name);
            rows = rows.Where(p => p.Name.Contains(name) || p.UserName.Contains(userName)
                || personalIds.Contains(p.PersonalIdIndex!) || phones.Contains(p.PhoneIndex!)
                || emails.Contains(p.EmailIndex!));
        }
        if (!string.IsNullOrEmpty(after))
        {
            rows = rows.Where(p => p.UserName.CompareTo(after) > 0);
        }
        var most = Math.Clamp(limit, 1, LimitMax);
        var read = await rows.OrderBy(p => p.UserName).Take(most + 1).ToListAsync(stop);
        var page = Page.Cut(read, most, p => p.UserName);
        var ids = page.Items.Select(p => p.Id).ToList();
        var roles = (await db.Roles.AsNoTracking()
            .Where(r => ids.Contains(r.PersonId) && r.ValidFrom <= today && (r.ValidTo == null || r.ValidTo >= today))
            .OrderBy(r => r.Id).ToListAsync(stop)).ToLookup(r => r.PersonId, r => r.Role);
        return new([.. page.Items.Select(p =>
            new PersonLine(p.Id, p.UserName, p.Name, [.. roles[p.Id].Distinct()]))], page.Next);
    }
}
