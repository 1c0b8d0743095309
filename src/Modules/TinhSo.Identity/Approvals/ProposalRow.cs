using System.Text.Json;
using System.Text.Json.Serialization;
using TinhSo.Kernel;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Http;

namespace TinhSo.Identity.Approvals;

/// <summary>A proposal as stored.</summary>
[Audited]
internal sealed class ProposalRow
{
    public required Guid Id { get; init; }
    public required string Kind { get; init; }
    public required string Unit { get; init; }
    public required string TitleVi { get; init; }
    public required string TitleEn { get; init; }

    /// <summary>The change itself as JSON; its lines tell the same to people.</summary>
    [Unspoken]
    public required string What { get; init; }

    /// <summary>What was before and would be after, as JSON; it may show accounts, and the row stays for ever.
    /// </summary>
    [Unspoken]
    public required string Lines { get; init; }

    public required string Reason { get; init; }

    /// <summary>What searches compare: title, reason and proposer without marks.</summary>
    [Unspoken]
    public required string Folded { get; init; }

    /// <summary>Never <see cref="ProposalState.Expired"/>, which follows from the time.</summary>
    public required ProposalState State { get; set; }

    public required string ProposedBy { get; init; }
    public required DateTimeOffset ProposedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public string? DecidedBy { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public string? Note { get; set; }
    public required bool Alone { get; set; }

    public ProposalState StateAt(DateTimeOffset now) =>
        State is ProposalState.Waiting && ExpiresAt <= now ? ProposalState.Expired : State;

    public Proposal ToProposal(Text kindName, DateTimeOffset now, Func<string, string> nameOf) =>
        new(Id, Kind, kindName, Unit, new(TitleVi, TitleEn), ProposalJson.Read<List<ProposedLine>>(Lines), Reason,
            StateAt(now), ProposedBy, nameOf(ProposedBy), ProposedAt, ExpiresAt, DecidedBy,
            DecidedBy is null ? null : nameOf(DecidedBy), DecidedAt, Note, Alone);
}

/// <summary>One kind of change, erased of its type so that all are decided by the same code.</summary>
internal sealed record ProposalKind(
    string Name, Type What, string Permission, Text Title,
    Func<IServiceProvider, string, CancellationToken, Task<Outcome<ProposedChange>>> Foresee,
    Func<IServiceProvider, string, Proposal, CancellationToken, Task<Refusal?>> CarryOut);

/// <summary>How proposals are kept.</summary>
internal static class ProposalJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        // Read by people in the audit log, and never written into a page without being encoded there.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Options)!;
}
