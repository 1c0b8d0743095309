using Microsoft.AspNetCore.Http;
using TinhSo.Kernel.Http;
using TinhSo.Payments.Settlements;

namespace TinhSo.Payments.Api;

/// <summary>What is sent with a partner's file: by programs and by the page alike.</summary>
internal static class PartnerFileForm
{
    private const long TotalMax = 9_000_000_000_000_000;

    /// <summary>The file with what is said of it; its content is the caller's to close.</summary>
    public static async Task<Outcome<PartnerUpload>> Read(HttpRequest request, CancellationToken stop)
    {
        var errors = new FieldErrors();
        var form = request.HasFormContentType ? await request.ReadFormAsync(stop) : null;
        var file = form?.Files.GetFile("file");
        if (file is null || file.Length == 0)
        {
            errors.Add("file", "Hãy chọn tệp của đối tác.", "Choose the partner's file.");
        }
        if (!Guid.TryParse(Field("partnerId"), out var partnerId))
        {
            errors.Add("partnerId", "Hãy chọn đối tác.", "Choose the partner.");
        }
        var day = errors.Day("day", Field("day"));
        var lines = errors.Whole("lines", Field("lines"), 1, TakePartnerFile.LinesMax);
        var total = errors.Dong("total", Field("total"), 1, TotalMax);
        return errors.Any
            ? errors.ToRefusal()
            : new PartnerUpload(partnerId, day, lines, total, file!.FileName, file.OpenReadStream());

        string? Field(string name) => form?[name].ToString();
    }
}
