using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Kernel.Privacy;
using TinhSo.Privacy.Rules;
using TinhSo.Privacy.Storage;
using TinhSo.Privacy.Subjects;

namespace TinhSo.Privacy.Requests;

/// <summary>Lets officers see what people ask about their data, carry it out or refuse it.</summary>
internal sealed class DecideRequest(PrivacyDb db, ICaller caller, IPersonalRecords records, CollectSubject subjects,
    IEnumerable<IHoldPersonalData> holders, TimeProvider clock)
{
    public const string Permission = "privacy.requests";

    /// <summary>Requests in a state, those that are due first in front.</summary>
    /// <param name="state">Such as <c>open</c>; all when empty.</param>
    /// <param name="cursor">The <see cref="Page{T}.Next"/> of the page before.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<Outcome<Page<RequestView>>> List(
        string? state, string? cursor, int limit, CancellationToken stop)
    {
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        RequestState? wanted =
            string.IsNullOrWhiteSpace(state) ? null : errors.Choice<RequestState>("state", state);
        var (day, id) = (DateOnly.MinValue, Guid.Empty);
        if (!string.IsNullOrEmpty(cursor) && (cursor.Split('|') is not [var dayPart, var idPart]
            || !DateOnly.TryParseExact(
                dayPart, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
            || !Guid.TryParse(idPart, out id)))
        {
            errors.Add("cursor", "Con trỏ trang không đúng.", "Not the cursor of a page.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        limit = Math.Clamp(limit, 1, 200);
        var fitting = wanted is { } only
            ? db.Requests.AsNoTracking().Where(one => one.State == only) : db.Requests.AsNoTracking();
        var rows = await fitting.Where(one => one.DueOn > day || (one.DueOn == day && one.Id > id))
            .OrderBy(one => one.DueOn).ThenBy(one => one.Id).Take(limit + 1).ToListAsync(stop);
        return Page.Cut(rows.ConvertAll(RequestView.Of), limit, one => $"{one.DueOn:yyyy-MM-dd}|{one.Id}");
    }

    /// <summary>One request; that an officer looked is recorded.</summary>
    public async Task<Outcome<RequestView>> Find(Guid id, CancellationToken stop)
    {
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var row = await db.Requests.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, stop);
        if (row is null)
        {
            return KernelRefusals.NotFound;
        }
        if (row.PersonId != caller.PersonId)
        {
            await db.RecordRead($"person:{row.PersonId}",
                $"Giải quyết yêu cầu: {RequestRow.NameOf(row.Kind).Vi}", stop);
        }
        return RequestView.Of(row);
    }

    /// <summary>Carries a request out, or refuses it with the reason; nobody decides on the own.</summary>
    /// <remarks>
    /// What is asked is done before the request is marked done: broken off between the two, it is decided again, and
    /// doing it again changes nothing.
    /// </remarks>
    public async Task<Outcome<RequestView>> Decide(Guid id, bool? grant, string? answer, CancellationToken stop)
    {
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var row = await db.Requests.SingleOrDefaultAsync(one => one.Id == id, stop);
        if (row is null)
        {
            return KernelRefusals.NotFound;
        }
        var errors = new FieldErrors();
        if (grant is null)
        {
            errors.Add("grant", "Hãy chọn thực hiện hoặc từ chối.", "Choose to carry it out or to refuse it.");
        }
        var words = grant is true ? errors.Optional("answer", answer, 1_000) : errors.Required("answer", answer, 1_000);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (row.PersonId == caller.PersonId)
        {
            return KernelRefusals.Forbidden;
        }
        if (row.State is not RequestState.Open)
        {
            return PrivacyRefusals.AlreadyDecided;
        }
        if (await CarryOut(row, grant!.Value, stop) is { } refusal)
        {
            return refusal;
        }
        (row.State, row.Answer) = (grant.Value ? RequestState.Done : RequestState.Refused, words);
        (row.DecidedAt, row.DecidedBy) = (clock.GetUtcNow(), caller.Signature);
        try
        {
            await db.SaveChangesAsync(stop);
        }
        catch (DbUpdateConcurrencyException)
        {
            return PrivacyRefusals.AlreadyDecided;
        }
        return RequestView.Of(row);
    }

    private async Task<Refusal?> CarryOut(RequestRow row, bool grant, CancellationToken stop)
    {
        switch (row.Kind, grant)
        {
            case (RequestKind.Correct, true):
                return Why(await records.Correct(row.PersonId, row.Field!.Value, row.Value, stop));
            case (RequestKind.Restrict, _):
                // It has held since it was asked for; refused, it ends.
                return Why(await records.Restrict(row.PersonId, grant, stop));
            case (RequestKind.Erase, true):
                row.Outcome = JsonSerializer.Serialize(await Erase(row.PersonId, stop));
                return null;
            default:
                return null;
        }
    }

    private async Task<List<OutcomeLine>> Erase(Guid personId, CancellationToken stop)
    {
        var subject = await subjects.Find(personId, stop);
        var lines = new List<OutcomeLine>();
        foreach (var holder in holders)
        {
            foreach (var one in await holder.Erase(subject, stop))
            {
                var rule = one.KeptUnder is null ? null
                    : await db.RuleOn(RuleCodes.Retention(one.KeptUnder), clock.Today(), stop);
                lines.Add(new(one.What, one.Rows, rule?.PeriodText, rule?.LegalBasis, one.Why));
            }
        }
        return lines;
    }

    private static Refusal? Why(Outcome<PersonalRecord> outcome) =>
        outcome.IsRefused(out var refusal, out _) ? refusal : null;
}
