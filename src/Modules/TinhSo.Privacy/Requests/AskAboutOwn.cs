using Microsoft.EntityFrameworkCore;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Privacy.Rules;
using TinhSo.Privacy.Storage;

namespace TinhSo.Privacy.Requests;

/// <summary>What a person asks about the own data.</summary>
internal sealed record DataRequestOrder(string? Kind, string? Field, string? Value, string? Reason);

/// <summary>Takes what people ask about their own data; a restriction holds at once.</summary>
internal sealed class AskAboutOwn(PrivacyDb db, ICaller caller, IPersonalRecords records, TimeProvider clock)
{
    /// <summary>The caller's requests, newest first.</summary>
    public async Task<IReadOnlyList<RequestView>> Mine(CancellationToken stop) =>
        (await db.Requests.AsNoTracking().Where(one => one.PersonId == caller.PersonId)
            .OrderByDescending(one => one.AskedAt).ThenByDescending(one => one.Id).Take(100).ToListAsync(stop))
            .ConvertAll(RequestView.Of);

    /// <summary>Takes a request.</summary>
    public async Task<Outcome<RequestView>> Ask(DataRequestOrder order, CancellationToken stop)
    {
        if (caller.PersonId is not { } me)
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        var kind = errors.Choice<RequestKind>("kind", order.Kind);
        var reason = errors.Optional("reason", order.Reason, 1_000);
        PersonalField? field = null;
        string? value = null;
        if (!errors.Any && kind is RequestKind.Correct)
        {
            field = errors.Choice<PersonalField>("field", order.Field);
            value = errors.Required("value", order.Value, 200);
            if (!errors.Any && records.Fault(field.Value, value) is { } fault)
            {
                errors.Add("value", fault.Vi, fault.En);
            }
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        if (kind is RequestKind.Restrict && (await records.Restrict(me, true, stop)).IsRefused(out var refusal, out _))
        {
            return refusal;
        }
        return await db.InTransaction<Outcome<RequestView>>(() => Keep(me, kind, field, value, reason, stop), stop);
    }

    /// <summary>Lifts the caller's own restriction at once.</summary>
    public async Task<Outcome<PersonalRecord>> Lift(CancellationToken stop)
    {
        if (caller.PersonId is not { } me)
        {
            return KernelRefusals.Forbidden;
        }
        var lifted = await records.Restrict(me, false, stop);
        foreach (var open in await db.Requests.Where(one => one.PersonId == me && one.Kind == RequestKind.Restrict
            && one.State == RequestState.Open).ToListAsync(stop))
        {
            (open.State, open.DecidedAt, open.DecidedBy) = (RequestState.Withdrawn, clock.GetUtcNow(),
                caller.Signature);
        }
        await db.SaveChangesAsync(stop);
        return lifted;
    }

    private async Task<Outcome<RequestView>> Keep(Guid me, RequestKind kind, PersonalField? field, string? value,
        string? reason, CancellationToken stop)
    {
        if (await db.Requests.AnyAsync(one => one.PersonId == me && one.Kind == kind && one.Field == field
            && one.State == RequestState.Open, stop))
        {
            return PrivacyRefusals.AlreadyAsked;
        }
        var now = clock.GetUtcNow();
        var due = await db.RuleOn(RuleCodes.Due(DueOf(kind)), clock.Today(), stop);
        var row = db.Add(new RequestRow
        {
            Id = Ids.New(clock),
            PersonId = me,
            Kind = kind,
            Field = field,
            Value = value,
            Reason = reason,
            State = RequestState.Open,
            AskedAt = now,
            AskedBy = caller.Signature,
            DueOn = VietnamTime.DayOf(due.After(now)),
            DueBasis = due.LegalBasis,
        }).Entity;
        await db.SaveChangesAsync(stop);
        return RequestView.Of(row);
    }

    private static string DueOf(RequestKind kind) => kind switch
    {
        RequestKind.Correct => "correct",
        RequestKind.Erase => "erase",
        _ => "restrict",
    };
}
