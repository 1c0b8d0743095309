namespace TinhSo.Kernel.Http;

/// <summary>Names the units of a module, so that roles can be given at them by who does not know the module.</summary>
public interface INameUnits
{
    /// <summary>The module's units by name, at most 1,000.</summary>
    Task<IReadOnlyList<NamedUnit>> Units(CancellationToken stop);
}

/// <summary>A unit at which roles are held.</summary>
/// <param name="Unit">Such as <c>market:0197…</c>.</param>
/// <param name="Name">As people call it.</param>
public sealed record NamedUnit(string Unit, string Name);
