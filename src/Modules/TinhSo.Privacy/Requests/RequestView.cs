using System.Text.Json;
using TinhSo.Identity;
using TinhSo.Kernel;

namespace TinhSo.Privacy.Requests;

/// <summary>A request as its person and its officer see it.</summary>
/// <param name="Id">The request.</param>
/// <param name="PersonId">Whose data it is about.</param>
/// <param name="Kind">What is asked.</param>
/// <param name="Field">The field to correct, or null.</param>
/// <param name="Value">Its new value, or null.</param>
/// <param name="Reason">Why, as the person says, or null.</param>
/// <param name="State">How far it has come.</param>
/// <param name="AskedAt">When, UTC.</param>
/// <param name="DueOn">The last day to answer it.</param>
/// <param name="DueBasis">Which text sets that day.</param>
/// <param name="DecidedAt">When it was answered, or null.</param>
/// <param name="Answer">The officer's words, or null.</param>
/// <param name="Outcome">What was erased, and what stayed and why; empty for other kinds.</param>
internal sealed record RequestView(Guid Id, Guid PersonId, RequestKind Kind, PersonalField? Field, string? Value,
    string? Reason, RequestState State, DateTimeOffset AskedAt, DateOnly DueOn, string DueBasis,
    DateTimeOffset? DecidedAt, string? Answer, IReadOnlyList<OutcomeLine> Outcome)
{
    /// <summary>What is asked, in words.</summary>
    public string Title => Field is { } one
        ? $"{RequestRow.NameOf(Kind)}: {RequestRow.NameOf(one)}" : RequestRow.NameOf(Kind).ToString();

    public static RequestView Of(RequestRow row) =>
        new(row.Id, row.PersonId, row.Kind, row.Field, row.Value, row.Reason,
        row.State, row.AskedAt, row.DueOn, row.DueBasis, row.DecidedAt, row.Answer,
        row.Outcome is null ? [] : JsonSerializer.Deserialize<OutcomeLine[]>(row.Outcome)!);
}

/// <summary>What came of one kind of data when a person asked to have everything erased.</summary>
/// <param name="What">The kind.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="KeptFor">How long it stays; null when it was erased.</param>
/// <param name="KeptBecause">The text that obliges to keep it; null when it was erased.</param>
/// <param name="Why">What is particular to this person, or null.</param>
internal sealed record OutcomeLine(Text What, long Rows, Text? KeptFor, string? KeptBecause, Text? Why)
{
    /// <summary>The line as people read it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Sentence => KeptBecause is null
        ? Language.Say($"{What.Vi}: đã xóa.", $"{What.En}: erased.")
        : Language.Say($"{What.Vi}: còn giữ ({KeptFor?.Vi.ToLowerInvariant()}). {Why?.Vi} Căn cứ: {KeptBecause}.",
            $"{What.En}: kept ({KeptFor?.En.ToLowerInvariant()}). {Why?.En} Basis: {KeptBecause}.");
}
