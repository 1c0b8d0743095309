using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TinhSo.Identity.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Audit;

/// <summary>What an auditor asks the audit log, as it was typed.</summary>
/// <param name="Who">A user name, a signature such as <c>client:0197…</c>, or nothing.</param>
/// <param name="What">How the name of what was done begins.</param>
/// <param name="Subject">A part of what it was done to.</param>
/// <param name="From">The first day in Vietnam.</param>
/// <param name="To">The last day in Vietnam.</param>
/// <param name="Cursor">Where the page begins.</param>
internal sealed record AuditQuestion(
    string? Who, string? What, string? Subject, string? From, string? To, string? Cursor);

/// <summary>One entry, with the names of who did it and of whom it was done to.</summary>
internal sealed record AuditLine(
    long Number, DateTimeOffset At, string Who, string? Name, string? Origin, string What, string WhatName,
    string Subject, string? SubjectName, string? Why, string? Before, string? After);

/// <summary>Finds entries of the audit log for auditors of the province.</summary>
internal sealed class FindAudit(
    AuditLog log, IdentityDb db, ICaller caller, IEnumerable<AuditedName> names)
{
    public const string Permission = "audit.read";
    private const int ExportMax = 10_000;

    // Nobody signs so: it finds nothing.
    private const string Nobody = "nobody";

    /// <summary>A page of entries, newest first.</summary>
    public async Task<Outcome<Page<AuditLine>>> Find(AuditQuestion question, int limit, CancellationToken stop)
    {
        var read = await Read(question, limit + 1, stop);
        return read.IsRefused(out var refusal, out var lines)
            ? refusal
            : Page.Cut(lines, limit, line => line.Number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The newest 10,000 entries that fit.</summary>
    public Task<Outcome<IReadOnlyList<AuditLine>>> Export(AuditQuestion question, CancellationToken stop) =>
        Read(question with { Cursor = null }, ExportMax, stop);

    /// <summary>What was done, in words.</summary>
    public string NameOf(string what)
    {
        if (names.FirstOrDefault(name => name.Of == what) is { } whole)
        {
            return whole.Name.ToString();
        }
        var dot = what.LastIndexOf('.');
        if (dot < 0 || names.FirstOrDefault(name => name.Of == what[..dot]) is not { } table)
        {
            return what;
        }
        var done = what[(dot + 1)..] switch
        {
            "added" => Language.Say("thêm", "added"),
            "changed" => Language.Say("sửa", "changed"),
            _ => Language.Say("xóa", "removed"),
        };
        return $"{table.Name}: {done}";
    }

    private async Task<Outcome<IReadOnlyList<AuditLine>>> Read(AuditQuestion question, int max, CancellationToken stop)
    {
        if (!caller.May(Permission, Units.Province))
        {
            return KernelRefusals.Forbidden;
        }
        var errors = new FieldErrors();
        var from = Day(errors, "from", question.From);
        var to = Day(errors, "to", question.To);
        var cursor = 0L;
        if (!string.IsNullOrEmpty(question.Cursor)
            && !long.TryParse(question.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out cursor))
        {
            errors.Add("cursor", "Con trỏ trang không đúng.", "Not the cursor of a page.");
        }
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var who = await Signature(question.Who, stop);
        var filter = new AuditFilter(who, question.What?.Trim(), question.Subject?.Trim(),
            from is { } first ? VietnamTime.StartOf(first) : null,
            to is { } last && last < DateOnly.MaxValue ? VietnamTime.StartOf(last.AddDays(1)) : null);
        var entries = await log.Read(filter, cursor == 0 ? null : cursor, max, stop);
        var ids = entries.SelectMany(entry => (Guid?[])[IdIn(entry.Who), IdIn(entry.Subject)])
            .OfType<Guid>().Distinct().ToList();
        var known = await db.People.AsNoTracking().Where(person => ids.Contains(person.Id))
            .Select(person => new { person.Id, person.Name })
            .Concat(db.Clients.Where(client => ids.Contains(client.Id))
                .Select(client => new { client.Id, client.Name }))
            .ToDictionaryAsync(one => one.Id, one => one.Name, stop);
        return entries.Select(entry => new AuditLine(entry.Number, entry.At, entry.Who,
            NameIn(entry.Who), entry.Origin, entry.What, NameOf(entry.What), entry.Subject, NameIn(entry.Subject),
            entry.Why, entry.Before, entry.After)).ToList();

        string? NameIn(string signature) => IdIn(signature) is { } id ? known.GetValueOrDefault(id) : null;
    }

    private async Task<string?> Signature(string? who, CancellationToken stop)
    {
        var typed = who?.Trim().ToLowerInvariant() ?? "";
        if (typed is "" or "system" or "anonymous" || IdIn(typed) is not null)
        {
            return typed;
        }
        var person = await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.UserName == typed, stop);
        return person is null ? Nobody : $"person:{person.Id}";
    }

    // Of a person or a service client.
    private static Guid? IdIn(string signature) =>
        signature.Split(' ')[0].Split(':') is ["person" or "client", var written] && Guid.TryParse(written, out var id)
            ? id : null;

    private static DateOnly? Day(FieldErrors errors, string field, string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? null : errors.Day(field, typed);
}
