using Microsoft.AspNetCore.Http;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Statements;

namespace TinhSo.Payments.Api;

/// <summary>What is sent to import a file: by programs and by the page alike.</summary>
/// <param name="File">The bank's file.</param>
/// <param name="AccountId">Of which account it must be; needed for a table.</param>
/// <param name="FormatId">How a bank's own table is read; nothing for camt.</param>
/// <param name="Opening">What stood before a table's first entry, in đồng.</param>
/// <param name="Closing">What stands after its last.</param>
internal sealed record ImportForm(IFormFile File, Guid? AccountId, Guid? FormatId, long? Opening, long? Closing)
{
    /// <summary>The file with what is said of it; its content is the caller's to close.</summary>
    public static async Task<Outcome<StatementFile>> Read(HttpRequest request, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var form = request.HasFormContentType ? await request.ReadFormAsync(stop) : null;
        var file = form?.Files.GetFile("file");
        if (file is null || file.Length == 0)
        {
            errors.Add("file", "Hãy chọn tệp sổ phụ.", "Choose the statement's file.");
            return errors.ToRefusal();
        }
        var account = Id(errors, "accountId", form!["accountId"]);
        var format = Id(errors, "formatId", form["formatId"]);
        var opening = Amount(errors, "opening", form["opening"]);
        var closing = Amount(errors, "closing", form["closing"]);
        if (errors.Any)
        {
            return errors.ToRefusal();
        }
        return new StatementFile(file.OpenReadStream(), file.FileName, format, account, opening, closing);
    }

    private static Guid? Id(FieldErrors errors, string field, string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return null;
        }
        if (!Guid.TryParse(typed, out var id))
        {
            errors.Add(field, "Hãy chọn một trong các mục.", "Choose one of the options.");
        }
        return id;
    }

    private static long? Amount(FieldErrors errors, string field, string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? null : errors.Dong(field, typed, min: 0, max: 9_000_000_000_000_000);
}
