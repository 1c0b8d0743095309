using System.Text.Json;

namespace TinhSo.Ledger.Tests.Crashes;

/// <summary>How orders were given together.</summary>
internal enum Shape
{
    /// <summary>One by itself.</summary>
    One,

    /// <summary>All or none.</summary>
    Linked,

    /// <summary>Many, each by itself.</summary>
    Each,
}

/// <summary>What a caller is about to ask.</summary>
/// <param name="Number">Its own within its process.</param>
/// <param name="Caller">Who asks; a caller asks again only when it was answered.</param>
/// <param name="Shape">How the orders are given.</param>
/// <param name="Orders">The orders.</param>
internal sealed record Ask(long Number, int Caller, Shape Shape, IReadOnlyList<TransferOrder> Orders);

/// <summary>What one order was answered: a transfer, or the code of a refusal.</summary>
internal sealed record Answer(string? Refusal, LedgerTransfer? Transfer);

/// <summary>The answers to an ask, one for each of its orders.</summary>
internal sealed record Answered(long Number, IReadOnlyList<Answer> Answers);

/// <summary>One line of what a process says: an ask before it is given to the ledger, or its answer when it came.</summary>
internal sealed record Said(Ask? Ask, Answered? Answered)
{
    public string ToLine() => JsonSerializer.Serialize(this);

    /// <summary>Null for a line that a kill has cut short.</summary>
    public static Said? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Said>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
