using Microsoft.EntityFrameworkCore;
using TinhSo.Billing.Storage;
using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Privacy;

namespace TinhSo.Billing.Claims;

/// <summary>
/// Billing's part of the register of personal data: holders of providers' bills, and the codes that people keep.
/// </summary>
/// <remarks>Who a holder is, only the provider knows; a person's own list of codes is the person's.</remarks>
internal sealed class HoldHolders(BillingDb db) : IHoldPersonalData
{
    private const string Money = "money";
    private const string Accounts = "accounts";
    private const int RowsMax = 500;

    private static readonly string[] Staff = [Roles.Officer, Roles.Representative];
    private static readonly Text Billing =
        new("Đòi và ghi nhận khoản phải nộp của dịch vụ", "To ask for what services cost, and to record it");
    private static readonly Text Reminding =
        new("Để chủ mã tra nhanh khoản phải nộp, khi người đó đã đồng ý", "To find one's own bills soon, with consent");

    private static readonly Text OfConsent = new("Sự đồng ý của người đó (Luật 91/2025/QH15)",
        "The person's consent (Law 91/2025/QH15)");

    public IReadOnlyList<HeldField> Register { get; } =
    [
        Of("billing_holder", "code", new("Mã khách hàng của đơn vị thu", "Customer's code with a biller"), Staff),
        Secret("billing_holder", "code_index",
            new("Vết của mã khách hàng, để tìm", "A hash of that code, to search by")),
        Of("billing_holder", "name", new("Tên chủ phiếu", "Holder's name"), Staff),
        Secret("billing_import_chunk", "body",
            new("Dòng của tệp chờ lập phiếu", "Rows of a file that wait to be issued")),
        OfPerson("person_id", new("Người lưu mã", "Who keeps a code")),
        OfPerson("code", new("Mã khách hàng đã lưu", "Customer's code that is kept")),
        OfPerson("code_index", new("Vết của mã đã lưu", "A hash of the code that is kept")) with { IsSecret = true },
        OfPerson("label", new("Tên gợi nhớ của mã", "The person's own name for the code")),
    ];

    public IReadOnlyList<string> Retires => [];

    public async Task<IReadOnlyList<HeldValue>> Collect(DataSubject subject, CancellationToken stop)
    {
        var rows = await db.SavedCodes.AsNoTracking().Where(code => code.PersonId == subject.PersonId)
            .OrderByDescending(code => code.ConsentedAt).Take(RowsMax).ToListAsync(stop);
        return [.. rows.SelectMany(row => (HeldValue[])
        [
            new("billing_saved_code", "code", Words.Moment(row.ConsentedAt), row.Code),
            new("billing_saved_code", "label", Words.Moment(row.ConsentedAt), row.Label),
        ])];
    }

    public async Task<IReadOnlyList<ErasedOrKept>> Erase(DataSubject subject, CancellationToken stop)
    {
        var erased = await db.InTransaction(async () =>
        {
            var rows = await db.SavedCodes.Where(code => code.PersonId == subject.PersonId).ToListAsync(stop);
            db.RemoveRange(rows);
            await db.SaveChangesAsync(stop);
            return rows.Count;
        }, stop);
        return erased == 0 ? [] : [new(new("Mã khách hàng đã lưu", "Customers' codes that were kept"), erased, null)];
    }

    public Task<long> Retire(string rule, DateTimeOffset before, CancellationToken stop) =>
        throw new ArgumentException($"Billing retires nothing by {rule}.", nameof(rule));

    private static HeldField Of(string table, string column, Text what, IReadOnlyList<string> whoMaySee) =>
        new(table, column, what, Billing, HeldBecause.OfPublicTask, Money, whoMaySee);

    private static HeldField Secret(string table, string column, Text what) =>
        Of(table, column, what, []) with { IsSecret = true };

    private static HeldField OfPerson(string column, Text what) =>
        new("billing_saved_code", column, what, Reminding, OfConsent, Accounts, []);
}
