namespace TinhSo.Kernel.Storage;

/// <summary>Has a text stored sealed: whoever reads the database without its keys reads nothing.</summary>
/// <remarks>
/// Equal values are stored differently, so no query finds, sorts or compares them; give the entity a
/// <see cref="SealedIndexAttribute"/> where a value must be found. The audit log never gets the value.
/// </remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SealedAttribute : Attribute;

/// <summary>
/// Has this column keep a keyed hash of a sealed one, by which a whole value is found and no part of one.
/// </summary>
/// <param name="of">The name of the sealed property.</param>
/// <remarks>
/// Written whenever the sealed value is; ask <see cref="ModuleDb.IndexesOf{TEntity}"/> what to look for.
/// </remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SealedIndexAttribute(string of) : Attribute
{
    /// <summary>The name of the sealed property.</summary>
    public string Of => of;
}
