using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Notices;
using TinhSo.Payments.Statements.Files;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Settlements;

/// <summary>A file, with what its partner says of it.</summary>
/// <param name="PartnerId">Whose.</param>
/// <param name="Day">The settlement day.</param>
/// <param name="Lines">How many lines it must have beside the header.</param>
/// <param name="Total">What their amounts must come to, in đồng.</param>
/// <param name="FileName">As it was called.</param>
/// <param name="Content">Can be read twice.</param>
internal sealed record PartnerUpload(
    Guid PartnerId, DateOnly Day, long Lines, long Total, string? FileName, Stream Content);

/// <summary>Takes a partner's file in: looks at every line, and says of the bad ones what is wrong.</summary>
/// <remarks>
/// Line by line, so that 100,000 take no more memory than 500. Nothing is booked here. A file whose number of lines
/// or sum is not the partner's own is refused whole. The same file again, while the first stands, is the first.
/// </remarks>
internal sealed class TakePartnerFile(PaymentsDb db, ICaller caller, TimeProvider clock)
{
    public const string Permission = "payments.partner-files";
    public const int LinesMax = 200_000;
    public const long BytesMax = 32 * 1024 * 1024;
    private const int ChunkMax = 500;
    private const int FileNameMax = 100;

    public async Task<Outcome<PartnerFile>> Run(PartnerUpload upload, CancellationToken stop)
    {
        var partner = await db.Partners.AsNoTracking().SingleOrDefaultAsync(one => one.Id == upload.PartnerId, stop);
        if (partner is null || !caller.May(Permission, partner.Unit))
        {
            return KernelRefusals.NotFound;
        }
        var errors = new FieldErrors();
        var file = New(upload, Check(partner, upload, errors));
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(upload.Content, stop));
        if (await First(partner.Id, digest, stop) is { } first)
        {
            return Same(first, upload);
        }
        upload.Content.Position = 0;
        db.Add(file);
        await db.SaveChangesAsync(stop);
        await Read(file, partner, upload.Content, errors, stop);
        if (errors.Any)
        {
            db.ChangeTracker.Clear();
            await db.InTransaction(() => Forget(db, file.Id, stop), stop);
            return errors.ToRefusal();
        }
        var finished = await db.InTransaction(() => Finish(file, digest, upload, stop), stop);
        if (finished.IsRefused(out _, out var kept) || kept.Id != file.Id)
        {
            await db.InTransaction(() => Forget(db, file.Id, stop), stop);
        }
        return finished;
    }

    /// <summary>Deletes what was read from a file.</summary>
    public static async Task DropLines(PaymentsDb db, Guid fileId, CancellationToken stop)
    {
        await db.PartnerLines.Where(line => line.FileId == fileId).ExecuteDeleteAsync(stop);
        await db.PartnerFaults.Where(fault => fault.FileId == fileId).ExecuteDeleteAsync(stop);
    }

    /// <summary>Deletes a file that never became whole.</summary>
    public static async Task<bool> Forget(PaymentsDb db, Guid fileId, CancellationToken stop)
    {
        await DropLines(db, fileId, stop);
        return await db.PartnerFiles.Where(file => file.Id == fileId).ExecuteDeleteAsync(stop) > 0;
    }

    private string Check(Partner partner, PartnerUpload upload, FieldErrors errors)
    {
        if (upload.Content.Length > BytesMax)
        {
            errors.Add("file", $"Tệp tối đa {BytesMax / 1024 / 1024} MB.", $"At most {BytesMax / 1024 / 1024} MB.");
        }
        if (upload.Day > clock.Today())
        {
            errors.Add("day", "Ngày quyết toán chưa tới.", "The settlement day has not come yet.");
        }
        else if (!partner.IsActiveOn(upload.Day))
        {
            errors.Add("day", "Đối tác không hoạt động vào ngày này.", "The partner is not active on this day.");
        }
        return errors.Required("file", Path.GetFileName(upload.FileName), FileNameMax);
    }

    private PartnerFile New(PartnerUpload upload, string name) => new()
    {
        Id = Ids.New(clock),
        PartnerId = upload.PartnerId,
        Day = upload.Day,
        FileName = name,
        State = PartnerFileState.Uploading,
        Lines = (int)Math.Clamp(upload.Lines, 0, LinesMax),
        Total = upload.Total,
        UploadedBy = caller.Signature,
        UploadedAt = clock.GetUtcNow(),
    };

    private async Task Read(
        PartnerFile file, Partner partner, Stream content, FieldErrors errors, CancellationToken stop)
    {
        using var rows = new CsvRows(content, ',');
        var columns = rows.Next() ? PartnerCsv.Read(rows.Fields, errors) : null;
        var sums = new Sums();
        // Sixteen bytes a line tell whether a transaction stands twice in the file.
        var seen = new Dictionary<Guid, int>();
        var chunk = new Chunk();
        while (columns is not null && sums.Lines <= LinesMax && rows.Next())
        {
            if (rows.Fields.TrueForAll(field => field.Length == 0))
            {
                continue;
            }
            sums.Add(columns.Amount(rows.Fields));
            Look(file, partner, columns, rows, seen, chunk);
            if (chunk.Count >= ChunkMax)
            {
                await Keep(file, chunk, stop);
                chunk = new Chunk();
            }
        }
        await Keep(file, chunk, stop);
        if (rows.Fault is { } fault)
        {
            errors.Add("file", fault.Detail!.Vi, fault.Detail.En);
        }
        else if (columns is null)
        {
            errors.Add("file", "Tệp không có dòng nào.", "The file has no lines.");
        }
        else
        {
            sums.Compare(file, errors);
        }
    }

    private void Look(PartnerFile file, Partner partner, PartnerCsv columns, CsvRows row,
        Dictionary<Guid, int> seen, Chunk chunk)
    {
        var wrong = new FieldErrors();
        if (columns.Read(row.Fields, file.Day, clock.GetUtcNow(), wrong) is not { } entry)
        {
            chunk.Bad(file.Id, row.Line, wrong.ToRefusal().Fields);
            return;
        }
        var noticeId = KeepNotice.IdOf(partner.Account.Provider, entry.TransactionId);
        if (!seen.TryAdd(noticeId, row.Line))
        {
            wrong.Add("transaction_id", $"Mã giao dịch đã có ở dòng {seen[noticeId]}.",
                $"The transaction stands on line {seen[noticeId]} already.");
            chunk.Bad(file.Id, row.Line, wrong.ToRefusal().Fields);
            return;
        }
        chunk.Good.Add(new PartnerLine
        {
            Id = Ids.New(clock),
            FileId = file.Id,
            Line = row.Line,
            NoticeId = noticeId,
            TransactionId = entry.TransactionId,
            RequestCode = entry.RequestCode,
            Amount = entry.Amount,
            Fee = entry.Fee,
            PaidAt = entry.PaidAt,
            Terminal = entry.Terminal,
            State = PartnerLineState.Checked,
        });
    }

    private async Task Keep(PartnerFile file, Chunk chunk, CancellationToken stop)
    {
        var earlier = await BookPartnerFile.Earlier(db, chunk.Good, stop);
        foreach (var line in chunk.Good.Where(line =>
            earlier.TryGetValue(line.NoticeId, out var one) && !one.SaysAs(line)).ToList())
        {
            chunk.Bad(file.Id, line.Line,
                new Dictionary<string, Text> { ["transaction_id"] = BookPartnerFile.Differs });
            chunk.Good.Remove(line);
        }
        db.Attach(file);
        file.BadLines += chunk.BadLines;
        file.GoodTotal = checked(file.GoodTotal + chunk.Good.Sum(line => line.Amount));
        file.Fees = checked(file.Fees + chunk.Good.Sum(line => line.Fee));
        db.AddRange(chunk.Good);
        db.AddRange(chunk.Faults);
        await db.SaveChangesAsync(stop);
        db.ChangeTracker.Clear();
    }

    private async Task<Outcome<PartnerFile>> Finish(
        PartnerFile file, string digest, PartnerUpload upload, CancellationToken stop)
    {
        // Of the same file sent many times at once, the others find the first here.
        await db.Lock<Partner>(file.PartnerId, stop);
        if (await First(file.PartnerId, digest, stop) is { } first)
        {
            return Same(first, upload);
        }
        var kept = (await db.Lock<PartnerFile>(file.Id, stop))!;
        (kept.Digest, kept.State) = (digest, PartnerFileState.Checked);
        db.Record("payments.partner-file-taken", $"partner-file:{kept.Id}");
        await db.SaveChangesAsync(stop);
        return kept;
    }

    private Task<PartnerFile?> First(Guid partnerId, string digest, CancellationToken stop) =>
        db.PartnerFiles.AsNoTracking().SingleOrDefaultAsync(
            one => one.PartnerId == partnerId && one.Digest == digest, stop);

    private static Outcome<PartnerFile> Same(PartnerFile first, PartnerUpload upload)
    {
        if ((first.Day, first.Lines, first.Total) == (upload.Day, upload.Lines, upload.Total))
        {
            return first;
        }
        var errors = new FieldErrors();
        errors.Add("file", $"Tệp này đã nhận cho ngày {Words.Date(first.Day)}, với số dòng và tổng khi đó.",
            $"This file was taken for {Words.Date(first.Day)}, with the number of lines and the sum of then.");
        return errors.ToRefusal();
    }

    /// <summary>What the lines come to, against what the partner says.</summary>
    private sealed class Sums
    {
        private long total;
        private bool allRead = true;

        public long Lines { get; private set; }

        public void Add(long? amount)
        {
            Lines++;
            total = checked(total + (amount ?? 0));
            allRead &= amount is not null;
        }

        public void Compare(PartnerFile file, FieldErrors errors)
        {
            if (Lines > LinesMax)
            {
                errors.Add("file", $"Tối đa {Words.Number(LinesMax)} dòng mỗi tệp.",
                    $"At most {Words.Number(LinesMax)} lines in a file.");
            }
            if (Lines != file.Lines)
            {
                errors.Add("lines", $"Tệp có {Words.Number(Lines)} dòng, đối tác ghi {Words.Number(file.Lines)}.",
                    $"The file has {Words.Number(Lines)} lines, the partner says {Words.Number(file.Lines)}.");
            }
            // An amount that cannot be read is named with its line; a sum without it would say nothing.
            if (allRead && total != file.Total)
            {
                errors.Add("total", $"Tổng các dòng là {Words.Dong(total)}, đối tác ghi {Words.Dong(file.Total)}.",
                    $"The lines come to {Words.Dong(total)}, the partner says {Words.Dong(file.Total)}.");
            }
        }
    }

    private sealed class Chunk
    {
        public List<PartnerLine> Good { get; } = [];

        public List<PartnerFault> Faults { get; } = [];

        public int BadLines { get; private set; }

        public int Count => Good.Count + BadLines;

        public void Bad(Guid fileId, int line, IReadOnlyDictionary<string, Text> fields)
        {
            BadLines++;
            Faults.AddRange(fields.Select(one => PartnerFault.Of(fileId, line, one.Key, one.Value)));
        }
    }
}
