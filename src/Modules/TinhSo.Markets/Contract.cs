using TinhSo.Kernel;
using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Http;

namespace TinhSo.Markets;

/// <summary>A market was registered or its particulars changed: the newest fact of a market describes it.</summary>
/// <param name="MarketId">The market.</param>
/// <param name="MarketName">Its name.</param>
/// <param name="Class">1, 2 or 3 by Decree 60/2024/NĐ-CP article 4, or 0 while it is not settled.</param>
/// <param name="Place">The commune's code, or null while it is not known.</param>
/// <param name="Digital">Whether it runs as Chợ 4.0.</param>
/// <param name="Demo">Whether it was made for demonstration.</param>
/// <param name="ChangedAt">UTC.</param>
public sealed record MarketDescribed(
    Guid MarketId, string MarketName, int Class, string? Place, bool Digital, bool Demo, DateTimeOffset ChangedAt)
    : IFact
{
    /// <inheritdoc/>
    public static string Name => "markets.market-described.v1";
}

/// <summary>A stall was registered, let, given up or got a sign: the newest fact of a stall describes it.</summary>
/// <param name="StallId">The stall.</param>
/// <param name="MarketId">Its market.</param>
/// <param name="Class">The class of its market, as above.</param>
/// <param name="Place">The commune's code, or null.</param>
/// <param name="TraderId">Who trades there, or null while it is vacant.</param>
/// <param name="HasSign">Whether it has a signed code that takes cashless payment.</param>
/// <param name="ChangedAt">UTC.</param>
public sealed record StallDescribed(
    Guid StallId, Guid MarketId, int Class, string? Place, Guid? TraderId, bool HasSign, DateTimeOffset ChangedAt)
    : IFact
{
    /// <inheritdoc/>
    public static string Name => "markets.stall-described.v1";
}

/// <summary>What payments for markets are counted as.</summary>
public static class MarketServices
{
    /// <summary>Fees of the market's board: rent, electricity, water, sanitation.</summary>
    public const string Fees = "market.fees";

    /// <summary>A trader's sale to a buyer; its reference is <c>stall:</c> and the stall's id.</summary>
    public const string Sale = "market.sale";
}

/// <summary>Why Markets refuses.</summary>
public static class MarketRefusals
{
    /// <summary>Another market's bills begin with this prefix.</summary>
    public static readonly Refusal PrefixTaken = new("markets.prefix-taken",
        new("Tiền tố số phiếu đã dùng cho chợ khác.", "Another market uses this prefix."));

    /// <summary>The market has another stall with this code.</summary>
    public static readonly Refusal StallCodeTaken = new("markets.stall-code-taken",
        new("Chợ đã có điểm kinh doanh mang mã này.", "The market has another stall with this code."));

    /// <summary>Somebody else has the stall.</summary>
    public static readonly Refusal StallIsLet = new("markets.stall-is-let",
        new("Điểm kinh doanh đang có người thuê.", "The stall is let to somebody else."));

    /// <summary>Nobody has the stall.</summary>
    public static readonly Refusal StallIsVacant = new("markets.stall-is-vacant",
        new("Điểm kinh doanh đang trống.", "The stall is vacant."));

    /// <summary>The trader has no bank account yet, so no code can take money for them.</summary>
    public static readonly Refusal NoBankAccount = new("markets.no-bank-account",
        new("Hộ kinh doanh chưa khai tài khoản ngân hàng.", "The trader has not given a bank account."));

    /// <summary>The board has no bank account yet, so nothing can be billed.</summary>
    public static readonly Refusal BoardHasNoAccount = new("markets.board-has-no-account",
        new("Ban quản lý chợ chưa khai tài khoản nhận tiền.", "The market's board has not given a bank account."));

    /// <summary>The stall has another meter of this kind.</summary>
    public static readonly Refusal HasMeter = new("markets.has-meter",
        new("Điểm kinh doanh đã có công tơ hoặc đồng hồ loại này.", "The stall has another meter of this kind."));

    /// <summary>A meter cannot run backwards.</summary>
    public static readonly Refusal ReadingTooLow = new("markets.reading-too-low",
        new("Chỉ số nhỏ hơn kỳ trước.", "The reading is below the one before."));
}

/// <summary>What the host asks of markets beside pages and API.</summary>
public interface IMarkets
{
    /// <summary>
    /// Registers the named markets of <c>markets/markets.json</c>, each with its source; again, only changes.
    /// </summary>
    /// <param name="folder">The folder of reference data.</param>
    /// <param name="stop">Ends the wait.</param>
    Task<LoadReport> LoadNamed(string folder, CancellationToken stop);

    /// <summary>Makes the markets, traders and stalls of the demonstration, marked as such; again, nothing.</summary>
    Task<DemoMarkets> LoadDemo(CancellationToken stop);
}

/// <summary>Whom and what the demonstration's people belong to.</summary>
/// <param name="MarketId">The market that the demonstration's manager and collector run.</param>
/// <param name="Traders">Traders of that market who have a bank account, by name.</param>
public sealed record DemoMarkets(Guid MarketId, IReadOnlyList<DemoTrader> Traders);

/// <summary>A trader of the demonstration.</summary>
public sealed record DemoTrader(Guid Id, string Name);
