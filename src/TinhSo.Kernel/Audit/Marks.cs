namespace TinhSo.Kernel.Audit;

/// <summary>Has every change to rows of this entity recorded in the audit log, with what was before and after.
/// </summary>
/// <remarks>
/// For what decides about rights, money that leaves, or prices. What happens by the thousand, such as bills and
/// payments, has a history of its own and the ledger.
/// </remarks>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AuditedAttribute : Attribute;

/// <summary>Has a change to this column of an audited entity recorded without its value.</summary>
/// <param name="shown">How many of its last letters are recorded all the same, as of a bank account.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UnspokenAttribute(int shown = 0) : Attribute
{
    /// <summary>How many letters at its end are recorded.</summary>
    public int Shown => shown;
}
