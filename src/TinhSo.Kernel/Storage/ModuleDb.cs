using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Microsoft.Extensions.DependencyInjection;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Http;

namespace TinhSo.Kernel.Storage;

/// <summary>A module's tables, and the outbox through which it tells other modules what happened.</summary>
public abstract class ModuleDb(DbContextOptions options, ModuleDbServices services) : DbContext(options)
{
    // Of many that meet at several keys, each attempt gets past one at least.
    private const int AttemptsMax = 8;

    // PostgreSQL ends one of two transactions that wait for each other's rows.
    private const string Deadlock = "40P01";

    private AuditTrail audit = services.NewTrail();
    private ModuleDb? host;
    private bool published;

    /// <summary>Why the changes that are saved next are made, as their maker says; null when not said.</summary>
    public string? Reason { get; set; }

    /// <summary>Has something recorded in the audit log, if and only if the present changes are saved.</summary>
    /// <param name="what">A name for ever, such as <c>identity.signed-in</c>.</param>
    /// <param name="subject">What it was done to.</param>
    public void Record(string what, string subject) => audit.Note(what, subject, Reason);

    /// <summary>Has it recorded at once that somebody looked at a person's data, and what for.</summary>
    /// <param name="subject">Whose, such as <c>person:0197…</c> or <c>payee:0197…</c>.</param>
    /// <param name="purpose">What for, as who looks says.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <remarks>Does nothing outside a request: the platform's own jobs look at nobody.</remarks>
    public async Task RecordRead(string subject, string purpose, CancellationToken stop)
    {
        if (services.IsRequest)
        {
            audit.Note(AuditLog.PersonalDataRead, subject, purpose);
            await SaveChangesAsync(stop);
        }
    }

    /// <summary>What a <see cref="SealedIndexAttribute"/> column may hold for a value, by each key there is.</summary>
    /// <param name="index">The name of the index's property.</param>
    /// <param name="value">The whole value that is looked for.</param>
    public IReadOnlyList<string> IndexesOf<TEntity>(string index, string value)
    {
        var entity = Model.FindEntityType(typeof(TEntity))!;
        var column = entity.FindProperty(
            Array.Find(SealedColumn.Of(typeof(TEntity)), one => one.Index?.Name == index)!.Property)!;
        return services.Columns!.Indexes(entity.GetTableName()!, column.GetColumnName(), value);
    }

    /// <summary>Tells models that seal with different keys apart.</summary>
    internal string? KeysPrint => services.Columns?.Print;

    /// <summary>Has <paramref name="fact"/> delivered to every subscriber, if and only if it is saved.</summary>
    public void Publish<TFact>(TFact fact) where TFact : IFact
    {
        var now = services.Clock.GetUtcNow();
        var row = new OutboxFact
        {
            Id = Ids.New(services.Clock),
            Name = TFact.Name,
            Body = JsonSerializer.Serialize(fact, FactJson.Options),
            OccurredAt = now,
        };
        Add(row);
        foreach (var subscriber in services.SubscribersOf(TFact.Name))
        {
            Add(new OutboxDelivery { FactId = row.Id, Subscriber = subscriber, DueAt = now });
        }
        (host ?? this).published = true;
    }

    /// <summary>
    /// Does <paramref name="work"/> with services whose modules all save within this context's open transaction.
    /// </summary>
    /// <remarks>
    /// For a change that one module decides and others carry out: it stands in all of them or in none. A refusal of any
    /// of them must become the outcome of the transaction, so that nothing of the others is kept.
    /// </remarks>
    public async Task<T> WithAllModules<T>(Func<IServiceProvider, Task<T>> work, CancellationToken stop)
    {
        var transaction = Database.CurrentTransaction
            ?? throw new InvalidOperationException("There is no open transaction that others could join.");
        await using var scope = services.Scopes.CreateAsyncScope();
        foreach (var type in services.Contexts)
        {
            var guest = (ModuleDb)scope.ServiceProvider.GetRequiredService(type);
            guest.Database.SetDbConnection(Database.GetDbConnection());
            await guest.Database.UseTransactionAsync(transaction.GetDbTransaction(), stop);
            (guest.host, guest.audit, guest.Reason) = (host ?? this, audit, Reason);
        }
        return await work(scope.ServiceProvider);
    }

    /// <summary>Does <paramref name="work"/> in one transaction, from its first read to its last write.</summary>
    /// <remarks>
    /// On SQLite nobody else writes meanwhile; on PostgreSQL, lock the rows that you decide upon. The work may be
    /// done again, when somebody else saved the same key first, so it must not act outside this database. When its
    /// outcome is a refusal, nothing of it is kept.
    /// </remarks>
    public async Task<T> InTransaction<T>(Func<Task<T>> work, CancellationToken stop)
    {
        if (host is not null)
        {
            // Whoever opened the transaction ends it, and does all of it again when need be.
            return await work();
        }
        using var turn = await services.Database.EnterWrite(stop);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Attempt();
            }
            catch (DbException failure) when (attempt < AttemptsMax && failure.SqlState == Deadlock)
            {
                Forget();
            }
            catch (DbUpdateException) when (attempt < AttemptsMax)
            {
                // Most likely somebody saved the same key first: the work, done again, finds it there.
                Forget();
            }
        }

        void Forget()
        {
            ChangeTracker.Clear();
            audit.Forget();
            published = false;
        }

        async Task<T> Attempt()
        {
            await using var transaction = await Database.BeginTransactionAsync(stop);
            var result = await work();
            if (result is IOutcome { HasRefusal: true })
            {
                Forget();
                return result;
            }
            await Commit(transaction, stop);
            return result;
        }
    }

    /// <inheritdoc/>
    public override async Task<int> SaveChangesAsync(
        bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (services.Columns is { } keys
            && Model.GetEntityTypes().Any(entity => SealedColumn.Of(entity.ClrType).Any(one => one.Index is not null)))
        {
            SealedColumn.WriteIndexes(ChangeTracker.Entries(), keys);
        }
        audit.Note(ChangeTracker, Reason);
        if (Database.CurrentTransaction is not null)
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        using var turn = await services.Database.EnterWrite(cancellationToken);
        if (audit.IsEmpty)
        {
            var changed = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
            SignalFacts();
            return changed;
        }
        try
        {
            await using var transaction = await Database.BeginTransactionAsync(cancellationToken);
            var saved = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
            await Commit(transaction, cancellationToken);
            return saved;
        }
        finally
        {
            // Of what was not saved nothing is recorded, also when something else is saved later.
            audit.Forget();
        }
    }

    /// <summary>
    /// The position up to which this module has followed a log, kept with the changes that follow from it.
    /// </summary>
    public async Task<Cursor> CursorNamed(string name, CancellationToken stop)
    {
        var cursor = await Set<Cursor>().FindAsync([name], stop);
        return cursor ?? Add(new Cursor { Name = name }).Entity;
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // SQLite can neither sort nor compare a DateTimeOffset; a UTC DateTime it can, and PostgreSQL too.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OutboxFact>().ToTable("kernel_fact").HasKey(f => f.Id);
        modelBuilder.Entity<OutboxDelivery>(delivery =>
        {
            delivery.ToTable("kernel_fact_delivery").HasKey(d => new { d.FactId, d.Subscriber });
            // Of two hosts that attempt the same delivery, only one can save; the other's changes are undone.
            delivery.Property(d => d.Attempts).IsConcurrencyToken();
        });
        modelBuilder.Entity<Cursor>(cursor =>
        {
            cursor.ToTable("kernel_cursor").HasKey(c => c.Name);
            cursor.Property(c => c.Position).IsConcurrencyToken();
        });
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(ToSnakeCase(property.Name));
                if (property.IsPrimaryKey())
                {
                    // Every key is made by the program: no engine invents one.
                    property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
                }
            }
            SealedColumn.Apply(entity, services.Columns);
        }
    }

    private async Task Commit(IDbContextTransaction transaction, CancellationToken stop)
    {
        if (!audit.IsEmpty)
        {
            await audit.Write(Database.GetDbConnection(), transaction.GetDbTransaction(), stop);
        }
        await transaction.CommitAsync(stop);
        SignalFacts();
    }

    private void SignalFacts()
    {
        if (published)
        {
            published = false;
            services.Signal.Raise();
        }
    }

    private static string ToSnakeCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{c}" : $"{c}")).ToLowerInvariant();

    private sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTime>(
        value => value.UtcDateTime,
        value => new DateTimeOffset(DateTime.SpecifyKind(value, DateTimeKind.Utc)));
}

/// <summary>How far a module has followed a log; moved in the transaction of the change that follows from it.</summary>
public sealed class Cursor
{
    /// <summary>Who follows what, such as <c>payments.ledger</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The last position that was taken in; 0 before the first.</summary>
    public long Position { get; set; }
}

/// <summary>What every <see cref="ModuleDb"/> needs of the host.</summary>
public sealed class ModuleDbServices
{
    private readonly ILookup<string, string> subscribersByFact;

    private readonly IHttpContextAccessor http;

    internal ModuleDbServices(Database database, TimeProvider clock, FactSignal signal, IHttpContextAccessor http,
        IServiceScopeFactory scopes, IEnumerable<ModuleSchema> modules, IEnumerable<Subscription> subscriptions,
        ColumnKeys? columns)
    {
        this.http = http;
        Scopes = scopes;
        Contexts = [.. modules.Select(module => module.DbContext).OfType<Type>()];
        Columns = columns;
        Database = database;
        Clock = clock;
        Signal = signal;
        subscribersByFact = subscriptions.ToLookup(s => s.FactName, s => s.Subscriber);
    }

    internal Database Database { get; }

    internal TimeProvider Clock { get; }

    internal FactSignal Signal { get; }

    internal IServiceScopeFactory Scopes { get; }

    internal IReadOnlyList<Type> Contexts { get; }

    /// <summary>Null where no module has a sealed column.</summary>
    internal ColumnKeys? Columns { get; }

    internal bool IsRequest => http.HttpContext is not null;

    internal AuditTrail NewTrail() => new(Database.Engine, Clock, Actor);

    // Outside of a request, in jobs and commands, the platform itself acts.
    private (string Who, string? Origin) Actor() => http.HttpContext is { } request
        ? (request.RequestServices.GetService<ICaller>()?.Signature ?? "anonymous",
            request.Connection.RemoteIpAddress?.ToString())
        : ("system", null);

    internal IEnumerable<string> SubscribersOf(string factName) =>
        subscribersByFact[factName].Concat(subscribersByFact[Subscription.AnyFact]);
}

/// <summary>Registers a module's tables.</summary>
public static class ModuleDbExtensions
{
    /// <summary>
    /// Adds <typeparamref name="TDb"/> on the host's database, and its schema scripts to the upgrade.
    /// </summary>
    public static IServiceCollection AddModuleDb<TDb>(this IServiceCollection services) where TDb : ModuleDb =>
        services
            .AddSingleton(new ModuleSchema(typeof(TDb).Assembly, typeof(TDb)))
            .AddDbContext<TDb>((provider, options) => provider.GetRequiredService<Database>().Configure(options));
}

/// <summary>One module's schema, in the order in which modules were added: lowest first.</summary>
/// <param name="Assembly">Holds the scripts.</param>
/// <param name="DbContext">Maps the tables; null for the kernel.</param>
public sealed record ModuleSchema(System.Reflection.Assembly Assembly, Type? DbContext);
