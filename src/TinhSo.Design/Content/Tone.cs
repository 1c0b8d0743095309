namespace TinhSo.Design;

/// <summary>How a state is to be taken; colour and sign follow from it.</summary>
public enum Tone
{
    /// <summary>Nothing to do: over, not yet begun, or without judgement.</summary>
    Quiet,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>To be looked at: late, uncertain, unmatched.</summary>
    Doubtful,

    /// <summary>Wrong, failed or overdue.</summary>
    Bad,

    /// <summary>Under way.</summary>
    Info,
}

/// <summary>One of several views of a page, each with its own address.</summary>
/// <param name="Count">How many things the view holds, or null.</param>
public sealed record TabItem(string Href, string Label, bool Current = false, long? Count = null);
