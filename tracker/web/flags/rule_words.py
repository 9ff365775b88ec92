"""The rule of each flag in a sentence, as the catalogue has it."""

from flask_babel import gettext as _

from tracker.domain.flags import FlagCode
from tracker.web.speech import named


@named
def rule_words(code: FlagCode, variant: str) -> str:
    """Return when a flag is raised; the thresholds named stand beside it."""
    by_variant = {
        (FlagCode.F07, "halted"): _(
            "Dự án đã dừng hoặc hủy mà kế hoạch vốn trong năm chưa giải ngân đủ."
        ),
        (FlagCode.F07, "expired"): _("Đã quá hạn giải ngân của dòng vốn mà vốn vẫn còn."),
        (FlagCode.F12, "last_year"): _(
            "Dự án đang ở năm cuối cùng được bố trí vốn theo nhóm của mình."
        ),
        (FlagCode.F18, "over_investment"): _(
            "Lũy kế giải ngân từ đầu dự án lớn hơn tổng mức đầu tư được duyệt."
        ),
        (FlagCode.F18, "over_allocated"): _(
            "Lũy kế vốn đã bố trí lớn hơn tổng mức đầu tư được duyệt."
        ),
        (FlagCode.F38, "paid_in_full"): _(
            "Đã giải ngân đủ tổng mức đầu tư mà dự án vẫn ghi là đang thi công."
        ),
    }
    return by_variant.get((code, variant)) or _general(code)


def _general(code: FlagCode) -> str:
    return {
        FlagCode.F01: _(
            "Có kế hoạch vốn mà chưa giải ngân đồng nào, quá số ngày cho phép kể từ ngày được giao."
        ),
        FlagCode.F02: _(
            "Đã giải ngân ít hơn số kịch bản phải đạt đến ngày xét, sau khi trừ dung sai. "
            "Cam và đỏ theo phần đã đạt của kịch bản; thiếu nhiều tiền thì đỏ ngay."
        ),
        FlagCode.F03: _("Tỷ lệ TL2 của dự án thấp hơn TL2 của toàn tỉnh cùng ngày."),
        FlagCode.F04: _(
            "Tỷ lệ TL2 của dự án thấp hơn tỷ lệ cả nước mới công bố. Cả nước tính trên kế hoạch "
            "Thủ tướng giao, dự án tính trên kế hoạch tỉnh giao."
        ),
        FlagCode.F05: _("Tỷ lệ TL2 thấp hơn mức phải đạt tại mốc vừa qua trong năm."),
        FlagCode.F06: _(
            "Đang thi công, còn vốn, mà khoản giải ngân gần nhất đã quá số ngày cho phép."
        ),
        FlagCode.F07: _(
            "Số còn lại chia cho số ngày đến hạn lớn hơn hệ số nhân bình quân ngày của 60 ngày "
            "qua, và dự án đang sau kịch bản."
        ),
        FlagCode.F08: _("Hạn giải ngân của dòng vốn đã gần mà vốn vẫn còn."),
        FlagCode.F09: _("Vốn giao cho đơn vị chưa phân bổ cho dự án, quá hạn phải phân bổ."),
        FlagCode.F11: _("Còn vốn phải giải ngân mà quá hạn vẫn chưa có kịch bản được duyệt."),
        FlagCode.F12: _("Số năm bố trí vốn đã vượt số năm của nhóm dự án, chưa được gia hạn."),
        FlagCode.F13: _("Đã qua ngày hoàn thành theo quyết định mà công trình chưa hoàn thành."),
        FlagCode.F15: _(
            "Đã bàn giao đưa vào sử dụng, quá hạn theo nhóm dự án mà chưa nộp hồ sơ quyết toán."
        ),
        FlagCode.F18: _("Giải ngân trong năm lớn hơn kế hoạch vốn của năm."),
        FlagCode.F29: _("Còn vốn mà không có bút toán hay ghi “Không phát sinh” quá số ngày."),
        FlagCode.F30: _(
            "Tính đến ngày mới nhất đã thấy trên sao kê Kho bạc, số trong phần mềm khác số trên "
            "sao kê."
        ),
        FlagCode.F36: _("Dự án chờ nhận bàn giao từ chủ đầu tư cũ quá số ngày cho phép."),
        FlagCode.F38: _(
            "Tổng mức đầu tư đã ghi nhỏ hơn cả kế hoạch một năm và nhỏ tới mức đáng ngờ sai đơn vị "
            "tính."
        ),
    }[code]
