using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Places.Units;

namespace TinhSo.Places.Storage;

/// <summary>The tables of places, all named <c>places_…</c>.</summary>
internal sealed class PlacesDb(DbContextOptions<PlacesDb> options, ModuleDbServices services)
    : ModuleDb(options, services)
{
    public DbSet<Unit> Units => Set<Unit>();

    public DbSet<Shape> Shapes => Set<Shape>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Unit>().ToTable("places_unit").HasKey(u => u.Code);
        modelBuilder.Entity<Shape>().ToTable("places_shape").HasKey(s => s.Code);
        base.OnModelCreating(modelBuilder);
    }
}
