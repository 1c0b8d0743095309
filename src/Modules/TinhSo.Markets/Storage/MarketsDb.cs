using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Markets.BillRuns;
using TinhSo.Markets.Markets;
using TinhSo.Markets.Meters;
using TinhSo.Markets.Signs;
using TinhSo.Markets.Stalls;
using TinhSo.Markets.Traders;

namespace TinhSo.Markets.Storage;

/// <summary>The tables of markets, all named <c>markets_…</c>.</summary>
internal sealed class MarketsDb(DbContextOptions<MarketsDb> options, ModuleDbServices services)
    : ModuleDb(options, services)
{
    public DbSet<Market> Markets => Set<Market>();
    public DbSet<Stall> Stalls => Set<Stall>();
    public DbSet<Tenancy> Tenancies => Set<Tenancy>();
    public DbSet<Trader> Traders => Set<Trader>();
    public DbSet<Meter> Meters => Set<Meter>();
    public DbSet<Reading> Readings => Set<Reading>();
    public DbSet<BillRun> BillRuns => Set<BillRun>();
    public DbSet<Sign> Signs => Set<Sign>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Market>().ToTable("markets_market").Ignore(m => m.ClassNote);
        modelBuilder.Entity<Stall>(stall =>
        {
            stall.ToTable("markets_stall");
            // Of two that change a stall at once, the second looks again before it acts.
            stall.Property(s => s.ChangedAt).IsConcurrencyToken();
        });
        modelBuilder.Entity<Tenancy>().ToTable("markets_tenancy");
        modelBuilder.Entity<Trader>().ToTable("markets_trader");
        modelBuilder.Entity<Meter>().ToTable("markets_meter");
        modelBuilder.Entity<Reading>().ToTable("markets_reading");
        modelBuilder.Entity<BillRun>(run =>
        {
            run.ToTable("markets_bill_run").Ignore(r => r.Fault);
            // Of two nodes that take up the same run, one saves; the other looks again.
            run.Property(r => r.AfterCode).IsConcurrencyToken();
        });
        modelBuilder.Entity<Sign>().ToTable("markets_sign");
        base.OnModelCreating(modelBuilder);
    }
}
