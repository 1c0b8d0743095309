using TinhSo.Indicators.Counting;

namespace TinhSo.Indicators.Loading;

/// <summary>What the host's commands ask of indicators.</summary>
internal sealed class IndicatorDesk(LoadReference load, Recount recount, VerifyCounts verify) : IIndicators
{
    public Task<LoadReport> Load(ReferenceFolders folders, CancellationToken stop) => load.Load(folders, stop);

    public Task<CountReport> Recompute(CancellationToken stop) => recount.Recompute(stop);

    public Task<VerifyReport> Verify(CancellationToken stop) => verify.Verify(stop);
}
