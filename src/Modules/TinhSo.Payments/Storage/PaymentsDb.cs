using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel.Storage;
using TinhSo.Payments.Closing;
using TinhSo.Payments.Moves;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Payees;
using TinhSo.Payments.Points;
using TinhSo.Payments.Receipts;
using TinhSo.Payments.Refunds;
using TinhSo.Payments.Requests;
using TinhSo.Payments.Settlements;
using TinhSo.Payments.Shifts;
using TinhSo.Payments.Statements;
using TinhSo.Payments.Statements.Files;
using TinhSo.Payments.Suspense;

namespace TinhSo.Payments.Storage;

/// <summary>What payments knows today; the money itself stands in the ledger.</summary>
internal sealed class PaymentsDb(DbContextOptions<PaymentsDb> options, ModuleDbServices services)
    : ModuleDb(options, services)
{
    public DbSet<StoredPayee> Payees => Set<StoredPayee>();

    public DbSet<CodeOwner> Codes => Set<CodeOwner>();

    public DbSet<StoredRequest> Requests => Set<StoredRequest>();

    public DbSet<StoredPoint> Points => Set<StoredPoint>();

    public DbSet<StoredNotice> Notices => Set<StoredNotice>();

    public DbSet<Move> Moves => Set<Move>();

    public DbSet<Payment> Payments => Set<Payment>();

    public DbSet<Refund> Refunds => Set<Refund>();

    public DbSet<SuspenseItem> Suspense => Set<SuspenseItem>();

    public DbSet<SuspenseAction> SuspenseActions => Set<SuspenseAction>();

    public DbSet<Change> Changes => Set<Change>();

    public DbSet<Book> Books => Set<Book>();

    public DbSet<StoredStatement> Statements => Set<StoredStatement>();

    public DbSet<StatementEntry> Entries => Set<StatementEntry>();

    public DbSet<Acceptance> Acceptances => Set<Acceptance>();

    public DbSet<DayClosing> Closings => Set<DayClosing>();

    public DbSet<CsvFormat> CsvFormats => Set<CsvFormat>();

    public DbSet<Till> Tills => Set<Till>();

    public DbSet<CashShift> Shifts => Set<CashShift>();

    public DbSet<ShiftStep> ShiftSteps => Set<ShiftStep>();

    public DbSet<CountedNote> CountedNotes => Set<CountedNote>();

    public DbSet<Partner> Partners => Set<Partner>();

    public DbSet<PartnerFile> PartnerFiles => Set<PartnerFile>();

    public DbSet<PartnerLine> PartnerLines => Set<PartnerLine>();

    public DbSet<PartnerFault> PartnerFaults => Set<PartnerFault>();

    /// <summary>Holds the row against every other writer until the transaction ends, and reads it anew.</summary>
    public async Task<TRow?> Lock<TRow>(Guid id, CancellationToken stop) where TRow : class, IVersioned
    {
        var found = await Set<TRow>().Where(row => row.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, row => row.Version + 1), stop);
        if (found == 0)
        {
            return null;
        }
        var held = await Set<TRow>().FindAsync([id], stop);
        await Entry(held!).ReloadAsync(stop);
        return held;
    }

    /// <summary>Keeps who changed what, when and why.</summary>
    public void Note(Guid subjectId, ChangeKind what, string? why, string by, DateTimeOffset at) =>
        Changes.Add(new Change
        {
            Id = Guid.CreateVersion7(at),
            SubjectId = subjectId,
            What = what,
            Why = why,
            MadeBy = by,
            MadeAt = at,
        });

    /// <summary>What was done to a subject, oldest first.</summary>
    public async Task<List<Change>> HistoryOf(Guid subjectId, CancellationToken stop)
    {
        var changes = await Changes.AsNoTracking().Where(change => change.SubjectId == subjectId)
            .OrderBy(change => change.MadeAt).ThenBy(change => change.Id).Take(200).ToListAsync(stop);
        // What happened at one and the same moment stands in the order of a request's life.
        return [.. changes.OrderBy(change => change.MadeAt).ThenBy(change => change.What)];
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<StoredPayee>().ToTable("payments_payee").HasKey(p => p.Id);
        modelBuilder.Entity<CodeOwner>().ToTable("payments_code").HasKey(c => c.Code);
        modelBuilder.Entity<StoredPoint>().ToTable("payments_point").HasKey(p => p.Id);
        modelBuilder.Entity<Payment>().ToTable("payments_payment").HasKey(p => p.Id);
        modelBuilder.Entity<Change>().ToTable("payments_change").HasKey(c => c.Id);
        modelBuilder.Entity<StoredRequest>(request =>
        {
            request.ToTable("payments_request").HasKey(r => r.Id);
            request.Property(r => r.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<StoredNotice>(notice =>
        {
            notice.ToTable("payments_notice").HasKey(n => n.Id);
            notice.Property(n => n.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<SuspenseItem>(item =>
        {
            item.ToTable("payments_suspense").HasKey(i => i.Id);
            item.Property(i => i.Version).IsConcurrencyToken();
        });
        // Of two that settle or decide the same row, one saves; the other is undone and looks again.
        modelBuilder.Entity<Move>(move =>
        {
            move.ToTable("payments_move").HasKey(m => m.Id);
            move.Property(m => m.State).IsConcurrencyToken();
        });
        modelBuilder.Entity<Refund>(refund =>
        {
            refund.ToTable("payments_refund").HasKey(r => r.Id);
            refund.Property(r => r.State).IsConcurrencyToken();
        });
        modelBuilder.Entity<SuspenseAction>(action =>
        {
            action.ToTable("payments_suspense_action").HasKey(a => a.Id);
            action.Property(a => a.State).IsConcurrencyToken();
        });
        MapStatements(modelBuilder);
        MapShifts(modelBuilder);
        MapSettlements(modelBuilder);
        base.OnModelCreating(modelBuilder);
    }

    private static void MapSettlements(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<PartnerLine>().ToTable("payments_partner_line").HasKey(l => l.Id);
        modelBuilder.Entity<PartnerFault>().ToTable("payments_partner_fault")
            .HasKey(f => new { f.FileId, f.Line, f.Field });
        modelBuilder.Entity<Partner>(partner =>
        {
            partner.ToTable("payments_partner").HasKey(p => p.Id);
            partner.Property(p => p.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<PartnerFile>(file =>
        {
            file.ToTable("payments_partner_file").HasKey(f => f.Id);
            file.Property(f => f.Version).IsConcurrencyToken();
        });
    }

    private static void MapStatements(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<StoredStatement>().ToTable("payments_statement").HasKey(s => s.Id);
        modelBuilder.Entity<CsvFormat>().ToTable("payments_csv_format").HasKey(f => f.Id);
        modelBuilder.Entity<Book>(book =>
        {
            book.ToTable("payments_book").HasKey(b => b.Id);
            book.Property(b => b.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<StatementEntry>(entry =>
        {
            entry.ToTable("payments_entry").HasKey(e => e.Id);
            entry.Property(e => e.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<Acceptance>(acceptance =>
        {
            acceptance.ToTable("payments_acceptance").HasKey(a => a.Id);
            acceptance.Property(a => a.State).IsConcurrencyToken();
        });
        modelBuilder.Entity<DayClosing>(closing =>
        {
            closing.ToTable("payments_closing").HasKey(c => c.Id);
            closing.Property(c => c.State).IsConcurrencyToken();
        });
    }

    private static void MapShifts(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<CountedNote>().ToTable("payments_shift_note").HasKey(n => new { n.StepId, n.Value });
        modelBuilder.Entity<Till>(till =>
        {
            till.ToTable("payments_till").HasKey(t => t.Id);
            till.Property(t => t.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<CashShift>(shift =>
        {
            shift.ToTable("payments_shift").HasKey(s => s.Id);
            shift.Property(s => s.State).IsConcurrencyToken();
        });
        modelBuilder.Entity<ShiftStep>(step =>
        {
            step.ToTable("payments_shift_step").HasKey(s => s.Id);
            step.Property(s => s.State).IsConcurrencyToken();
        });
    }
}

/// <summary>A row that is decided upon under a lock.</summary>
internal interface IVersioned
{
    /// <summary>Its key.</summary>
    Guid Id { get; }

    /// <summary>Grows with every change.</summary>
    long Version { get; set; }
}
