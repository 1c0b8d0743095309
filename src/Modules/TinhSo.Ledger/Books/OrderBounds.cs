namespace TinhSo.Ledger.Books;

/// <summary>The bounds of each field of an order, which keep any one order from failing the batch it is in.</summary>
internal static class OrderBounds
{
    public const int LinkedMax = 1_000;
    public const int EachMax = 8_190;
    private const int OwnerLengthMax = 100;
    private const int KindLengthMax = 60;
    private const int CodeLengthMax = 60;
    private const int PlaceLengthMax = 20;
    private const int ReferenceLengthMax = 100;
    private const AccountRules AllRules =
        AccountRules.DebitsMustNotExceedCredits | AccountRules.CreditsMustNotExceedDebits;

    public static bool Holds(AccountOrder order) =>
        order.Id != Guid.Empty
        && Fits(order.Owner, OwnerLengthMax)
        && Fits(order.Kind, KindLengthMax)
        && (order.Rules & ~AllRules) == 0;

    public static bool Holds(TransferOrder order, DateTimeOffset now) =>
        order.Id != Guid.Empty
        && Fits(order.Code, CodeLengthMax)
        && order.Channel is Channels.Cash or Channels.VietQr or Channels.BankTransfer or Channels.Card
            or Channels.Wallet or Channels.Counter or Channels.Internal
        && (order.Place is null || Fits(order.Place, PlaceLengthMax))
        && (order.Reference is null || Fits(order.Reference, ReferenceLengthMax))
        && order.Kind switch
        {
            TransferKind.Post => order.Amount > 0 && NamesBothAccounts(order) && order.Original is null
                && order.ExpiresAt is null,
            TransferKind.Reserve => order.Amount > 0 && NamesBothAccounts(order) && order.Original is null
                && (order.ExpiresAt is null || order.ExpiresAt > now),
            TransferKind.Capture => order.Amount > 0 && NamesOriginal(order),
            TransferKind.Release or TransferKind.Reverse => order.Amount >= 0 && NamesOriginal(order),
            _ => false,
        };

    private static bool NamesBothAccounts(TransferOrder order) =>
        order.Debit != Guid.Empty && order.Credit != Guid.Empty;

    private static bool NamesOriginal(TransferOrder order) =>
        order.Original is { } original && original != Guid.Empty && order.ExpiresAt is null;

    // A control character or half a surrogate pair is nothing that both engines can store and give back.
    private static bool Fits(string text, int lengthMax)
    {
        if (text.Length == 0 || text.Length > lengthMax)
        {
            return false;
        }
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || (char.IsLowSurrogate(text[i])))
            {
                return false;
            }
            if (char.IsHighSurrogate(text[i]) && !(++i < text.Length && char.IsLowSurrogate(text[i])))
            {
                return false;
            }
        }
        return true;
    }
}
