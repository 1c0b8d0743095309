using System.Buffers.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.People;
using TinhSo.Identity.Storage;

namespace TinhSo.Identity.Passkeys;

/// <summary>Shows the framework, which checks passkeys, whose they are; it changes nothing itself.</summary>
internal sealed class PersonStore(IdentityDb db) : IUserPasskeyStore<PersonRow>
{
    public Task<string> GetUserIdAsync(PersonRow user, CancellationToken cancellationToken) =>
        Task.FromResult($"{user.Id}");

    public Task<string?> GetUserNameAsync(PersonRow user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.UserName);

    public Task<string?> GetNormalizedUserNameAsync(PersonRow user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.UserName);

    public async Task<PersonRow?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Guid.TryParse(userId, out var id)
            ? await db.People.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancellationToken) : null;

    public Task<PersonRow?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        db.People.AsNoTracking().SingleOrDefaultAsync(one => one.UserName == normalizedUserName, cancellationToken);

    public Task<PersonRow?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        var id = Name(credentialId);
        return db.Passkeys.Where(one => one.CredentialId == id)
            .Join(db.People, one => one.PersonId, person => person.Id, (_, person) => person)
            .AsNoTracking().SingleOrDefaultAsync(cancellationToken);
    }

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(
        PersonRow user, byte[] credentialId, CancellationToken cancellationToken)
    {
        var id = Name(credentialId);
        return await db.Passkeys.AsNoTracking().SingleOrDefaultAsync(
            one => one.PersonId == user.Id && one.CredentialId == id, cancellationToken) is { } row ? Of(row) : null;
    }

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(PersonRow user, CancellationToken cancellationToken) =>
        [.. (await db.Passkeys.AsNoTracking().Where(one => one.PersonId == user.Id).ToListAsync(cancellationToken))
            .Select(Of)];

    /// <summary>The name under which a passkey is kept.</summary>
    public static string Name(byte[] credentialId) => Base64Url.EncodeToString(credentialId);

    public Task AddOrUpdatePasskeyAsync(PersonRow user, UserPasskeyInfo passkey, CancellationToken cancellationToken) =>
        throw Changed();

    public Task RemovePasskeyAsync(PersonRow user, byte[] credentialId, CancellationToken cancellationToken) =>
        throw Changed();

    public Task SetUserNameAsync(PersonRow user, string? userName, CancellationToken cancellationToken) =>
        throw Changed();

    public Task SetNormalizedUserNameAsync(
        PersonRow user, string? normalizedName, CancellationToken cancellationToken) => throw Changed();

    public Task<IdentityResult> CreateAsync(PersonRow user, CancellationToken cancellationToken) => throw Changed();

    public Task<IdentityResult> UpdateAsync(PersonRow user, CancellationToken cancellationToken) => throw Changed();

    public Task<IdentityResult> DeleteAsync(PersonRow user, CancellationToken cancellationToken) => throw Changed();

    public void Dispose()
    {
        // The tables are the scope's.
    }

    // What the registration said beside the key is not kept: nothing asks for it again.
    private static UserPasskeyInfo Of(PasskeyRow row) => new(
        Base64Url.DecodeFromChars(row.CredentialId), Convert.FromBase64String(row.PublicKey), row.CreatedAt,
        (uint)row.SignCount, row.Transports.Split(' ', StringSplitOptions.RemoveEmptyEntries), row.IsUserVerified,
        row.IsBackupEligible, row.IsBackedUp, attestationObject: [], clientDataJson: []);

    private static NotSupportedException Changed() => new("People and passkeys are changed by their use cases.");
}
