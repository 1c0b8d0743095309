using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using TinhSo.Kernel;
using TinhSo.Kernel.Storage;

namespace TinhSo.Benchmarks.Loads;

/// <summary>What most applications do: one transaction a transfer, by EF Core, with two tracked accounts.</summary>
/// <remarks>
/// On PostgreSQL both rows are locked as they are read, in one order, so that no two transactions wait for each other
/// and none must be repeated. On SQLite, which has one writer, callers take turns in order of coming, as the platform's
/// own modules do.
/// </remarks>
internal sealed class EfLedger(Database database, int accounts)
{
    private readonly TimeProvider clock = new MicrosecondClock();
    private readonly PooledDbContextFactory<EfDb> contexts = new(Options(database));

    public static async Task<EfLedger> Prepare(Database database, int accounts, CancellationToken stop)
    {
        await using var connection = database.Connect();
        await connection.OpenAsync(stop);
        await using var make = connection.CreateCommand();
        make.CommandTimeout = 600;
        var (start, key, id) = database.Engine is Engine.Sqlite
            ? ("pragma journal_mode = wal;", "integer", "text") : ("", "bigint", "uuid");
#pragma warning disable CA2100 // The text is this class's own, never input.
        make.CommandText = $"""
            {start}
            create table ef_account (id {key} not null primary key, balance bigint not null);
            create table ef_transfer (
                id {id} not null primary key, debit bigint not null, credit bigint not null,
                amount bigint not null, code text not null);
            with recursive new (id) as (select 0 union all select id + 1 from new where id < {accounts - 1})
            insert into ef_account select id, 0 from new;
            """;
#pragma warning restore CA2100
        await make.ExecuteNonQueryAsync(stop);
        return new EfLedger(database, accounts);
    }

    public async Task Post(Random random)
    {
        var (debit, credit) = Pick.Two(random, accounts);
        await using var db = await contexts.CreateDbContextAsync();
        using var turn = await database.EnterWrite(CancellationToken.None);
        await using var transaction = await db.Database.BeginTransactionAsync();
        var both = await Find(db, debit, credit).ToDictionaryAsync(account => account.Id);
        both[debit].Balance -= 1_000;
        both[credit].Balance += 1_000;
        db.Add(new EfTransfer
        {
            Id = Ids.New(clock),
            Debit = debit,
            Credit = credit,
            Amount = 1_000,
            Code = "market.rent",
        });
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    private IQueryable<EfAccount> Find(EfDb db, long debit, long credit) => database.Engine is Engine.Sqlite
        ? db.Accounts.Where(account => account.Id == debit || account.Id == credit)
        : db.Accounts.FromSql($"select * from ef_account where id in ({debit}, {credit}) order by id for update");

    private static DbContextOptions<EfDb> Options(Database database)
    {
        var options = new DbContextOptionsBuilder<EfDb>();
        return database.Engine is Engine.Sqlite
            ? options.UseSqlite(database.ConnectionString).Options
            : options.UseNpgsql(new NpgsqlConnectionStringBuilder(database.ConnectionString)
            {
                MaxAutoPrepare = 10,
                AutoPrepareMinUsages = 2,
            }.ConnectionString).Options;
    }

    private sealed class EfDb(DbContextOptions<EfDb> options) : DbContext(options)
    {
        public DbSet<EfAccount> Accounts => Set<EfAccount>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<EfAccount>(account =>
            {
                account.ToTable("ef_account");
                account.Property(a => a.Id).HasColumnName("id").ValueGeneratedNever();
                account.Property(a => a.Balance).HasColumnName("balance");
            });
            modelBuilder.Entity<EfTransfer>(transfer =>
            {
                transfer.ToTable("ef_transfer");
                transfer.Property(t => t.Id).HasColumnName("id").ValueGeneratedNever();
                transfer.Property(t => t.Debit).HasColumnName("debit");
                transfer.Property(t => t.Credit).HasColumnName("credit");
                transfer.Property(t => t.Amount).HasColumnName("amount");
                transfer.Property(t => t.Code).HasColumnName("code");
            });
        }
    }

    private sealed class EfAccount
    {
        public long Id { get; init; }

        public long Balance { get; set; }
    }

    private sealed class EfTransfer
    {
        public Guid Id { get; init; }

        public long Debit { get; init; }

        public long Credit { get; init; }

        public long Amount { get; init; }

        public required string Code { get; init; }
    }
}
