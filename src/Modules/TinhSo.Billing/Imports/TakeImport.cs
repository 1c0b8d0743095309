using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Claims;
using TinhSo.Billing.Storage;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Billing.Imports;

/// <summary>A row of a chunk, as it is kept until its bill is issued.</summary>
internal sealed record ImportLine(int RowNo, CleanClaim Claim);

/// <summary>Takes a file in: looks at every row, keeps the good ones sealed and says of the bad ones what is wrong.
/// </summary>
/// <remarks>
/// Row by row, so that a file of 200,000 takes no more memory than one of 500. Nothing is issued here. The same file
/// again, while the first stands, is the first.
/// </remarks>
internal sealed class TakeImport(
    BillingDb db, CheckClaim check, IssueClaims issue, ICaller caller, TimeProvider clock)
{
    public const string Permission = "billers.issue";
    public const int RowsMax = 200_000;
    public const long BytesMax = 64 * 1024 * 1024;
    public const int ChunkRows = IssueClaims.OrdersMax;
    private const int FileNameMax = 100;

    public async Task<Outcome<ImportRow>> Run(
        Guid providerId, string? fileName, Stream content, CancellationToken stop)
    {
        var provider = await db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.Id == providerId, stop);
        if (provider is null || !caller.May(Permission, provider.Unit))
        {
            return provider is null ? KernelRefusals.NotFound : KernelRefusals.Forbidden;
        }
        if (provider.PayeeId is null)
        {
            return BillingRefusals.ProviderHasNoAccount;
        }
        var errors = new FieldErrors();
        var name = errors.Required("fileName", Path.GetFileName(fileName), FileNameMax);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        var terms = await check.TermsOf(provider, stop);
        using var reader = new CsvReader(content, BytesMax);
        var import = New(providerId, name);
        try
        {
            if (ImportFile.Read(await reader.Next(stop), errors) is { } file)
            {
                db.Add(import);
                await db.SaveChangesAsync(stop);
                await ReadRows(import, terms, file, reader, errors, stop);
            }
        }
        catch (TooLargeException)
        {
            // Thrown by our own reader from within a read: the one way out of it.
            errors.Add("file", $"Tệp tối đa {BytesMax / 1024 / 1024} MB.", $"At most {BytesMax / 1024 / 1024} MB.");
        }
        if (!errors.Any && import.RowCount == 0)
        {
            errors.Add("file", "Tệp không có dòng nào.", "The file has no rows.");
        }
        if (errors.Any)
        {
            db.ChangeTracker.Clear();
            await db.InTransaction(() => Forget(import.Id, stop), stop);
            return errors.ToRefusal();
        }
        return await db.InTransaction(() => Finish(import, reader.Digest(), stop), stop);
    }

    private ImportRow New(Guid providerId, string name) => new()
    {
        Id = Ids.New(clock),
        ProviderId = providerId,
        FileName = name,
        State = ImportState.Uploading,
        UploadedBy = caller.Signature,
        UploadedAt = clock.GetUtcNow(),
    };

    private async Task ReadRows(ImportRow import, ClaimTerms terms, ImportFile file, CsvReader reader,
        FieldErrors errors, CancellationToken stop)
    {
        // Sixteen bytes a row tell whether a reference stands twice in the file.
        var seen = new Dictionary<Guid, int>();
        var chunk = new Chunk();
        var rowNo = 1;
        while (await reader.Next(stop) is { } row)
        {
            rowNo++;
            if (row is { Fields.Count: 0, Fault: null })
            {
                continue;
            }
            import.RowCount++;
            if (import.RowCount > RowsMax)
            {
                errors.Add("file", $"Tối đa {Words.Number(RowsMax)} dòng mỗi tệp.",
                    $"At most {Words.Number(RowsMax)} rows in a file.");
                return;
            }
            Look(terms, file, row, rowNo, seen, chunk);
            if (chunk.Rows == ChunkRows)
            {
                await Keep(import, chunk, stop);
                chunk = new Chunk();
            }
        }
        if (chunk.Rows > 0)
        {
            await Keep(import, chunk, stop);
        }
    }

    private void Look(ClaimTerms terms, ImportFile file, CsvRow row, int rowNo, Dictionary<Guid, int> seen, Chunk chunk)
    {
        chunk.Rows++;
        if (row.Fault is { } fault)
        {
            chunk.Bad(rowNo, "row", ImportFile.Say(fault));
            return;
        }
        if (file.Order(row.Fields) is not { } order)
        {
            chunk.Bad(rowNo, "row", new("Số ô không khớp với dòng đầu.", "There are not as many fields as columns."));
            return;
        }
        var errors = new FieldErrors();
        var claim = check.Check(terms, order, errors);
        if (errors.Any)
        {
            foreach (var (field, reason) in errors.ToRefusal().Fields)
            {
                chunk.Bad(rowNo, ImportFile.ColumnOf(field), reason);
            }
        }
        else if (!seen.TryAdd(claim.BillId, rowNo))
        {
            chunk.Bad(rowNo, "reference", new($"Mã tham chiếu đã có ở dòng {seen[claim.BillId]}.",
                $"The reference stands in row {seen[claim.BillId]} already."));
        }
        else
        {
            chunk.Good.Add(new(rowNo, claim));
        }
    }

    private async Task Keep(ImportRow import, Chunk chunk, CancellationToken stop)
    {
        var claims = chunk.Good.ConvertAll(line => line.Claim);
        var differing = await issue.Differing(claims, stop);
        foreach (var line in chunk.Good.Where(line => differing.Contains(line.Claim.BillId)))
        {
            chunk.Bad(line.RowNo, "reference", BillingRefusals.ReferenceUsedDifferently.Title);
        }
        chunk.Good.RemoveAll(line => differing.Contains(line.Claim.BillId));
        import.BadRows += chunk.BadRows;
        import.Amount = checked(import.Amount + chunk.Good.Sum(line => line.Claim.Amount));
        var sequence = import.Chunks++;
        // Sealed: names and codes of people stay here until the bills are issued.
        db.Add(new ImportChunkRow
        {
            Id = Ids.New(clock),
            ImportId = import.Id,
            Sequence = sequence,
            Body = JsonSerializer.Serialize(chunk.Good),
        });
        db.AddRange(chunk.Faults.Select(fault => new ImportFaultRow
        {
            ImportId = import.Id,
            RowNo = fault.RowNo,
            Field = fault.Field,
            ReasonVi = fault.Reason.Vi,
            ReasonEn = fault.Reason.En,
        }));
        await db.SaveChangesAsync(stop);
        db.ChangeTracker.Clear();
        db.Attach(import);
    }

    private async Task<Outcome<ImportRow>> Finish(ImportRow import, string digest, CancellationToken stop)
    {
        var first = await db.Imports.AsNoTracking().SingleOrDefaultAsync(
            i => i.ProviderId == import.ProviderId && i.Digest == digest, stop);
        if (first is not null)
        {
            await Forget(import.Id, stop);
            return first;
        }
        var kept = await db.Imports.SingleAsync(i => i.Id == import.Id, stop);
        (kept.Digest, kept.State) = (digest, ImportState.Checked);
        (kept.RowCount, kept.BadRows, kept.Amount, kept.Chunks) =
            (import.RowCount, import.BadRows, import.Amount, import.Chunks);
        db.Record("billing.import-taken", $"import:{kept.Id}");
        await db.SaveChangesAsync(stop);
        return kept;
    }

    private async Task<bool> Forget(Guid importId, CancellationToken stop)
    {
        await DropImports.Rows(db, importId, stop);
        return await db.Imports.Where(i => i.Id == importId).ExecuteDeleteAsync(stop) > 0;
    }

    private sealed class Chunk
    {
        private int lastBad;

        public List<ImportLine> Good { get; } = [];

        public List<(int RowNo, string Field, Text Reason)> Faults { get; } = [];

        public int Rows { get; set; }

        public int BadRows { get; private set; }

        public void Bad(int rowNo, string field, Text reason)
        {
            Faults.Add((rowNo, field, reason));
            BadRows += rowNo == lastBad ? 0 : 1;
            lastBad = rowNo;
        }
    }
}
