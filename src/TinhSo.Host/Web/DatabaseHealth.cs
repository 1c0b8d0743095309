using Microsoft.Extensions.Diagnostics.HealthChecks;
using TinhSo.Kernel.Storage;

namespace TinhSo.Host.Web;

/// <summary>Ready means that the database answers.</summary>
internal sealed class DatabaseHealth(Database database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var connection = database.Connect();
        await connection.OpenAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
