using TinhSo.Design;
using TinhSo.Kernel;

namespace TinhSo.Payments.Shifts;

/// <summary>What the states of shifts are called on pages.</summary>
internal static class ShiftWords
{
    public static (Text Name, Tone Tone) Of(ShiftState state) => state switch
    {
        ShiftState.Opening => (new("Chờ ký tiền lẻ", "Waits for the float"), Tone.Doubtful),
        ShiftState.Open => (new("Đang thu", "Open"), Tone.Info),
        ShiftState.Counted => (new("Chờ bàn giao", "Counted"), Tone.Doubtful),
        ShiftState.HandedOver => (new("Đã bàn giao", "Handed over"), Tone.Good),
        ShiftState.Cancelled => (new("Đã hủy", "Cancelled"), Tone.Quiet),
        _ => throw new InvalidOperationException($"No such state: {state}."),
    };

    /// <summary>What a difference is called: its sign alone is easily read wrongly.</summary>
    public static string Difference(long difference) => difference switch
    {
        > 0 => Language.Say($"Thừa {Words.Dong(difference)}", $"{Words.Dong(difference)} too much"),
        < 0 => Language.Say($"Thiếu {Words.Dong(-difference)}", $"{Words.Dong(-difference)} too little"),
        _ => Language.Say("Khớp", "It agrees"),
    };

    /// <summary>The number of a shift's record, short enough to be read aloud.</summary>
    public static string Number(CashShift shift) =>
        $"{VietnamTime.DayOf(shift.OpenedAt):yyyyMMdd}-{shift.Id.ToString("N")[^6..].ToUpperInvariant()}";
}
