using TinhSo.Payments.Payees;
using TinhSo.Payments.Points;

namespace TinhSo.Payments.Requests;

/// <summary>The VietQR texts that payers scan.</summary>
internal static class Payloads
{
    /// <summary>For one payment: amount and memo are given.</summary>
    public static string Of(StoredRequest request, StoredPayee payee) => VietQr.Encode(new VietQrTransfer(
        payee.BankBin, payee.AccountNumber, VietQrTarget.Account, VietQrInitiation.Dynamic, request.Amount,
        request.Memo));

    /// <summary>For a sign: the payer types the amount.</summary>
    public static string Of(StoredPoint point, StoredPayee payee) => VietQr.Encode(new VietQrTransfer(
        payee.BankBin, payee.AccountNumber, Purpose: point.Memo));
}
