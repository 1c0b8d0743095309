namespace TinhSo.Design;

/// <summary>The class that gives a button its weight.</summary>
internal static class ButtonClass
{
    public static string? Of(ButtonTone tone) => tone switch
    {
        ButtonTone.Secondary => "govuk-button--secondary",
        ButtonTone.Warning => "govuk-button--warning",
        _ => null,
    };
}
