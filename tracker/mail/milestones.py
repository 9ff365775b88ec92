"""The official names of milestones."""

from tracker.domain.milestones import MilestoneCode
from tracker.mail.tongue import Tongue


def milestone_words(code: MilestoneCode, tongue: Tongue) -> str:
    """Return the official name of a milestone."""
    _ = tongue.say
    return {
        MilestoneCode.PROPOSAL: _("Lập đề xuất chủ trương đầu tư"),
        MilestoneCode.POLICY_APPRAISAL: _("Thẩm định chủ trương đầu tư"),
        MilestoneCode.POLICY_DECISION: _("Quyết định chủ trương; giao chủ đầu tư"),
        MilestoneCode.PREPARATION_ESTIMATE: _("Dự toán, kế hoạch lựa chọn nhà thầu chuẩn bị"),
        MilestoneCode.CONSULTANT_SELECTION: _("Lựa chọn nhà thầu tư vấn"),
        MilestoneCode.FEASIBILITY_STUDY: _("Khảo sát, lập báo cáo nghiên cứu khả thi"),
        MilestoneCode.DETAILED_PLANNING: _("Quy hoạch chi tiết (nếu có)"),
        MilestoneCode.ENVIRONMENT: _("Đánh giá tác động môi trường"),
        MilestoneCode.PROJECT_APPRAISAL: _("Thẩm định dự án"),
        MilestoneCode.PROJECT_APPROVAL: _("Phê duyệt dự án"),
        MilestoneCode.DRAWINGS: _("Lập thiết kế bản vẽ thi công, dự toán"),
        MilestoneCode.DESIGN_APPRAISAL: _("Thẩm định thiết kế"),
        MilestoneCode.PROCUREMENT_PLAN: _("Kế hoạch lựa chọn nhà thầu thực hiện"),
        MilestoneCode.LAND_CLEARANCE: _("Giải phóng mặt bằng"),
        MilestoneCode.CONTRACT_SIGNED: _("Lựa chọn nhà thầu thi công; ký hợp đồng"),
        MilestoneCode.GROUND_BREAKING: _("Khởi công"),
        MilestoneCode.ACCEPTANCE: _("Thi công; nghiệm thu"),
        MilestoneCode.HAND_OVER: _("Bàn giao"),
        MilestoneCode.SETTLEMENT: _("Quyết toán; tất toán, đóng mã"),
    }[code]
