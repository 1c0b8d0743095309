namespace TinhSo.Ledger.Books;

/// <summary>Whether an order means a transfer that stands already.</summary>
internal static class OrderMatch
{
    /// <summary>Whether <paramref name="transfer"/>, which has the order's id, also has its content.</summary>
    public static bool IsAnsweredBy(this TransferOrder order, LedgerTransfer transfer) =>
        order.Kind == transfer.Kind
        && order.Original == transfer.Original
        && IsAccount(order, order.Debit, transfer.Debit)
        && IsAccount(order, order.Credit, transfer.Credit)
        && IsAmount(order, transfer.Amount)
        && order.Code == transfer.Code
        && order.Channel == transfer.Channel
        && order.Place == transfer.Place
        && order.Reference == transfer.Reference
        && (order.ExpiresAt is { } at ? Instants.Cut(at) : null) == transfer.ExpiresAt;

    /// <summary>Whether the order can capture, release or reverse <paramref name="original"/>.</summary>
    public static bool Fits(this TransferOrder order, LedgerTransfer original) => order.Kind switch
    {
        TransferKind.Capture or TransferKind.Release => original.Kind is TransferKind.Reserve
            && IsAccount(order, order.Debit, original.Debit)
            && IsAccount(order, order.Credit, original.Credit)
            && (order.Kind is TransferKind.Capture || IsAmount(order, original.Amount)),
        TransferKind.Reverse => original.Kind is TransferKind.Post or TransferKind.Capture
            && IsAccount(order, order.Debit, original.Credit)
            && IsAccount(order, order.Credit, original.Debit)
            && IsAmount(order, original.Amount),
        _ => false,
    };

    private static bool IsAccount(TransferOrder order, Guid named, Guid account) =>
        named == account || (named == Guid.Empty && order.Original is not null);

    private static bool IsAmount(TransferOrder order, long amount) => order.Amount == amount
        || (order.Amount == 0 && order.Kind is TransferKind.Release or TransferKind.Reverse);
}
