using TinhSo.Kernel;
using TinhSo.Payments.Storage;

namespace TinhSo.Payments.Settlements;

/// <summary>How far a file has come.</summary>
internal enum PartnerFileState
{
    /// <summary>Still coming in, or broken off.</summary>
    Uploading,

    /// <summary>Every line was looked at; nothing is booked yet.</summary>
    Checked,

    /// <summary>Its lines are becoming payments, or wait for an officer.</summary>
    Running,

    /// <summary>Every line that was to be booked is.</summary>
    Finished,

    /// <summary>Given up before anything was booked.</summary>
    Discarded,
}

/// <summary>What a partner has reported of one settlement day.</summary>
internal sealed class PartnerFile : IVersioned
{
    public required Guid Id { get; init; }
    public required Guid PartnerId { get; init; }
    public required DateOnly Day { get; init; }
    public required string FileName { get; init; }

    /// <summary>SHA-256 of the file, by which the same one is known again; null before it is whole and once it is
    /// given up.</summary>
    public string? Digest { get; set; }

    public required PartnerFileState State { get; set; }

    /// <summary>How many lines there are beside the header, as the partner says too.</summary>
    public required int Lines { get; init; }

    /// <summary>What they come to, as the partner says too, in đồng.</summary>
    public required long Total { get; init; }

    public int BadLines { get; set; }

    /// <summary>What the lines without a fault come to.</summary>
    public long GoodTotal { get; set; }

    /// <summary>What the partner will keep of it; shown, and booked by nobody before it pays out.</summary>
    public long Fees { get; set; }

    public required string UploadedBy { get; init; }
    public required DateTimeOffset UploadedAt { get; init; }
    public string? DecidedBy { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
    public long Version { get; set; }
}

/// <summary>How far a line has come.</summary>
internal enum PartnerLineState
{
    /// <summary>Without a fault; nothing has come of it yet.</summary>
    Checked,

    /// <summary>Kept as a notice, which is to be decided.</summary>
    Kept,

    /// <summary>Decided: it pays, or waits in suspense.</summary>
    Decided,

    /// <summary>An earlier file had the same line: it has had its effect.</summary>
    Before,

    /// <summary>An earlier file had its transaction with another content: it has no effect, and says why.</summary>
    LeftOut,
}

/// <summary>One transaction of a file.</summary>
internal sealed class PartnerLine
{
    public required Guid Id { get; init; }
    public required Guid FileId { get; init; }

    /// <summary>The line's number in the file: the header is line 1.</summary>
    public required int Line { get; init; }

    /// <summary>The notice that it becomes: of a partner's transaction always the same one.</summary>
    public required Guid NoticeId { get; init; }

    public required string TransactionId { get; init; }

    /// <summary>What the payer paid for, as it was read at the counter or terminal; may be empty or wrong.</summary>
    public required string RequestCode { get; init; }

    public required long Amount { get; init; }
    public required long Fee { get; init; }
    public required DateTimeOffset PaidAt { get; init; }
    public required string? Terminal { get; init; }
    public required PartnerLineState State { get; set; }

    /// <summary>Whether both tell of the same money in the same way.</summary>
    public bool SaysAs(PartnerLine other) =>
        (NoticeId, RequestCode, Amount, Fee, PaidAt, Terminal)
        == (other.NoticeId, other.RequestCode, other.Amount, other.Fee, other.PaidAt, other.Terminal);
}

/// <summary>What is wrong with one field of one line. Never holds what was in it.</summary>
internal sealed class PartnerFault
{
    public required Guid FileId { get; init; }
    public required int Line { get; init; }

    /// <summary>The column's name, or <c>line</c> for the line as a whole.</summary>
    public required string Field { get; init; }

    public required string ReasonVi { get; init; }
    public required string ReasonEn { get; init; }

    public Text Reason => new(ReasonVi, ReasonEn);

    public static PartnerFault Of(Guid fileId, int line, string field, Text reason) =>
        new() { FileId = fileId, Line = line, Field = field, ReasonVi = reason.Vi, ReasonEn = reason.En };
}
