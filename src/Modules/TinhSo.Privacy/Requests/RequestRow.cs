using TinhSo.Identity;
using TinhSo.Kernel;
using TinhSo.Kernel.Audit;
using TinhSo.Kernel.Storage;

namespace TinhSo.Privacy.Requests;

/// <summary>What a person may ask about the own data; seeing and taking it along needs no asking.</summary>
internal enum RequestKind
{
    /// <summary>Đính chính.</summary>
    Correct,

    /// <summary>Xóa.</summary>
    Erase,

    /// <summary>Hạn chế xử lý.</summary>
    Restrict,
}

/// <summary>How far a request has come.</summary>
internal enum RequestState
{
    /// <summary>Waits for an officer.</summary>
    Open,

    /// <summary>Was carried out.</summary>
    Done,

    /// <summary>Was refused, with the reason.</summary>
    Refused,

    /// <summary>The person took it back.</summary>
    Withdrawn,
}

/// <summary>What somebody asks about the own data. What the person wrote is sealed.</summary>
[Audited]
internal sealed class RequestRow
{
    public required Guid Id { get; init; }
    public required Guid PersonId { get; init; }
    public required RequestKind Kind { get; init; }
    public required PersonalField? Field { get; init; }
    [Sealed]
    public required string? Value { get; init; }
    [Sealed]
    public required string? Reason { get; init; }
    public required RequestState State { get; set; }
    public required DateTimeOffset AskedAt { get; init; }
    public required string AskedBy { get; init; }
    public required DateOnly DueOn { get; init; }
    public required string DueBasis { get; init; }
    public DateTimeOffset? DecidedAt { get; set; }
    public string? DecidedBy { get; set; }
    [Sealed]
    public string? Answer { get; set; }

    /// <summary>What was erased and what stayed, in JSON; null for what is no request to erase.</summary>
    public string? Outcome { get; set; }

    public static Text NameOf(RequestKind kind) => kind switch
    {
        RequestKind.Correct => new("Đính chính", "Correct"),
        RequestKind.Erase => new("Xóa dữ liệu", "Erase"),
        RequestKind.Restrict => new("Hạn chế sử dụng", "Restrict the use"),
        _ => throw new InvalidOperationException($"No such kind: {kind}."),
    };

    public static Text NameOf(RequestState state) => state switch
    {
        RequestState.Open => new("Đang chờ", "Waiting"),
        RequestState.Done => new("Đã thực hiện", "Carried out"),
        RequestState.Refused => new("Từ chối", "Refused"),
        RequestState.Withdrawn => new("Đã rút lại", "Taken back"),
        _ => throw new InvalidOperationException($"No such state: {state}."),
    };

    public static Text NameOf(PersonalField field) => field switch
    {
        PersonalField.Name => new("Họ và tên", "Full name"),
        PersonalField.PersonalId => new("Số định danh cá nhân", "Personal id"),
        PersonalField.Phone => new("Điện thoại", "Phone"),
        PersonalField.Email => new("Thư điện tử", "E-mail"),
        PersonalField.BirthDate => new("Ngày sinh", "Day of birth"),
        _ => throw new InvalidOperationException($"No such field: {field}."),
    };
}
