using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Storage;

namespace TinhSo.Kernel.Privacy;

/// <summary>
/// The kernel's part of the register: the audit log, and the answers kept for programs that ask again.
/// </summary>
internal sealed class HoldRecords(Database database, AuditLog log) : IHoldPersonalData
{
    private const string Answers = "answers";
    private const string Audit = "audit";
    private const int RowsMax = 500;

    private static readonly Text Proof = new("Biết ai đã làm gì", "To know who did what");
    private static readonly Text Repeat =
        new("Trả lời lại một yêu cầu gửi hai lần", "To answer a request that comes twice");

    public IReadOnlyList<HeldField> Register { get; } =
    [
        OfAudit("who", new("Ai đã làm", "Who did it")),
        OfAudit("origin", new("Từ địa chỉ mạng nào", "From which address")),
        OfAudit("subject", new("Làm với ai, với gì", "To whom or to what")),
        OfAudit("why", new("Vì sao", "Why")), OfAudit("before", new("Trước khi sửa", "What was before")),
        OfAudit("after", new("Sau khi sửa", "What was after")),
        new("kernel_idempotency", "caller", new("Ai gửi yêu cầu", "Who asked"), Repeat, HeldBecause.OfSafety, Answers,
            []),
        new("kernel_idempotency", "body", new("Câu trả lời đã gửi", "The answer that was given"), Repeat,
            HeldBecause.OfSafety, Answers, []),
    ];

    public IReadOnlyList<string> Retires { get; } = [Answers];

    public async Task<IReadOnlyList<HeldValue>> Collect(DataSubject subject, CancellationToken stop)
    {
        var entries = await log.Read(new AuditFilter(Who: $"person:{subject.PersonId}"), null, RowsMax, stop);
        return [.. entries.SelectMany(entry => (HeldValue[])
        [
            new("kernel_audit", "who", Words.Moment(entry.At), entry.What),
            new("kernel_audit", "origin", Words.Moment(entry.At), entry.Origin ?? "–"),
        ])];
    }

    public async Task<IReadOnlyList<ErasedOrKept>> Erase(DataSubject subject, CancellationToken stop)
    {
        var entries = await log.Read(new AuditFilter(Who: $"person:{subject.PersonId}"), null, RowsMax, stop);
        return entries.Count == 0 ? [] : [new(new("Nhật ký hệ thống", "The audit log"), entries.Count, Audit)];
    }

    public async Task<long> Retire(string rule, DateTimeOffset before, CancellationToken stop)
    {
        if (rule != Answers)
        {
            throw new ArgumentException($"The kernel retires nothing by {rule}.", nameof(rule));
        }
        using var turn = await database.EnterWrite(stop);
        await using var connection = database.Connect();
        await connection.OpenAsync(stop);
        await using var delete = Sql.Command(connection, null,
            "delete from kernel_idempotency where created_at < @before", ("before", before.UtcDateTime));
        return await delete.ExecuteNonQueryAsync(stop);
    }

    private static HeldField OfAudit(string column, Text what) => new("kernel_audit", column, what, Proof,
        HeldBecause.OfSafety, Audit, ["auditor"]);
}
