using TinhSo.Design;
using TinhSo.Kernel;

namespace TinhSo.Identity.Approvals;

/// <summary>Proposals in words.</summary>
internal static class ApprovalWords
{
    public static (Tone Tone, Text Name) Of(ProposalState state) => state switch
    {
        ProposalState.Waiting => (Tone.Info, new("Chờ duyệt", "Waiting")),
        ProposalState.Approved => (Tone.Good, new("Đã thực hiện", "Carried out")),
        ProposalState.Rejected => (Tone.Bad, new("Bị từ chối", "Rejected")),
        ProposalState.Withdrawn => (Tone.Quiet, new("Đã rút lại", "Withdrawn")),
        _ => (Tone.Quiet, new("Hết hạn", "Expired")),
    };
}
