using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace TinhSo.Payments.Simulator;

/// <summary>Whether the simulator of a bank runs: only when it is asked for, and never in production.</summary>
internal sealed class SimulatorSwitch(IConfiguration configuration, IHostEnvironment environment)
{
    public bool IsOn { get; } =
        !environment.IsProduction() && bool.TryParse(configuration["Simulator:Enabled"], out var on) && on;
}
