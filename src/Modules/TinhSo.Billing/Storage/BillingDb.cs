using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Bills;
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
        base.OnModelCreating(modelBuilder);
    }
}
