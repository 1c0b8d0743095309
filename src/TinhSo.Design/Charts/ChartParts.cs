namespace TinhSo.Design;

/// <summary>One line of a trend, a value for each place on the axis; null where it is not known.</summary>
public sealed record Series(string Name, IReadOnlyList<decimal?> Values);

/// <summary>What is aimed at, at one place on the axis.</summary>
/// <param name="At">The label on the axis at which it is due.</param>
/// <param name="Words">What stands beside the point, such as "Target 2030: 35 %".</param>
public sealed record TargetPoint(string At, decimal Value, string Words);

/// <summary>One bar.</summary>
/// <param name="Value">Null where it is not known.</param>
/// <param name="Href">What the value is made of.</param>
/// <param name="Quiet">Whether it is only there to compare with, in grey.</param>
public sealed record Bar(string Label, decimal? Value, string? Href = null, bool Quiet = false);

/// <summary>One part of a whole.</summary>
public sealed record Share(string Label, decimal Value);
