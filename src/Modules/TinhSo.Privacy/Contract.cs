using TinhSo.Kernel.Facts;
using TinhSo.Kernel.Http;

namespace TinhSo.Privacy;

/// <summary>Whether people have consented to what is only done with consent.</summary>
public interface IConsents
{
    /// <summary>Whether a person's consent to a purpose stands, in whatever version it was given.</summary>
    /// <param name="personId">Who.</param>
    /// <param name="purpose">The purpose's code, such as <c>contact.news</c>.</param>
    /// <param name="stop">Ends the wait.</param>
    Task<bool> Stands(Guid personId, string purpose, CancellationToken stop);
}

/// <summary>A person has consented to a purpose.</summary>
/// <param name="PersonId">Who.</param>
/// <param name="Purpose">The purpose's code.</param>
/// <param name="Version">Which wording was consented to.</param>
/// <param name="At">When, UTC.</param>
public sealed record ConsentGiven(Guid PersonId, string Purpose, int Version, DateTimeOffset At) : IFact
{
    /// <inheritdoc/>
    public static string Name => "privacy.consent-given.v1";
}

/// <summary>A person has withdrawn a consent: whatever was done because of it ends.</summary>
/// <param name="PersonId">Who.</param>
/// <param name="Purpose">The purpose's code.</param>
/// <param name="At">When, UTC.</param>
public sealed record ConsentWithdrawn(Guid PersonId, string Purpose, DateTimeOffset At) : IFact
{
    /// <inheritdoc/>
    public static string Name => "privacy.consent-withdrawn.v1";
}

/// <summary>Why Privacy refuses.</summary>
public static class PrivacyRefusals
{
    /// <summary>The person is too young to consent alone, and the caller does not represent the person.</summary>
    public static readonly Refusal NeedsRepresentative = new("privacy.needs-representative",
        new("Người chưa đủ tuổi cần người đại diện đồng ý thay.",
            "For somebody this young a representative consents."));

    /// <summary>The request was decided before.</summary>
    public static readonly Refusal AlreadyDecided = new("privacy.already-decided",
        new("Yêu cầu này đã được giải quyết.", "This request was decided before."));

    /// <summary>The same was asked before, and waits for an answer.</summary>
    public static readonly Refusal AlreadyAsked = new("privacy.already-asked",
        new("Bạn đã gửi yêu cầu này và đang chờ trả lời.", "You have asked this before; the answer is on its way."));

    /// <summary>A breach goes from open to notified to closed, and not back.</summary>
    public static readonly Refusal BreachState = new("privacy.breach-state",
        new("Không làm được ở trạng thái hiện tại của sự cố.", "The state of the breach does not allow it."));
}
