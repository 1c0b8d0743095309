using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using TinhSo.Kernel;
using TinhSo.Kernel.Http;

namespace TinhSo.Design;

/// <summary>What every field has: a name, a label, a hint, and its own error out of the refusal.</summary>
public abstract class Field : ComponentBase
{
    /// <summary>The name under which the value is sent; also the id, which the error summary links to.</summary>
    [Parameter, EditorRequired] public string Name { get; set; } = "";

    /// <summary>What is asked, in few words.</summary>
    [Parameter, EditorRequired] public string Label { get; set; } = "";

    /// <summary>How to answer, where the label does not say it.</summary>
    [Parameter] public string? Hint { get; set; }

    /// <summary>What came of the last attempt; the field shows its own error from it.</summary>
    [Parameter] public Refusal? Refusal { get; set; }

    /// <summary>The field's name in the refusal, when it differs from <see cref="Name"/>.</summary>
    [Parameter] public string? Key { get; set; }

    /// <summary>The id, when one page holds two fields of the same name.</summary>
    [Parameter] public string? Id { get; set; }

    /// <summary>Whether it may be left empty: fields say so when they may, for most may not.</summary>
    [Parameter] public bool Optional { get; set; }

    /// <summary>Whether the label is the page's question, set large.</summary>
    [Parameter] public bool Large { get; set; }

    [CascadingParameter] private HttpContext? Http { get; set; }

    /// <summary>The id in the page.</summary>
    protected string FieldId => Id ?? Key ?? Name;

    /// <summary>What is wrong with it, or null.</summary>
    protected Text? Error =>
        Refusal is not null && Refusal.Fields.TryGetValue(Key ?? Name, out var error) ? error : null;

    /// <summary>The id of the hint, whether shown or not.</summary>
    protected string HintId => $"{FieldId}-hint";

    /// <summary>The id of the error, whether shown or not.</summary>
    protected string ErrorId => $"{FieldId}-error";

    /// <summary>What a screen reader reads after the label.</summary>
    protected string? DescribedBy => (Hint, Error) switch
    {
        (null or "", null) => null,
        (null or "", not null) => ErrorId,
        (_, null) => HintId,
        _ => $"{HintId} {ErrorId}",
    };

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (Refusal is not null && Error is not null)
        {
            FieldsAtFault.Of(Http).Tell(Refusal, Key ?? Name, Label, FieldId);
        }
    }

    /// <summary>The classes of the group around the field.</summary>
    protected string GroupClass => Error is null ? "govuk-form-group" : "govuk-form-group govuk-form-group--error";

    /// <summary>The class of a label set large or not.</summary>
    protected string LabelClass => Large ? "govuk-label govuk-label--m" : "govuk-label";

    /// <summary>The class of a control, with its error form.</summary>
    protected string ControlClass(string block, string? more = null) =>
        string.Join(' ', new[] { block, Error is null ? null : $"{block}--error", more }.OfType<string>());
}
