using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Privacy.Consents;
using TinhSo.Privacy.Storage;

namespace TinhSo.Privacy.Rules;

/// <summary>A rule as it holds, or will hold.</summary>
/// <param name="Code">Such as <c>retention.sessions</c>.</param>
/// <param name="Name">What it is about.</param>
/// <param name="Amount">Null is as long as the purpose lasts.</param>
/// <param name="Measure">In what the amount is counted.</param>
/// <param name="Period">Both in words.</param>
/// <param name="LegalBasis">Which text says so; [R] marks what the province has to decide.</param>
/// <param name="ValidFrom">The first day.</param>
internal sealed record RuleView(string Code, string Name, int? Amount, RuleMeasure Measure, string Period,
    string LegalBasis, DateOnly ValidFrom);

/// <summary>A wording of a purpose.</summary>
/// <param name="Code">Such as <c>contact.news</c>.</param>
/// <param name="Version">1, 2, 3…</param>
/// <param name="Vietnamese">The wording.</param>
/// <param name="English">The wording.</param>
/// <param name="LegalBasis">Which text allows it.</param>
/// <param name="ValidFrom">The first day on which it is consented to.</param>
internal sealed record PurposeView(
    string Code, int Version, string Vietnamese, string English, string LegalBasis, DateOnly ValidFrom);

/// <summary>What is asked when a rule or a purpose is set anew.</summary>
internal sealed record RuleOrder(string? Code, string? Amount, string? LegalBasis, string? ValidFrom);

/// <inheritdoc cref="RuleOrder"/>
internal sealed record PurposeOrder(
    string? Code, string? Vietnamese, string? English, string? LegalBasis, string? ValidFrom);

/// <summary>Keeps the periods, ages and purposes of the law on personal data, each with dates and basis.</summary>
internal sealed class KeepRules(PrivacyDb db, ICaller caller, TimeProvider clock)
{
    public const string Permission = "privacy.rules";

    /// <summary>All rules, by code and then newest first.</summary>
    public async Task<IReadOnlyList<RuleView>> List(CancellationToken stop) =>
        (await db.Rules.AsNoTracking().OrderBy(rule => rule.Code).ThenByDescending(rule => rule.ValidFrom)
            .Take(500).ToListAsync(stop)).ConvertAll(View);

    /// <summary>All purposes, by code and then newest first.</summary>
    public async Task<IReadOnlyList<PurposeView>> Purposes(CancellationToken stop) =>
        (await db.Purposes.AsNoTracking().OrderBy(one => one.Code).ThenByDescending(one => one.Version)
            .Take(500).ToListAsync(stop)).ConvertAll(View);

    /// <summary>Sets a rule from a day on that is not over; the past is never rewritten.</summary>
    public async Task<Outcome<RuleView>> Set(RuleOrder order, CancellationToken stop)
    {
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        var code = errors.Required("code", order.Code, 60);
        if (!RuleCodes.All.Contains(code))
        {
            errors.Add("code", "Hãy chọn một trong các mục.", "Choose one of the options.");
        }
        int? amount = string.IsNullOrWhiteSpace(order.Amount) ? null
            : (int)errors.Whole("amount", order.Amount, 0, 36_500);
        var basis = errors.Required("legalBasis", order.LegalBasis, 300);
        var from = FirstDay(errors, order.ValidFrom);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var latest = await db.Rules.AsNoTracking().Where(rule => rule.Code == code)
            .OrderByDescending(rule => rule.ValidFrom).FirstAsync(stop);
        if (from <= latest.ValidFrom)
        {
            errors.Add("validFrom", $"Phải sau {Words.Date(latest.ValidFrom)}, ngày mức hiện có bắt đầu.",
                $"Must be after {Words.Date(latest.ValidFrom)}, when the present one begins.");
        }
        if (amount is null && latest.Amount is not null)
        {
            errors.Add("amount", "Hãy nhập một số nguyên.", "Enter a whole number.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var row = db.Add(new RuleRow
        {
            Code = code,
            ValidFrom = from,
            Amount = amount,
            Measure = latest.Measure,
            LegalBasis = basis,
            SetBy = caller.Signature,
            SetOn = clock.Today(),
        }).Entity;
        await db.SaveChangesAsync(stop);
        return View(row);
    }

    /// <summary>Words a purpose anew, or a new one; who consented to the wording before is asked again.</summary>
    public async Task<Outcome<PurposeView>> Word(PurposeOrder order, CancellationToken stop)
    {
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        var code = errors.Required("code", order.Code, 60);
        if (!code.All(sign => char.IsAsciiLetterLower(sign) || sign is '.' or '-'))
        {
            errors.Add("code", "Dùng chữ thường không dấu, dấu chấm và gạch nối.",
                "Use small letters, dots and hyphens.");
        }
        var (vietnamese, english) = (errors.Required("vietnamese", order.Vietnamese, 500),
            errors.Required("english", order.English, 500));
        var basis = errors.Required("legalBasis", order.LegalBasis, 300);
        var from = FirstDay(errors, order.ValidFrom);
        var latest = errors.Any ? null : await db.Purposes.AsNoTracking().Where(one => one.Code == code)
            .OrderByDescending(one => one.Version).FirstOrDefaultAsync(stop);
        if (latest is not null && from < latest.ValidFrom)
        {
            errors.Add("validFrom", $"Không được trước {Words.Date(latest.ValidFrom)}.",
                $"Not before {Words.Date(latest.ValidFrom)}.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var row = db.Add(new PurposeRow
        {
            Code = code,
            Version = (latest?.Version ?? 0) + 1,
            TextVi = vietnamese,
            TextEn = english,
            LegalBasis = basis,
            ValidFrom = from,
            SetBy = caller.Signature,
            SetOn = clock.Today(),
        }).Entity;
        await db.SaveChangesAsync(stop);
        return View(row);
    }

    private DateOnly FirstDay(FieldErrors errors, string? typed)
    {
        var day = errors.Day("validFrom", typed);
        if (day < clock.Today())
        {
            errors.Add("validFrom", "Không được ở quá khứ.", "Not in the past.");
        }
        return day;
    }

    private static PurposeView View(PurposeRow purpose) => new(purpose.Code, purpose.Version, purpose.TextVi,
        purpose.TextEn, purpose.LegalBasis, purpose.ValidFrom);

    private static RuleView View(RuleRow rule) => new(rule.Code, RuleCodes.NameOf(rule.Code).ToString(), rule.Amount,
        rule.Measure, rule.PeriodText.ToString(), rule.LegalBasis, rule.ValidFrom);
}
