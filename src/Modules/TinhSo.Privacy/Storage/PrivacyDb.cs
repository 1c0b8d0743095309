using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Privacy.Breaches;
using TinhSo.Privacy.Consents;
using TinhSo.Privacy.Representatives;
using TinhSo.Privacy.Requests;
using TinhSo.Privacy.Retention;
using TinhSo.Privacy.Rules;

namespace TinhSo.Privacy.Storage;

/// <summary>Privacy's tables, all named <c>privacy_…</c>.</summary>
internal sealed class PrivacyDb(DbContextOptions<PrivacyDb> options, ModuleDbServices services)
    : ModuleDb(options, services)
{
    public DbSet<RuleRow> Rules => Set<RuleRow>();
    public DbSet<PurposeRow> Purposes => Set<PurposeRow>();
    public DbSet<ConsentRow> Consents => Set<ConsentRow>();
    public DbSet<RequestRow> Requests => Set<RequestRow>();
    public DbSet<RetentionRun> RetentionRuns => Set<RetentionRun>();
    public DbSet<BreachRow> Breaches => Set<BreachRow>();
    public DbSet<RepresentationRow> Representations => Set<RepresentationRow>();

    /// <summary>The rule that holds on a day; before the first row the first holds, so there always is one.</summary>
    public async Task<RuleRow> RuleOn(string code, DateOnly day, CancellationToken stop)
    {
        var rows = Rules.AsNoTracking().Where(rule => rule.Code == code);
        return await rows.Where(rule => rule.ValidFrom <= day)
                .OrderByDescending(rule => rule.ValidFrom).FirstOrDefaultAsync(stop)
            ?? await rows.OrderBy(rule => rule.ValidFrom).FirstAsync(stop);
    }

    /// <summary>Who represents whom on a day.</summary>
    public IQueryable<RepresentationRow> RepresentationsOn(DateOnly day) => Representations.AsNoTracking()
        .Where(one => one.ValidFrom <= day && (one.ValidTo == null || one.ValidTo >= day));

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<RuleRow>().ToTable("privacy_rule").Ignore(rule => rule.PeriodText)
            .HasKey(rule => new { rule.Code, rule.ValidFrom });
        modelBuilder.Entity<PurposeRow>().ToTable("privacy_purpose")
            .HasKey(purpose => new { purpose.Code, purpose.Version });
        modelBuilder.Entity<ConsentRow>().ToTable("privacy_consent");
        modelBuilder.Entity<RequestRow>(request =>
        {
            request.ToTable("privacy_request");
            // Of two officers who decide at once, the second finds it decided.
            request.Property(one => one.State).IsConcurrencyToken();
        });
        modelBuilder.Entity<RetentionRun>().ToTable("privacy_retention_run");
        modelBuilder.Entity<BreachRow>(breach =>
        {
            breach.ToTable("privacy_breach");
            breach.Property(one => one.State).IsConcurrencyToken();
        });
        modelBuilder.Entity<RepresentationRow>().ToTable("privacy_representation");
        base.OnModelCreating(modelBuilder);
    }
}
