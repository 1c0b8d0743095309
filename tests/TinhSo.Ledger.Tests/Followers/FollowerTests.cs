using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Followers;

public class FollowerTests
{
    public static TheoryData<Engine> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Each_transfer_has_its_effect_once_even_after_a_crash_between_two_saves(Engine engine)
    {
        await using var host = await Host(engine);
        await Post(host, 1_200);
        var followers = host.GetRequiredService<LedgerFollowers>();
        var mood = host.GetRequiredService<Mood>();
        // Saves what it made of the first chunk, and dies before the cursor is saved: twice, and later once more.
        mood.FailuresLeft = 2;
        await Assert.ThrowsAsync<IOException>(() => followers.CatchUp(Stop));
        await Assert.ThrowsAsync<IOException>(() => followers.CatchUp(Stop));

        await followers.CatchUp(Stop);
        await Post(host, 10);
        mood.FailuresLeft = 1;
        await Assert.ThrowsAsync<IOException>(() => followers.CatchUp(Stop));
        await followers.CatchUp(Stop);
        await followers.CatchUp(Stop);

        Assert.Equal(Enumerable.Range(1, 1_210).Select(i => (long)i), await Seen(host));
        Assert.True(mood.LargestChunk <= 500);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Two_hosts_that_follow_at_once_take_nothing_in_twice(Engine engine)
    {
        var database = TestDatabase.New(engine);
        await using var one = await Host(database);
        await using var two = Build(database);
        await Post(one, 600);

        await Task.WhenAll(((ServiceProvider[])[one, two]).Select(host => Task.Run(
            () => host.GetRequiredService<LedgerFollowers>().CatchUp(Stop))));
        await two.GetRequiredService<LedgerFollowers>().CatchUp(Stop);

        Assert.Equal(Enumerable.Range(1, 600).Select(i => (long)i), await Seen(one));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Followers_go_on_by_themselves_and_outlive_a_failure(Engine engine)
    {
        await using var host = await Host(engine);
        host.GetRequiredService<Mood>().FailuresLeft = 1;
        var followers = host.GetRequiredService<LedgerFollowers>();
        await followers.StartAsync(Stop);

        await Post(host, 3);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await Seen(host)).Count < 3)
        {
            await Task.Delay(20, patience.Token);
        }
        await followers.StopAsync(Stop);
        Assert.Equal([1L, 2L, 3L], await Seen(host));
    }

    private static Task<ServiceProvider> Host(Engine engine) => Host(TestDatabase.New(engine));

    private static async Task<ServiceProvider> Host(Database database)
    {
        await SchemaUpgrade.Run(database, [new ModuleSchema(typeof(KernelModule).Assembly, null)],
            TimeProvider.System, Stop);
        await using var connection = database.Connect();
        await connection.OpenAsync(Stop);
        await using var create = connection.CreateCommand();
        create.CommandText = "create table seen (position bigint not null primary key)";
        await create.ExecuteNonQueryAsync(Stop);
        return Build(database);
    }

    private static ServiceProvider Build(Database database) => new ServiceCollection()
        .AddLogging()
        .AddKernel(database)
        .AddLedger()
        .AddModuleDb<SeenDb>()
        .AddSingleton<Mood>()
        .AddLedgerFollower<MarkSeen, SeenDb>("seen.ledger")
        .BuildServiceProvider();

    private static async Task Post(ServiceProvider host, int count)
    {
        var ledger = host.GetRequiredService<ILedger>();
        Guid[] accounts = [Ids.From("test", "1"), Ids.From("test", "2")];
        foreach (var account in accounts)
        {
            Accepted(await ledger.Open(new AccountOrder(account, "payee:1", "payee"), Stop));
        }
        var posted = Enumerable.Range(0, count).Select(_ => ledger.Post(
            new TransferOrder(Ids.New(TimeProvider.System), TransferKind.Post, accounts[0], accounts[1], 1,
                "market.rent", Channels.Cash), Stop));
        Assert.All(await Task.WhenAll(posted), outcome => Accepted(outcome));
    }

    private static async Task<List<long>> Seen(ServiceProvider host)
    {
        await using var scope = host.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<SeenDb>().Seen
            .Select(seen => seen.Position).OrderBy(position => position).ToListAsync(Stop);
    }

    internal sealed class SeenDb(DbContextOptions<SeenDb> options, ModuleDbServices services)
        : ModuleDb(options, services)
    {
        public DbSet<SeenTransfer> Seen => Set<SeenTransfer>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<SeenTransfer>().ToTable("seen").HasKey(seen => seen.Position);
            base.OnModelCreating(modelBuilder);
        }
    }

    internal sealed class SeenTransfer
    {
        public required long Position { get; init; }
    }

    internal sealed class Mood
    {
        public int FailuresLeft { get; set; }

        public int LargestChunk { get; set; }
    }

    private sealed class MarkSeen(SeenDb db, Mood mood) : IFollowLedger
    {
        public async Task Follow(IReadOnlyList<LedgerTransfer> transfers, CancellationToken stop)
        {
            mood.LargestChunk = Math.Max(mood.LargestChunk, transfers.Count);
            foreach (var transfer in transfers)
            {
                db.Add(new SeenTransfer { Position = transfer.Position });
            }
            if (mood.FailuresLeft > 0)
            {
                mood.FailuresLeft--;
                await db.SaveChangesAsync(stop);
                throw new IOException("The machine lost power.");
            }
        }
    }
}
