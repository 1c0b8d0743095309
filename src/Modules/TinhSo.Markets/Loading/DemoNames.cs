namespace TinhSo.Markets.Loading;

/// <summary>Made-up names for the demonstration: common ones, put together by number.</summary>
internal static class DemoNames
{
    private static readonly string[] Families =
        ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Bùi", "Đặng", "Đỗ", "Ngô", "Đinh", "Lương", "Đoàn"];

    private static readonly string[] Middles = ["Thị", "Văn", "Thu", "Minh", "Ngọc", "Thanh", "Hồng"];

    private static readonly string[] Given =
    [
        "Hoa", "Lan", "Hương", "Dung", "Thủy", "Hạnh", "Nga", "Yến", "Sơn", "Hải", "Long", "Bình", "Đức", "Quý",
        "Tuyết", "Mai", "Phượng",
    ];

    private static readonly string[] Wares =
    [
        "Hải sản tươi", "Rau củ quả", "Thịt lợn", "Thịt gia cầm", "Quần áo may sẵn", "Giày dép", "Hàng khô",
        "Chả mực", "Hoa quả", "Đồ gia dụng", "Bún phở, ăn sáng", "Gạo và đậu", "Vải", "Hàng mã", "Tạp hóa",
    ];

    // Vietcombank, BIDV, VietinBank, Agribank, MB and Techcombank, by their six digits.
    private static readonly string[] BankBins = ["970436", "970418", "970415", "970405", "970422", "970407"];

    public static string Person(int seed) =>
        $"{Families[seed % Families.Length]} {Middles[seed / 3 % Middles.Length]} {Given[seed * 7 % Given.Length]}";

    public static string Goods(int seed) => Wares[seed * 11 % Wares.Length];

    public static string Bank(int seed) => BankBins[seed % BankBins.Length];
}
