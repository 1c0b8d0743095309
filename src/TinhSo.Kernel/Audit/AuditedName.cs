using Microsoft.Extensions.DependencyInjection;

namespace TinhSo.Kernel.Audit;

/// <summary>What people call the things that a table or an event of the audit log is about.</summary>
/// <param name="Of">The table, such as <c>billing_rate</c>, or the event, such as <c>identity.signed-in</c>.</param>
/// <param name="Name">Its name.</param>
public sealed record AuditedName(string Of, Text Name);

/// <summary>Names what modules have recorded.</summary>
public static class AuditedNames
{
    /// <summary>Names an audited table, or an event.</summary>
    public static IServiceCollection AddAuditedName(
        this IServiceCollection services, string of, string vietnamese, string english) =>
        services.AddSingleton(new AuditedName(of, new Text(vietnamese, english)));
}
