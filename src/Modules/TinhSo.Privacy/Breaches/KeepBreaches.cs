using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Privacy.Rules;
using TinhSo.Privacy.Storage;

namespace TinhSo.Privacy.Breaches;

/// <summary>What is known of a breach, as it was typed.</summary>
/// <param name="FoundAt">When it was found, Vietnamese time, such as 2026-11-23T08:30.</param>
/// <param name="What">What happened.</param>
/// <param name="Which">Which data.</param>
/// <param name="People">How many people, about.</param>
/// <param name="Measures">What was done about it.</param>
internal sealed record BreachOrder(string? FoundAt, string? What, string? Which, string? People, string? Measures);

/// <summary>A breach as officers see it.</summary>
/// <param name="Id">The breach.</param>
/// <param name="FoundAt">When it was found, UTC.</param>
/// <param name="What">What happened.</param>
/// <param name="Which">Which data.</param>
/// <param name="People">How many people, about.</param>
/// <param name="Measures">What was done about it.</param>
/// <param name="State">How far it has come.</param>
/// <param name="NotifyBy">By when the authority must be notified, UTC.</param>
/// <param name="Basis">Which text says so.</param>
/// <param name="MinutesLeft">How long that is from now; negative when it is over, null when it was done.</param>
/// <param name="NotifiedAt">When it was done, or null.</param>
/// <param name="NotifiedTo">Who was notified, and under which number, or null.</param>
/// <param name="ClosedAt">When it was closed, or null.</param>
/// <param name="Lessons">What keeps it from happening again, or null.</param>
internal sealed record BreachView(Guid Id, DateTimeOffset FoundAt, string What, string Which, int People,
    string Measures, BreachState State, DateTimeOffset NotifyBy, string Basis, long? MinutesLeft,
    DateTimeOffset? NotifiedAt, string? NotifiedTo, DateTimeOffset? ClosedAt, string? Lessons)
{
    /// <summary>Whether nobody was notified although the time for it is over.</summary>
    public bool IsOverdue => MinutesLeft < 0;

    /// <summary>Whether the authority was notified later than the rule wants.</summary>
    public bool WasLate => NotifiedAt > NotifyBy;
}

/// <summary>Keeps the record of breaches, and the clock that the law sets.</summary>
internal sealed class KeepBreaches(PrivacyDb db, ICaller caller, TimeProvider clock)
{
    public const string Permission = "privacy.breaches";

    private const int ListMax = 200;
    private const int TextMax = 4_000;

    /// <summary>Those that nobody is notified of first, the most urgent in front; then newest first.</summary>
    public async Task<Outcome<IReadOnlyList<BreachView>>> List(CancellationToken stop)
    {
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var open = await db.Breaches.AsNoTracking().Where(one => one.State == BreachState.Open)
            .OrderBy(one => one.NotifyBy).ThenBy(one => one.Id).Take(ListMax).ToListAsync(stop);
        var others = await db.Breaches.AsNoTracking().Where(one => one.State != BreachState.Open)
            .OrderByDescending(one => one.FoundAt).ThenBy(one => one.Id).Take(ListMax).ToListAsync(stop);
        return open.Concat(others).Select(View).ToList();
    }

    /// <summary>One breach.</summary>
    public Task<Outcome<BreachView>> Find(Guid id, CancellationToken stop) => With(id, _ => null, stop);

    /// <summary>Records a breach; its clock runs from when it was found.</summary>
    public async Task<Outcome<BreachView>> Open(BreachOrder order, CancellationToken stop)
    {
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        var found = Instant(errors, order.FoundAt);
        var (what, which, people, measures) = Checked(errors, order);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var rule = await db.RuleOn(RuleCodes.BreachNotice, VietnamTime.DayOf(found), stop);
        var row = db.Add(new BreachRow
        {
            Id = Ids.New(clock),
            FoundAt = found,
            What = what,
            Which = which,
            People = people,
            Measures = measures,
            State = BreachState.Open,
            NotifyBy = rule.After(found),
            Basis = rule.LegalBasis,
            OpenedBy = caller.Signature,
            OpenedAt = clock.GetUtcNow(),
        }).Entity;
        await db.SaveChangesAsync(stop);
        return View(row);
    }

    /// <summary>Writes down what is known by now; when it was found never changes.</summary>
    public Task<Outcome<BreachView>> Amend(Guid id, BreachOrder order, CancellationToken stop) => With(id, row =>
    {
        if (row.State is BreachState.Closed)
        {
            return PrivacyRefusals.BreachState;
        }
        var errors = new FieldErrors();
        var (what, which, people, measures) = Checked(errors, order);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        (row.What, row.Which, row.People, row.Measures) = (what, which, people, measures);
        return null;
    }, stop);

    /// <summary>Records that the authority was notified, now.</summary>
    public Task<Outcome<BreachView>> Notify(Guid id, string? to, CancellationToken stop) => With(id, row =>
    {
        var errors = new FieldErrors();
        var whom = errors.Required("to", to, 300);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (row.State is not BreachState.Open)
        {
            return PrivacyRefusals.BreachState;
        }
        (row.State, row.NotifiedAt, row.NotifiedTo) = (BreachState.Notified, clock.GetUtcNow(), whom);
        return null;
    }, stop);

    /// <summary>Closes a breach of which the authority was notified.</summary>
    public Task<Outcome<BreachView>> Close(Guid id, string? lessons, CancellationToken stop) => With(id, row =>
    {
        var errors = new FieldErrors();
        var learnt = errors.Required("lessons", lessons, TextMax);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (row.State is not BreachState.Notified)
        {
            return PrivacyRefusals.BreachState;
        }
        (row.State, row.ClosedAt, row.Lessons) = (BreachState.Closed, clock.GetUtcNow(), learnt);
        return null;
    }, stop);

    private async Task<Outcome<BreachView>> With(Guid id, Func<BreachRow, Refusal?> change, CancellationToken stop)
    {
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        if (await db.Breaches.SingleOrDefaultAsync(one => one.Id == id, stop) is not { } row)
        {
            return KernelRefusals.NotFound;
        }
        if (change(row) is { } refusal)
        {
            return refusal;
        }
        try
        {
            await db.SaveChangesAsync(stop);
        }
        catch (DbUpdateConcurrencyException)
        {
            return PrivacyRefusals.BreachState;
        }
        return View(row);
    }

    private static (string What, string Which, int People, string Measures) Checked(
        FieldErrors errors, BreachOrder order) => (errors.Required("what", order.What, TextMax),
            errors.Required("which", order.Which, TextMax),
            (int)errors.Whole("people", order.People, 0, 200_000_000),
            errors.Required("measures", order.Measures, TextMax));

    private DateTimeOffset Instant(FieldErrors errors, string? typed)
    {
        string[] forms = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "d/M/yyyy H:mm"];
        if (!DateTime.TryParseExact((typed ?? "").Trim(), forms, CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var local) || local.Year is < 2000 or > 2199)
        {
            errors.Add("foundAt", "Hãy nhập ngày giờ, ví dụ 21/11/2026 14:05.",
                "Enter a date and time, such as 21/11/2026 14:05.");
            return clock.GetUtcNow();
        }
        var found = new DateTimeOffset(local, VietnamTime.Offset).ToUniversalTime();
        if (found > clock.GetUtcNow())
        {
            errors.Add("foundAt", "Không được ở tương lai.", "Not in the future.");
        }
        return found;
    }

    private BreachView View(BreachRow row) => new(row.Id, row.FoundAt, row.What, row.Which, row.People, row.Measures,
        row.State, row.NotifyBy, row.Basis,
        row.NotifiedAt is null ? (long)Math.Floor((row.NotifyBy - clock.GetUtcNow()).TotalMinutes) : null,
        row.NotifiedAt, row.NotifiedTo, row.ClosedAt, row.Lessons);
}
