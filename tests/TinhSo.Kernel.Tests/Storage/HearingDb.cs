using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Storage;

namespace TinhSo.Kernel.Tests.Storage;

/// <summary>Something that was said, as one module would tell another.</summary>
public sealed record Said(string Text) : IFact
{
    public static string Name => "test.said.v1";
}

/// <summary>What was heard, one row each time.</summary>
internal sealed class Heard
{
    public required Guid Id { get; init; }
    public required string Text { get; init; }
}

/// <summary>A module of the tests: it hears what it says itself.</summary>
internal sealed class HearingDb(DbContextOptions<HearingDb> options, ModuleDbServices services)
    : ModuleDb(options, services)
{
    public DbSet<Heard> Heard => Set<Heard>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Heard>().ToTable("test_heard");
        base.OnModelCreating(modelBuilder);
    }
}

/// <summary>How hearing is made to fail, and in which order it happened.</summary>
internal sealed class Ear
{
    public Func<string, bool> Fails { get; set; } = _ => false;

    public List<string> Order { get; } = [];
}

internal sealed class Hearer(HearingDb db, Ear ear) : IHear<Said>
{
    public Task Hear(Said fact, CancellationToken stop)
    {
        lock (ear.Order)
        {
            ear.Order.Add(fact.Text);
        }
        db.Add(new Heard { Id = Guid.CreateVersion7(), Text = fact.Text });
        return ear.Fails(fact.Text) ? throw new InvalidOperationException($"cannot hear {fact.Text}") : Task.CompletedTask;
    }
}

internal sealed class HearerOfAll(HearingDb db) : IHearAll
{
    public Task Hear(NamedFact fact, CancellationToken stop)
    {
        db.Add(new Heard { Id = Guid.CreateVersion7(), Text = $"all: {fact.Name}" });
        return Task.CompletedTask;
    }
}

/// <summary>One host of several on a database.</summary>
internal sealed class HearingHost : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public HearingHost(Engine engine, string connectionString, TimeProvider clock, bool hearsAll = false)
    {
        var collection = new ServiceCollection().AddLogging().AddSingleton(Ear).AddSingleton(clock)
            .AddKernel(new Database(engine, connectionString)).AddModuleDb<HearingDb>()
            .AddHearer<Said, Hearer, HearingDb>("test.hear");
        if (hearsAll)
        {
            collection.AddHearerOfAll<HearerOfAll, HearingDb>("test.hear-all");
        }
        services = collection.BuildServiceProvider();
    }

    public Ear Ear { get; } = new();

    public FactDispatcher Dispatcher => services.GetRequiredService<FactDispatcher>();

    public FactLog Log => services.GetRequiredService<FactLog>();

    public Task<IReadOnlyList<string>> Upgrade(TimeProvider clock, CancellationToken stop) => SchemaUpgrade.Run(
        services.GetRequiredService<Database>(), services.GetServices<ModuleSchema>(), clock, stop);

    public async Task<T> Tables<T>(Func<HearingDb, Task<T>> act)
    {
        await using var scope = services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<HearingDb>());
    }

    public Task<int> Say(IEnumerable<string> texts, CancellationToken stop) => Tables(async db =>
    {
        foreach (var text in texts)
        {
            db.Publish(new Said(text));
        }
        return await db.SaveChangesAsync(stop);
    });

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
