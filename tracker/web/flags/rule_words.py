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
        (FlagCode.F21, "ended"): _(
            "Hợp đồng đã qua ngày kết thúc hoặc đã xong, đã chấm dứt mà tạm ứng chưa thu hồi hết."
        ),
        (FlagCode.F21, "paid_up"): _(
            "Đã giải ngân của hợp đồng, gồm cả tạm ứng, đạt tỷ lệ giá trị hợp đồng mà từ đó phải "
            "thu hồi hết tạm ứng, nhưng tạm ứng vẫn còn."
        ),
        (FlagCode.F21, "idle"): _(
            "Còn dư tạm ứng mà quá số ngày cho phép hợp đồng không tạm ứng thêm, không thanh toán, "
            "không nghiệm thu khối lượng nào."
        ),
        (FlagCode.F23, "cancelled"): _(
            "Gói thầu đã hủy thầu mà chưa lựa chọn lại nhà thầu; không xét công trình đã hoàn "
            "thành và dự án đã dừng hoặc hủy."
        ),
        (FlagCode.F25, "expired"): _(
            "Bảo lãnh đã hết hiệu lực khi vẫn còn cần: bảo lãnh thực hiện hợp đồng đến khi hợp "
            "đồng kết thúc, bảo lãnh tạm ứng khi còn dư tạm ứng."
        ),
        (FlagCode.F26, "points"): _("Có điểm vướng mặt bằng chưa gỡ mà đã qua hạn phải gỡ."),
        (FlagCode.F26, "claimed"): _(
            "Giải phóng mặt bằng ghi là cơ bản xong mà vẫn còn hộ chưa bàn giao đất."
        ),
        (FlagCode.F26, "claimed_area"): _(
            "Giải phóng mặt bằng ghi là cơ bản xong mà vẫn còn diện tích chưa bàn giao."
        ),
        (FlagCode.F28, "unanswered"): _(
            "Quá số ngày cho phép kể từ ngày giao mà chỉ đạo chưa có phản hồi nào."
        ),
        (FlagCode.F34, "no_capital"): _(
            "Khởi công trước ngày 01/01 của năm đầu tiên dự án được bố trí vốn."
        ),
        (FlagCode.F34, "unready"): _(
            "Đã khởi công mà còn điều kiện khởi công đã ghi trong các mốc chưa đạt."
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
        FlagCode.F14: _(
            "Công trình chưa hoàn thành mà tỷ lệ khối lượng đã thi công thấp hơn kế hoạch thi công "
            "quá dung sai cho phép; thấp hơn quá ngưỡng cam thì cam. Không xét dự án đã dừng hoặc "
            "hủy."
        ),
        FlagCode.F15: _(
            "Đã bàn giao đưa vào sử dụng, quá hạn theo nhóm dự án mà chưa nộp hồ sơ quyết toán."
        ),
        FlagCode.F16: _(
            "Lũy kế khối lượng đã nghiệm thu của các hợp đồng lớn hơn lũy kế vốn đã bố trí cho "
            "dự án."
        ),
        FlagCode.F17: _(
            "Khối lượng hợp đồng đã nghiệm thu quá số ngày cho phép mà chưa thanh toán hết. "
            "Khoản thanh toán không ghi thuộc hợp đồng nào cũng được trừ."
        ),
        FlagCode.F18: _("Giải ngân trong năm lớn hơn kế hoạch vốn của năm."),
        FlagCode.F19: _(
            "Đã thanh toán cho một hợp đồng, không kể dư tạm ứng, nhiều hơn khối lượng đã nghiệm "
            "thu của hợp đồng đó."
        ),
        FlagCode.F20: _(
            "Dư tạm ứng của một hợp đồng lớn hơn mức được phép: mức quyết định riêng cho hợp đồng, "
            "nếu không có thì theo tỷ lệ tối đa của giá trị hợp đồng."
        ),
        FlagCode.F21: _("Tạm ứng của hợp đồng chưa thu hồi hết khi đã đến hạn phải thu hồi."),
        FlagCode.F22: _(
            "Trung tâm phát triển quỹ đất còn giữ tạm ứng giải phóng mặt bằng chưa chi trả, quá số "
            "ngày cho phép."
        ),
        FlagCode.F23: _(
            "Đã qua ngày cuối của thời gian lựa chọn nhà thầu theo kế hoạch mà gói thầu chưa có "
            "kết quả; không xét công trình đã hoàn thành và dự án đã dừng hoặc hủy."
        ),
        FlagCode.F24: _(
            "Đã qua ngày kết thúc hợp đồng, tính cả phụ lục, mà hợp đồng chưa được nghiệm thu hoàn "
            "thành và chưa chấm dứt; không xét dự án đã dừng hoặc hủy."
        ),
        FlagCode.F25: _("Bảo lãnh còn cần đến mà sẽ hết hiệu lực trong số ngày phải báo trước."),
        FlagCode.F26: _("Đã qua hạn bàn giao mặt bằng mà còn diện tích hoặc hộ chưa bàn giao."),
        FlagCode.F27: _("Vướng mắc chưa đóng mà đã qua hạn phải giải quyết; tính hạn sớm nhất."),
        FlagCode.F28: _("Chỉ đạo chưa đóng mà đã qua hạn phải thực hiện."),
        FlagCode.F29: _("Còn vốn mà không có bút toán hay ghi “Không phát sinh” quá số ngày."),
        FlagCode.F30: _(
            "Tính đến ngày mới nhất đã thấy trên sao kê Kho bạc, số trong phần mềm khác số trên "
            "sao kê."
        ),
        FlagCode.F32: _(
            "Công trình chưa bàn giao mà tỷ lệ lũy kế giải ngân so với tổng mức đầu tư và tỷ lệ "
            "khối lượng đã thi công chênh nhau quá số điểm cho phép, bên nào cao hơn cũng vậy."
        ),
        FlagCode.F34: _(
            "Khởi công trước ngày đạt điều kiện cuối cùng trong các điều kiện khởi công đã ghi."
        ),
        FlagCode.F36: _("Dự án chờ nhận bàn giao từ chủ đầu tư cũ quá số ngày cho phép."),
        FlagCode.F38: _(
            "Tổng mức đầu tư đã ghi nhỏ hơn cả kế hoạch một năm và nhỏ tới mức đáng ngờ sai đơn vị "
            "tính."
        ),
    }[code]
