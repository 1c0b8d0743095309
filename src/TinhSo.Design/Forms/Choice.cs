namespace TinhSo.Design;

/// <summary>One of the answers a field offers.</summary>
/// <param name="Value">What is sent.</param>
/// <param name="Label">What people read.</param>
/// <param name="Hint">A line under the label, where it needs one.</param>
public sealed record Choice(string Value, string Label, string? Hint = null);

/// <summary>How much weight a button carries; a page has one primary button.</summary>
public enum ButtonTone
{
    /// <summary>The one thing this page is for.</summary>
    Primary,

    /// <summary>Anything else that can be done.</summary>
    Secondary,

    /// <summary>What cannot be undone.</summary>
    Warning,
}
