namespace TinhSo.Kernel.Privacy;

/// <summary>What a module holds about living people: its part of the register, and the ways to it.</summary>
/// <remarks>A test fails for a column that looks personal and is in no register.</remarks>
public interface IHoldPersonalData
{
    /// <summary>Every column that holds something about a person.</summary>
    IReadOnlyList<HeldField> Register { get; }

    /// <summary>What is held about somebody, at most 500 rows of each table, newest first.</summary>
    Task<IReadOnlyList<HeldValue>> Collect(DataSubject subject, CancellationToken stop);

    /// <summary>
    /// Erases what nothing obliges to keep, and tells of each kind what was erased or under which rule it stays.
    /// </summary>
    /// <remarks>The same again changes nothing.</remarks>
    Task<IReadOnlyList<ErasedOrKept>> Erase(DataSubject subject, CancellationToken stop);

    /// <summary>The rules of retention by which this module erases or disguises what has become old.</summary>
    IReadOnlyList<string> Retires { get; }

    /// <summary>Erases or disguises what came to its end before an instant; returns how many rows.</summary>
    /// <param name="rule">One of <see cref="Retires"/>.</param>
    /// <param name="before">The instant.</param>
    /// <param name="stop">Ends the wait.</param>
    Task<long> Retire(string rule, DateTimeOffset before, CancellationToken stop);
}

/// <summary>
/// One column that holds something about a person, as art. 21 of Law 91/2025/QH15 wants it registered.
/// </summary>
/// <param name="Table">Such as <c>identity_person</c>; begins with the module's name.</param>
/// <param name="Column">Such as <c>phone</c>.</param>
/// <param name="What">What it is.</param>
/// <param name="Purpose">What it is used for.</param>
/// <param name="LegalBasis">What allows it.</param>
/// <param name="Retention">The code of the rule that says how long it stays, such as <c>sessions</c>.</param>
/// <param name="WhoMaySee">The roles that see it, besides the person.</param>
public sealed record HeldField(string Table, string Column, Text What, Text Purpose, Text LegalBasis, string Retention,
    IReadOnlyList<string> WhoMaySee)
{
    /// <summary>Whether a person is told that it is held, and not its value: a hash tells nobody anything.</summary>
    public bool IsSecret { get; init; }
}

/// <summary>A person, and the units at which the person acts for nobody else, such as <c>payee:0197…</c>.</summary>
public sealed record DataSubject(Guid PersonId, IReadOnlyList<string> Units);

/// <summary>A value that is held about somebody.</summary>
/// <param name="Table">As <see cref="HeldField.Table"/>.</param>
/// <param name="Column">As <see cref="HeldField.Column"/>.</param>
/// <param name="Row">Which row it stands in, as people tell it apart: a number, a day; empty when there is one.</param>
/// <param name="Value">The value in words.</param>
public sealed record HeldValue(string Table, string Column, string Row, string Value);

/// <summary>What came of asking to erase one kind of data.</summary>
/// <param name="What">The kind.</param>
/// <param name="Rows">How many rows it was about.</param>
/// <param name="KeptUnder">The code of the rule of retention under which it stays; null when it was erased.</param>
/// <param name="Why">Why the rule holds for it, when that is not plain; null otherwise.</param>
public sealed record ErasedOrKept(Text What, long Rows, string? KeptUnder, Text? Why = null);

/// <summary>Why data of people may be held, in the words of the register.</summary>
public static class HeldBecause
{
    /// <summary>The person is a party to a contract.</summary>
    public static readonly Text OfContract = new("Thực hiện hợp đồng với người đó (Luật 91/2025/QH15)",
        "A contract with the person (Law 91/2025/QH15)");

    /// <summary>A task of a public body.</summary>
    public static readonly Text OfPublicTask = new("Nhiệm vụ của cơ quan nhà nước (Luật 91/2025/QH15)",
        "A task of a public body (Law 91/2025/QH15)");

    /// <summary>The safety of the system and of the person's account.</summary>
    public static readonly Text OfSafety = new("An toàn hệ thống và tài khoản (Luật 91/2025/QH15, Luật 116/2025/QH15)",
        "The safety of the system and of accounts (Law 91/2025/QH15, Law 116/2025/QH15)");

    /// <summary>The person's own rights under the law on personal data.</summary>
    public static readonly Text OfRights = new("Quyền của chủ thể dữ liệu (Luật 91/2025/QH15, NĐ 356/2025/NĐ-CP)",
        "The rights of the person (Law 91/2025/QH15, Decree 356/2025/NĐ-CP)");
}
