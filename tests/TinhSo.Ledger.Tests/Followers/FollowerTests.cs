using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;
using TinhSo.Ledger.Tests.Simulation;
using TinhSo.Testing;
using static TinhSo.Ledger.Tests.TestLedger;

namespace TinhSo.Ledger.Tests.Followers;

public class FollowerTests
{
    public const string FollowingArgument = "--follow-until-killed";

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

    [Theory, MemberData(nameof(Engines))]
    public async Task A_follower_that_stands_still_holds_nobody_up_and_misses_nothing(Engine engine)
    {
        await using var host = await Host(engine);
        var mood = host.GetRequiredService<Mood>();
        var (reached, goesOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        mood.Waits = () =>
        {
            reached.TrySetResult();
            return goesOn.Task;
        };
        await Post(host, 1);
        var following = host.GetRequiredService<LedgerFollowers>().CatchUp(Stop);
        await reached.Task.WaitAsync(Stop);

        // It stands amid its first transfer, and as long as it does: every one of these is durable and answered all the same.
        await Post(host, 2_000);

        Assert.False(following.IsCompleted);
        Assert.Empty(await Seen(host));
        goesOn.SetResult();
        await following;
        Assert.Equal(Enumerable.Range(1, 2_001).Select(i => (long)i), await Seen(host));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_follower_that_is_killed_goes_on_where_it_was(Engine engine)
    {
        var database = TestDatabase.New(engine);
        await using var host = await Host(database);
        var dice = new Dice((ulong)Environment.TickCount64);
        for (var kill = 0; kill < 3; kill++)
        {
            var saved = (await Seen(host)).Count;
            await Post(host, 2_000);
            var told = await FollowUntilKilled(database, TimeSpan.FromMilliseconds(dice.Below(200)));
            // What it had begun, and not saved, it is given again: from the first that is not saved, in order and without gaps.
            Assert.Equal(Enumerable.Range(saved + 1, told.Count).Select(i => (long)i), told);
        }

        await host.GetRequiredService<LedgerFollowers>().CatchUp(Stop);

        Assert.Equal(Enumerable.Range(1, 6_000).Select(i => (long)i), await Seen(host));
    }

    /// <summary>Proves the proof: what is compared above gives a skipped chunk away, and a later one does not make up for it.</summary>
    [Theory, MemberData(nameof(Engines))]
    public async Task A_follower_that_skips_what_failed_is_found(Engine engine)
    {
        await using var host = await Host(engine);
        await Post(host, 1_200);
        var mood = host.GetRequiredService<Mood>();
        (mood.FailuresLeft, mood.SkipsWhatFails) = (1, true);

        await host.GetRequiredService<LedgerFollowers>().CatchUp(Stop);

        Assert.Equal(Enumerable.Range(501, 700).Select(i => (long)i), await Seen(host));
    }

    /// <summary>The positions that another process was given until it was killed, some time after the first.</summary>
    private static async Task<List<long>> FollowUntilKilled(Database database, TimeSpan after)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(FollowerTests).Assembly.Location, FollowingArgument, database.ConnectionString },
            RedirectStandardOutput = true,
        })!;
        var told = new List<long>();
        Task? killed = null;
        while (await process.StandardOutput.ReadLineAsync(Stop) is { } line)
        {
            told.AddRange(line.Split(' ').Select(position => long.Parse(position, CultureInfo.InvariantCulture)));
            killed ??= Task.Delay(after, Stop).ContinueWith(_ => process.Kill(), Stop, default, TaskScheduler.Default);
        }
        await process.WaitForExitAsync(Stop);
        Assert.Equal(128 + 9, process.ExitCode);
        return told;
    }

    /// <summary>The process that follows until it is killed, and says what it is given.</summary>
    public static async Task<int> Follow(string connectionString)
    {
        await using var host = Build(Database.Parse(connectionString));
        host.GetRequiredService<Mood>().Tells = true;
        while (true)
        {
            await host.GetRequiredService<LedgerFollowers>().CatchUp(default);
            await Task.Delay(10);
        }
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

        public bool Tells { get; set; }

        public bool SkipsWhatFails { get; set; }

        public Func<Task> Waits { get; set; } = () => Task.CompletedTask;
    }

    private sealed class MarkSeen(SeenDb db, Mood mood) : IFollowLedger
    {
        public async Task Follow(IReadOnlyList<LedgerTransfer> transfers, CancellationToken stop)
        {
            if (mood.Tells)
            {
                Console.WriteLine(string.Join(' ', transfers.Select(transfer => transfer.Position)));
            }
            await mood.Waits();
            if (mood is { SkipsWhatFails: true, FailuresLeft: > 0 })
            {
                mood.FailuresLeft--;
                return;
            }
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
