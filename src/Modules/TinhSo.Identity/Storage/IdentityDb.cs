using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Approvals;
using TinhSo.Identity.Clients;
using TinhSo.Identity.Organisations;
using TinhSo.Identity.Passkeys;
using TinhSo.Identity.People;
using TinhSo.Identity.Providers;
using TinhSo.Identity.SecondFactors;
using TinhSo.Identity.Sessions;
using TinhSo.Identity.SignIn;
using TinhSo.Kernel.Storage;

namespace TinhSo.Identity.Storage;

/// <summary>Identity's tables, all named <c>identity_…</c>.</summary>
internal sealed class IdentityDb(DbContextOptions<IdentityDb> options, ModuleDbServices services)
    : ModuleDb(options, services)
{
    public DbSet<PersonRow> People => Set<PersonRow>();
    public DbSet<RoleRow> Roles => Set<RoleRow>();
    public DbSet<SessionRow> Sessions => Set<SessionRow>();
    public DbSet<GuessRow> Guesses => Set<GuessRow>();
    public DbSet<PasskeyRow> Passkeys => Set<PasskeyRow>();
    public DbSet<AuthenticatorRow> Authenticators => Set<AuthenticatorRow>();
    public DbSet<RecoveryCodeRow> RecoveryCodes => Set<RecoveryCodeRow>();
    public DbSet<StepRow> Steps => Set<StepRow>();
    public DbSet<ExternalIdentityRow> ExternalIdentities => Set<ExternalIdentityRow>();
    public DbSet<OrganisationRow> Organisations => Set<OrganisationRow>();
    public DbSet<ProposalRow> Proposals => Set<ProposalRow>();
    public DbSet<ClientRow> Clients => Set<ClientRow>();
    public DbSet<ClientKeyRow> ClientKeys => Set<ClientKeyRow>();
    public DbSet<SeenSignatureRow> SeenSignatures => Set<SeenSignatureRow>();

    /// <summary>The roles that a person holds on a day.</summary>
    public IQueryable<RoleRow> RolesOf(Guid personId, DateOnly day) => Roles.AsNoTracking().Where(r =>
        r.PersonId == personId && r.ValidFrom <= day && (r.ValidTo == null || r.ValidTo >= day));

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<PersonRow>().ToTable("identity_person");
        modelBuilder.Entity<RoleRow>().ToTable("identity_role");
        modelBuilder.Entity<SessionRow>().ToTable("identity_session");
        modelBuilder.Entity<GuessRow>().ToTable("identity_guess").HasKey(guess => guess.Subject);
        modelBuilder.Entity<PasskeyRow>().ToTable("identity_passkey");
        modelBuilder.Entity<AuthenticatorRow>(app =>
        {
            app.ToTable("identity_authenticator").HasKey(one => one.PersonId);
            // Of two that use one code at once, one finds that it was used.
            app.Property(one => one.LastStep).IsConcurrencyToken();
        });
        modelBuilder.Entity<RecoveryCodeRow>().ToTable("identity_recovery_code")
            .Property(one => one.UsedAt).IsConcurrencyToken();
        modelBuilder.Entity<StepRow>().ToTable("identity_step");
        modelBuilder.Entity<ExternalIdentityRow>().ToTable("identity_external");
        modelBuilder.Entity<OrganisationRow>().ToTable("identity_organisation");
        modelBuilder.Entity<ProposalRow>().ToTable("identity_proposal");
        modelBuilder.Entity<ClientRow>().ToTable("identity_client");
        modelBuilder.Entity<ClientKeyRow>().ToTable("identity_client_key");
        modelBuilder.Entity<SeenSignatureRow>().ToTable("identity_client_signature")
            .HasKey(seen => new { seen.ClientId, seen.Hash });
        base.OnModelCreating(modelBuilder);
    }
}
