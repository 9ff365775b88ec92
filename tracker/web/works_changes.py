"""The history in words for what happens on the site: deeds, fields and codes of its rooms."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

DEEDS = {
    "file.attached": lazy_gettext("Gửi tài liệu"),
    "file.withdrawn": lazy_gettext("Rút tài liệu"),
    "works.reported": lazy_gettext("Báo tiến độ thi công"),
    "works.corrected": lazy_gettext("Đính chính tiến độ thi công"),
    "works.site_placed": lazy_gettext("Ghi vị trí công trường"),
    "works.milestone_told": lazy_gettext("Ghi mốc tiến độ"),
    "works.clearance_reported": lazy_gettext("Báo giải phóng mặt bằng"),
    "works.point_raised": lazy_gettext("Nêu điểm vướng mặt bằng"),
    "works.point_settled": lazy_gettext("Gỡ xong điểm vướng mặt bằng"),
}
WARNINGS = frozenset({"file.withdrawn", "works.corrected"})
HIDDEN = frozenset(
    {"subject_id", "stored", "sha256", "sent_sha256", "size", "corrects_id", "step_id"}
)

MONEY = frozenset({"money_approved", "money_paid", "advance_held"})


def field_words(name: str) -> str:
    """Return what a field is called; the code itself when it is not known here."""
    return {
        "width": _("Rộng, điểm ảnh"),
        "height": _("Cao, điểm ảnh"),
        "taken_at": _("Chụp lúc"),
        "withdrawn_reason": _("Lý do rút"),
        "latitude": _("Vĩ độ, phần triệu độ"),
        "longitude": _("Kinh độ, phần triệu độ"),
        "week_on": _("Tuần kết thúc ngày"),
        "planned_share": _("Kế hoạch, phần vạn"),
        "actual_share": _("Thực tế, phần vạn"),
        "parts": _("Các hạng mục"),
        "volumes": _("Khối lượng chủ yếu"),
        "people_on_site": _("Nhân lực"),
        "machines": _("Thiết bị"),
        "assessment": _("Đánh giá"),
        "finish_forecast_on": _("Dự báo hoàn thành"),
        "is_late": _("Báo muộn"),
        "milestone": _("Mốc"),
        "planned_on": _("Ngày theo kế hoạch"),
        "actual_on": _("Ngày thực tế"),
        "area_total": _("Diện tích phải thu hồi, m²"),
        "area_done": _("Diện tích đã bàn giao, m²"),
        "households": _("Số hộ"),
        "inventoried": _("Đã kiểm đếm"),
        "approved": _("Đã duyệt phương án"),
        "paid": _("Đã chi trả"),
        "handed_over": _("Đã bàn giao mặt bằng"),
        "graves_total": _("Số mộ"),
        "graves_moved": _("Mộ đã di chuyển"),
        "lots_needed": _("Lô tái định cư cần"),
        "lots_ready": _("Lô tái định cư đã có"),
        "money_approved": _("Kinh phí duyệt"),
        "money_paid": _("Kinh phí đã chi trả"),
        "advance_held": _("Dư tạm ứng"),
        "advance_on": _("Tạm ứng từ ngày"),
        "due_on": _("Hạn"),
        "claims_done": _("Báo cáo là cơ bản bàn giao"),
        "where": _("Vị trí"),
        "cause": _("Nguyên nhân"),
        "responsible": _("Trách nhiệm"),
        "raised_on": _("Nêu ngày"),
        "settled_on": _("Gỡ xong ngày"),
        "settled_how": _("Cách gỡ"),
    }.get(name, name)
