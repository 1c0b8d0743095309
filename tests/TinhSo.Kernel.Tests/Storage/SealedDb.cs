using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Storage;

namespace TinhSo.Kernel.Tests.Storage;

/// <summary>A row with something to hide.</summary>
[Audited]
internal sealed class Secret
{
    public required Guid Id { get; init; }
    [Sealed]
    public string? Word { get; set; }
    [SealedIndex(nameof(Word))]
    public string? WordIndex { get; set; }
    [Sealed]
    public string? Other { get; set; }
}

/// <summary>A module of the tests that hides what it keeps.</summary>
internal sealed class SealedDb(DbContextOptions<SealedDb> options, ModuleDbServices services)
    : ModuleDb(options, services)
{
    public DbSet<Secret> Secrets => Set<Secret>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Secret>().ToTable("test_secret");
        base.OnModelCreating(modelBuilder);
    }
}

/// <summary>One host of several on a database, with keys of its own.</summary>
internal sealed class SealingHost(Database database, string keys) : IAsyncDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddLogging()
        .AddSingleton(ColumnKeys.Parse(keys, isProduction: false)).AddKernel(database).AddModuleDb<SealedDb>()
        .BuildServiceProvider();

    public ResealColumns Reseal => services.GetRequiredService<ResealColumns>();

    public AuditLog Audit => services.GetRequiredService<AuditLog>();

    public static async Task<SealingHost> Start(Database database, string keys, CancellationToken stop)
    {
        var host = new SealingHost(database, keys);
        await SchemaUpgrade.Run(database, host.services.GetServices<ModuleSchema>(), TimeProvider.System, stop);
        return host;
    }

    public async Task<T> Tables<T>(Func<SealedDb, Task<T>> act)
    {
        await using var scope = services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<SealedDb>());
    }

    public Task<int> Keep(IEnumerable<Secret> secrets, CancellationToken stop) => Tables(db =>
    {
        db.AddRange(secrets);
        return db.SaveChangesAsync(stop);
    });

    public Task<List<Guid>> Find(string word, CancellationToken stop) => Tables(db =>
    {
        var wanted = db.IndexesOf<Secret>(nameof(Secret.WordIndex), word);
        return db.Secrets.Where(one => wanted.Contains(one.WordIndex!)).Select(one => one.Id).ToListAsync(stop);
    });

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
