using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Billers;
using TinhSo.Billing.Bills;
using TinhSo.Billing.Claims;
using TinhSo.Billing.Imports;
using TinhSo.Billing.Inquiry;
using TinhSo.Billing.Penalties;
using TinhSo.Billing.Services;
using TinhSo.Billing.Tariffs;
using TinhSo.Billing.Webhooks;
using TinhSo.Kernel.Storage;

namespace TinhSo.Billing.Storage;

/// <summary>Billing's tables, all named <c>billing_…</c>.</summary>
internal sealed class BillingDb(DbContextOptions<BillingDb> options, ModuleDbServices services)
    : ModuleDb(options, services)
{
    public DbSet<BillerRow> Billers => Set<BillerRow>();
    public DbSet<ItemRow> Items => Set<ItemRow>();
    public DbSet<RateRow> Rates => Set<RateRow>();
    public DbSet<NumberRow> Numbers => Set<NumberRow>();
    public DbSet<BillRow> Bills => Set<BillRow>();
    public DbSet<ChangeRow> Changes => Set<ChangeRow>();
    public DbSet<WebhookRow> Webhooks => Set<WebhookRow>();
    public DbSet<WebhookMessageRow> WebhookMessages => Set<WebhookMessageRow>();
    public DbSet<WebhookAttemptRow> WebhookAttempts => Set<WebhookAttemptRow>();
    public DbSet<ServiceRow> Services => Set<ServiceRow>();
    public DbSet<ProviderRow> Providers => Set<ProviderRow>();
    public DbSet<ProviderServiceRow> ProviderServices => Set<ProviderServiceRow>();
    public DbSet<PenaltyRuleRow> PenaltyRules => Set<PenaltyRuleRow>();
    public DbSet<HolderRow> Holders => Set<HolderRow>();
    public DbSet<ClaimRow> Claims => Set<ClaimRow>();
    public DbSet<PartRow> Parts => Set<PartRow>();
    public DbSet<PenaltyRow> Penalties => Set<PenaltyRow>();
    public DbSet<ElsewhereRow> Elsewhere => Set<ElsewhereRow>();
    public DbSet<SavedCodeRow> SavedCodes => Set<SavedCodeRow>();
    public DbSet<ImportRow> Imports => Set<ImportRow>();
    public DbSet<ImportChunkRow> ImportChunks => Set<ImportChunkRow>();
    public DbSet<ImportFaultRow> ImportFaults => Set<ImportFaultRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<BillerRow>().ToTable("billing_biller").HasKey(b => b.Unit);
        modelBuilder.Entity<ItemRow>().ToTable("billing_item").HasKey(i => i.Code);
        modelBuilder.Entity<RateRow>().ToTable("billing_rate");
        modelBuilder.Entity<NumberRow>().ToTable("billing_number").HasKey(n => new { n.Prefix, n.Year });
        modelBuilder.Entity<BillRow>(bill =>
        {
            bill.ToTable("billing_bill");
            bill.Property(b => b.State).IsConcurrencyToken();
        });
        modelBuilder.Entity<ChangeRow>().ToTable("billing_change");
        modelBuilder.Entity<WebhookRow>().ToTable("billing_webhook");
        modelBuilder.Entity<WebhookMessageRow>().ToTable("billing_webhook_message");
        modelBuilder.Entity<WebhookAttemptRow>().ToTable("billing_webhook_attempt");
        OfProviders(modelBuilder);
        base.OnModelCreating(modelBuilder);
    }

    private static void OfProviders(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ServiceRow>().ToTable("billing_service").HasKey(s => new { s.Code, s.ValidFrom });
        modelBuilder.Entity<ServiceRow>().Ignore(s => s.Name);
        modelBuilder.Entity<ProviderRow>(provider =>
        {
            provider.ToTable("billing_provider");
            provider.Ignore(p => p.CustomerFormat).Ignore(p => p.ReferenceFormat);
        });
        modelBuilder.Entity<ProviderServiceRow>().ToTable("billing_provider_service")
            .HasKey(s => new { s.ProviderId, s.Service });
        modelBuilder.Entity<PenaltyRuleRow>().ToTable("billing_penalty_rule");
        modelBuilder.Entity<HolderRow>().ToTable("billing_holder");
        modelBuilder.Entity<ClaimRow>(claim =>
        {
            claim.ToTable("billing_claim").HasKey(c => c.BillId);
            claim.Property(c => c.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<PartRow>().ToTable("billing_part").Ignore(p => p.Kept);
        modelBuilder.Entity<PenaltyRow>().ToTable("billing_penalty");
        modelBuilder.Entity<ElsewhereRow>().ToTable("billing_elsewhere");
        modelBuilder.Entity<SavedCodeRow>().ToTable("billing_saved_code");
        modelBuilder.Entity<ImportRow>(import =>
        {
            import.ToTable("billing_import");
            // Of two runners at one file, one goes on and the other looks again.
            import.Property(i => i.DoneChunks).IsConcurrencyToken();
        });
        modelBuilder.Entity<ImportChunkRow>().ToTable("billing_import_chunk");
        modelBuilder.Entity<ImportFaultRow>().ToTable("billing_import_fault")
            .HasKey(f => new { f.ImportId, f.RowNo, f.Field });
        modelBuilder.Entity<ImportFaultRow>().Ignore(f => f.Reason);
    }
}
