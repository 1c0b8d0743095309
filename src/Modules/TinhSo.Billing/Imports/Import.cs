using TinhSo.Kernel;
using TinhSo.Kernel.Storage;

namespace TinhSo.Billing.Imports;

/// <summary>How far an import has come.</summary>
internal enum ImportState
{
    /// <summary>The file is still coming in, or broke off.</summary>
    Uploading,

    /// <summary>Every row was looked at; nothing is issued yet.</summary>
    Checked,

    /// <summary>Its bills are being issued.</summary>
    Running,

    /// <summary>All that was to be issued is.</summary>
    Finished,

    /// <summary>Given up before anything was issued.</summary>
    Discarded,
}

/// <summary>A file of bills, and what came of it.</summary>
internal sealed class ImportRow
{
    public required Guid Id { get; init; }
    public required Guid ProviderId { get; init; }
    public required string FileName { get; init; }

    /// <summary>SHA-256 of the file, by which the same one is known again; null before it is whole and once it is
    /// given up.</summary>
    public string? Digest { get; set; }

    public required ImportState State { get; set; }
    public int RowCount { get; set; }
    public int BadRows { get; set; }

    /// <summary>What all good rows ask for together, in đồng.</summary>
    public long Amount { get; set; }

    public int Chunks { get; set; }
    public int DoneChunks { get; set; }
    public int Issued { get; set; }

    /// <summary>Rows whose bill had been issued before, with the same content.</summary>
    public int BeforeCount { get; set; }

    public int LeftOut { get; set; }
    public required string UploadedBy { get; init; }
    public required DateTimeOffset UploadedAt { get; init; }
    public string? DecidedBy { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
}

/// <summary>Some hundred rows of a file, sealed until their bills are issued and then gone.</summary>
internal sealed class ImportChunkRow
{
    public required Guid Id { get; init; }
    public required Guid ImportId { get; init; }
    public required int Sequence { get; init; }
    [Sealed]
    public required string Body { get; init; }
}

/// <summary>What is wrong with one field of one row. Never holds what was in it.</summary>
internal sealed class ImportFaultRow
{
    public required Guid ImportId { get; init; }

    /// <summary>The row's number as a spreadsheet shows it: the header is row 1.</summary>
    public required int RowNo { get; init; }

    /// <summary>The column's name, or <c>row</c>.</summary>
    public required string Field { get; init; }

    public required string ReasonVi { get; init; }
    public required string ReasonEn { get; init; }

    public Text Reason => new(ReasonVi, ReasonEn);
}
