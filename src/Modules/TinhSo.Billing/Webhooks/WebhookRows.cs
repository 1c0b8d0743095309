using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Storage;

namespace TinhSo.Billing.Webhooks;

/// <summary>Where a biller's own system wants to be told what happened to its bills and its money.</summary>
[Audited]
internal sealed class WebhookRow
{
    public required Guid Id { get; init; }
    public required string Unit { get; init; }
    public required string Name { get; init; }
    public required string Url { get; init; }

    /// <summary>Names of <see cref="WebhookEvents"/>, parted by spaces.</summary>
    public required string Events { get; init; }

    /// <summary>What messages are signed with, as <see cref="WebhookSignature"/> writes it.</summary>
    [Sealed]
    public required string Secret { get; set; }

    /// <summary>The one before, with which messages are signed too until <see cref="OldSecretEndsAt"/>.</summary>
    [Sealed]
    public string? OldSecret { get; set; }

    public DateTimeOffset? OldSecretEndsAt { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }

    /// <summary>Messages wait while it is set.</summary>
    public DateTimeOffset? PausedAt { get; set; }

    /// <summary>Nothing is sent any more, for ever.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>One thing that happened, as it is told to one receiver.</summary>
internal sealed class WebhookMessageRow
{
    /// <summary>The message's id: the same however often it is sent.</summary>
    public required Guid Id { get; init; }
    public required Guid WebhookId { get; init; }
    public required string Event { get; init; }

    /// <summary>What it is about, such as a bill's number, by which people find it.</summary>
    public required string Subject { get; init; }

    /// <summary>The very text that is sent and signed.</summary>
    public required string Body { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required MessageState State { get; set; }

    /// <summary>When it is to be sent next; nobody else sends it until then.</summary>
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>How often it was sent since it was last asked for.</summary>
    public int Attempts { get; set; }
    public DateTimeOffset? DeliveredAt { get; set; }
}

/// <summary>One time that a message was sent.</summary>
internal sealed class WebhookAttemptRow
{
    public required Guid Id { get; init; }
    public required Guid MessageId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The status that came back, or null when none did.</summary>
    public required int? Status { get; init; }

    /// <summary>Why none came, or what the receiver said to a refusal, cut short.</summary>
    public required string? Fault { get; init; }
    public required int Milliseconds { get; init; }
}

/// <summary>How far a message has come.</summary>
internal enum MessageState
{
    /// <summary>To be sent, for the first time or again.</summary>
    Waiting,

    /// <summary>The receiver took it.</summary>
    Delivered,

    /// <summary>Given up after the last attempt; it can be sent again by hand.</summary>
    Dead,
}
