using Microsoft.EntityFrameworkCore;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Privacy;
using TinhSo.Privacy.Representatives;
using TinhSo.Privacy.Requests;
using TinhSo.Privacy.Storage;

namespace TinhSo.Privacy.Subjects;

/// <summary>Privacy's own part of the register: consents, requests, representatives.</summary>
internal sealed class HoldRights(PrivacyDb db) : IHoldPersonalData
{
    private const string Requests = "requests";
    private const int RowsMax = 500;

    private static readonly string[] Officers = [Roles.DataProtection, Roles.Administrator];
    private static readonly Text Proof =
        new("Chứng minh đã đồng ý, đã yêu cầu", "To prove what was consented to and asked for");

    public IReadOnlyList<HeldField> Register { get; } =
    [
        Of("privacy_consent", "person_id", new("Sự đồng ý đã cho", "Consents given")),
        Of("privacy_request", "person_id", new("Yêu cầu về dữ liệu của mình", "Requests about the own data")),
        Of("privacy_request", "value", new("Giá trị mới đề nghị", "The new value asked for")),
        Of("privacy_request", "reason", new("Lý do của người yêu cầu", "The person's reason")),
        Of("privacy_request", "answer", new("Câu trả lời", "The answer")),
        Of("privacy_representation", "person_id", new("Được ai đại diện", "Represented by whom")),
        Of("privacy_representation", "representative_id", new("Đại diện cho ai", "Represents whom")),
        Of("privacy_representation", "proof", new("Giấy tờ chứng minh quan hệ", "Proof of the relation")),
    ];

    public IReadOnlyList<string> Retires { get; } = [Requests];

    public async Task<IReadOnlyList<HeldValue>> Collect(DataSubject subject, CancellationToken stop)
    {
        var me = subject.PersonId;
        var held = new List<HeldValue>();
        foreach (var one in await db.Consents.AsNoTracking().Where(row => row.PersonId == me)
            .OrderByDescending(row => row.GivenAt).Take(RowsMax).ToListAsync(stop))
        {
            held.Add(new("privacy_consent", "person_id", $"{one.Purpose} ({one.Version})",
                $"{Words.Moment(one.GivenAt)} – {(one.WithdrawnAt is { } at ? Words.Moment(at) : "…")}"));
        }
        foreach (var one in await db.Requests.AsNoTracking().Where(row => row.PersonId == me)
            .OrderByDescending(row => row.AskedAt).Take(RowsMax).ToListAsync(stop))
        {
            var (title, at) = (RequestView.Of(one).Title, Words.Moment(one.AskedAt));
            held.Add(new("privacy_request", "person_id", at, title));
            (string Column, string? Value)[] written =
                [("value", one.Value), ("reason", one.Reason), ("answer", one.Answer)];
            held.AddRange(written.Where(part => part.Value is not null)
                .Select(part => new HeldValue("privacy_request", part.Column, at, part.Value!)));
        }
        foreach (var one in await db.Representations.AsNoTracking()
            .Where(row => row.PersonId == me || row.RepresentativeId == me)
            .OrderByDescending(row => row.Id).Take(RowsMax).ToListAsync(stop))
        {
            held.Add(new("privacy_representation", one.PersonId == me ? "person_id" : "representative_id",
                Words.Date(one.ValidFrom), RepresentationRow.NameOf(one.Kind)));
            held.Add(new("privacy_representation", "proof", Words.Date(one.ValidFrom), one.Proof));
        }
        return held;
    }

    public async Task<IReadOnlyList<ErasedOrKept>> Erase(DataSubject subject, CancellationToken stop)
    {
        var rows = await db.Consents.CountAsync(row => row.PersonId == subject.PersonId, stop)
            + await db.Requests.CountAsync(row => row.PersonId == subject.PersonId, stop);
        return rows == 0 ? [] :
        [
            new(new("Sự đồng ý và yêu cầu của bạn", "Your consents and requests"), rows, Requests),
        ];
    }

    public Task<long> Retire(string rule, DateTimeOffset before, CancellationToken stop) => rule != Requests
        ? throw new ArgumentException($"Privacy retires nothing by {rule}.", nameof(rule))
        : db.InTransaction<long>(async () =>
            await db.Requests.Where(row => row.DecidedAt < before).ExecuteDeleteAsync(stop)
            + await db.Consents.Where(row => row.WithdrawnAt < before).ExecuteDeleteAsync(stop), stop);

    private static HeldField Of(string table, string column, Text what) =>
        new(table, column, what, Proof, HeldBecause.OfRights, Requests, Officers);
}
