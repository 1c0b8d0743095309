using Microsoft.AspNetCore.Http;
using TinhSo.Kernel.Http;

namespace TinhSo.Design;

/// <summary>
/// Which fields of the page show which errors, so that the summary on top can name them and lead to them.
/// </summary>
/// <remarks>
/// Fields are drawn after the summary, which is therefore told and draws itself again within the answer.
/// </remarks>
internal sealed class FieldsAtFault
{
    private readonly Dictionary<string, (Refusal Refusal, string Label, string Id)> fields =
        new(StringComparer.Ordinal);

    /// <summary>A field has said that it is at fault.</summary>
    public event Action? Told;

    /// <summary>Those of the page that is being answered; none are kept outside of an answer.</summary>
    public static FieldsAtFault Of(HttpContext? http)
    {
        if (http is null)
        {
            return new();
        }
        if (http.Items[typeof(FieldsAtFault)] is not FieldsAtFault kept)
        {
            http.Items[typeof(FieldsAtFault)] = kept = new();
        }
        return kept;
    }

    /// <summary>A field says what is at fault with it.</summary>
    public void Tell(Refusal refusal, string key, string label, string id)
    {
        if (fields.TryGetValue(key, out var told) && told == (refusal, label, id))
        {
            return;
        }
        fields[key] = (refusal, label, id);
        Told?.Invoke();
    }

    /// <summary>The field that shows an error of a refusal; null when none does.</summary>
    public (string Label, string Id)? Find(Refusal refusal, string key) =>
        fields.TryGetValue(key, out var told) && ReferenceEquals(told.Refusal, refusal) ? (told.Label, told.Id) : null;
}
