using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using TinhSo.Indicators.Counting;
using TinhSo.Indicators.Definitions;
using TinhSo.Indicators.Publications;
using TinhSo.Kernel.Storage;

namespace TinhSo.Indicators.Storage;

/// <summary>The tables of indicators, all named <c>indicators_…</c>.</summary>
internal sealed class IndicatorsDb(DbContextOptions<IndicatorsDb> options, ModuleDbServices services)
    : ModuleDb(options, services)
{
    public DbSet<StoredDefinition> Definitions => Set<StoredDefinition>();

    public DbSet<Document> Documents => Set<Document>();

    public DbSet<PublishedFigure> Published => Set<PublishedFigure>();

    public DbSet<Source> Sources => Set<Source>();

    public DbSet<CountedRow> Rows => Set<CountedRow>();

    public DbSet<Withdrawal> Withdrawals => Set<Withdrawal>();

    public DbSet<ReceiptOfTransfer> Receipts => Set<ReceiptOfTransfer>();

    public DbSet<Rollup> Rollups => Set<Rollup>();

    public DbSet<Activity> Activities => Set<Activity>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        // As published, digit by digit: SQLite has no decimal, and nothing is summed by the database.
        configurationBuilder.Properties<decimal>().HaveConversion<PlainDecimal>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<StoredDefinition>().ToTable("indicators_definition").HasKey(d => new { d.Code, d.Version });
        modelBuilder.Entity<Document>().ToTable("indicators_document").HasKey(d => d.Name);
        modelBuilder.Entity<PublishedFigure>(figure =>
        {
            figure.ToTable("indicators_published").HasKey(f => f.Id);
            figure.Ignore(f => f.IsCurrent).Ignore(f => f.Name);
        });
        modelBuilder.Entity<Source>().ToTable("indicators_source").HasKey(s => s.Id);
        modelBuilder.Entity<CountedRow>(row =>
        {
            row.ToTable("indicators_row").HasKey(r => r.Id);
            // What follows the ledger and what hears facts may find out about the same row at the same time.
            row.Property(r => r.Rank).IsConcurrencyToken();
            row.Property(r => r.MirroredBy).IsConcurrencyToken();
            row.Property(r => r.EndedAt).IsConcurrencyToken();
        });
        modelBuilder.Entity<Withdrawal>().ToTable("indicators_withdrawal").HasKey(w => w.Id);
        modelBuilder.Entity<ReceiptOfTransfer>().ToTable("indicators_receipt").HasKey(r => r.TransferId);
        modelBuilder.Entity<Rollup>(rollup =>
        {
            rollup.ToTable("indicators_rollup").HasKey(r => r.Id);
            // Two nodes that count at once would otherwise overwrite one another's sums.
            rollup.Property(r => r.Changes).IsConcurrencyToken();
        });
        modelBuilder.Entity<Activity>(activity =>
        {
            activity.ToTable("indicators_activity").HasKey(a => a.Id);
            activity.Property(a => a.Changes).IsConcurrencyToken();
        });
        base.OnModelCreating(modelBuilder);
    }

    private sealed class PlainDecimal() : ValueConverter<decimal, string>(
        value => value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        text => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
}
