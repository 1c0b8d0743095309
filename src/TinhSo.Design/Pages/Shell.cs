namespace TinhSo.Design;

/// <summary>Whom a page is laid out for.</summary>
public enum Audience
{
    /// <summary>People who pay, verify, track or shop: one narrow column, large targets.</summary>
    People,

    /// <summary>Officers and boards: a navigation of nouns at the left, denser lists.</summary>
    Officers,

    /// <summary>Leaders: the whole width, figures first.</summary>
    Leaders,
}

/// <summary>Says on a page whom it is laid out for.</summary>
/// <remarks>Without it, what needs a permission is for officers, and the rest for people.</remarks>
[AttributeUsage(AttributeTargets.Class)]
public sealed class LaidOutForAttribute(Audience audience) : Attribute
{
    /// <summary>Whom.</summary>
    public Audience Audience => audience;
}

/// <summary>One entry of the page's navigation, a noun.</summary>
/// <param name="Current">Whether the page shown lies under this entry.</param>
public sealed record NavItem(string Href, string Label, bool Current = false);

/// <summary>Who is signed in, as the header names them.</summary>
/// <param name="Unit">The unit in which they act now; empty for people who act for themselves.</param>
/// <param name="AccountHref">Where they see to their own account; null when nowhere.</param>
public sealed record ShellUser(string Name, string Role = "", string Unit = "", string? AccountHref = null);

/// <summary>One step on the way from the start page to this one.</summary>
public sealed record Crumb(string Href, string Label);
