"""The sentences of the flags: what is claimed, the arithmetic, and what would lift it."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from tracker.domain.classes import Class, Standing
from tracker.domain.flags import Flag, FlagCode, RemedyKind, Severity
from tracker.domain.ladder import Action, Answer, Attribution, BlockReason, Cause, Mandate
from tracker.domain.scenarios import PathSource
from tracker.web import matters
from tracker.web.contract_words import contract_remedy
from tracker.web.formats import day, money
from tracker.web.operands import billions, operand_words, written
from tracker.web.speech import named

BADGES = {
    Class.UNABLE: "at_risk",
    Class.SLOW: "slow",
    Class.NOT_ENOUGH_DATA: "unknown",
    Class.GOOD: "on_track",
    Class.NOT_APPLICABLE: "unknown",
}
"""The state of `ui.badge` for each class."""


_TELLING = 1_000_000
"""Fewer đồng are written out: in billions nothing would be left of them."""


@dataclass(frozen=True, slots=True)
class FlagWords:
    """A flag as a person reads it: F-02, its name, its sum, its inputs, what lifts it."""

    code: str
    name: str
    severity: int
    arithmetic: str
    remedy: str
    since: date | None
    rule: str
    gap: int
    slug: str
    graded: date | None
    url: str | None


@named
def flag_name(code: FlagCode) -> str:
    """Return the official name of a flag."""
    return {
        FlagCode.F01: _("Chưa giải ngân"),
        FlagCode.F02: _("Chậm so với kịch bản"),
        FlagCode.F03: _("Dưới bình quân chung của tỉnh"),
        FlagCode.F04: _("Dưới bình quân chung cả nước"),
        FlagCode.F05: _("Dưới ngưỡng mốc"),
        FlagCode.F06: _("Lâu không phát sinh giải ngân"),
        FlagCode.F07: _("Không có khả năng giải ngân hết"),
        FlagCode.F08: _("Sắp hết hạn giải ngân"),
        FlagCode.F09: _("Vốn chưa phân bổ chi tiết"),
        FlagCode.F11: _("Chưa lập kịch bản giải ngân"),
        FlagCode.F12: _("Quá thời gian bố trí vốn"),
        FlagCode.F13: _("Chậm tiến độ so với quyết định"),
        FlagCode.F15: _("Chậm quyết toán"),
        FlagCode.F18: _("Vượt kế hoạch, vượt tổng mức đầu tư"),
        FlagCode.F27: _("Vướng mắc quá hạn"),
        FlagCode.F28: _("Chỉ đạo quá hạn, chưa phản hồi"),
        FlagCode.F29: _("Chưa cập nhật số liệu"),
        FlagCode.F30: _("Lệch số liệu Kho bạc"),
        FlagCode.F36: _("Dự án chưa nhận bàn giao"),
        FlagCode.F38: _("Dữ liệu bất thường"),
        FlagCode.F16: _("Nợ đọng xây dựng cơ bản"),
        FlagCode.F17: _("Khối lượng hoàn thành chưa thanh toán"),
        FlagCode.F19: _("Giải ngân vượt khối lượng nghiệm thu"),
        FlagCode.F20: _("Tạm ứng vượt mức"),
        FlagCode.F21: _("Tạm ứng quá hạn thu hồi"),
        FlagCode.F23: _("Chậm lựa chọn nhà thầu"),
        FlagCode.F24: _("Hợp đồng quá hạn"),
        FlagCode.F25: _("Bảo lãnh sắp hoặc đã hết hiệu lực"),
        FlagCode.F14: _("Chậm tiến độ thi công"),
        FlagCode.F22: _("Tạm ứng giải phóng mặt bằng chưa chi trả"),
        FlagCode.F26: _("Giải phóng mặt bằng chậm"),
        FlagCode.F32: _("Chênh tiến độ và giải ngân"),
        FlagCode.F34: _("Khởi công chưa đủ điều kiện"),
    }[code]


@named
def severity_words(severity: int) -> str:
    """Return the name of a grade."""
    return {
        Severity.INFO: _("thông tin"),
        Severity.YELLOW: _("vàng"),
        Severity.ORANGE: _("cam"),
        Severity.RED: _("đỏ"),
    }[Severity(severity)]


def answer_words(answer: Answer | None, mandate: Mandate) -> str:
    """Return that a demanded action was done, when, in time or not; nothing while it was not."""
    if answer is None:
        return ""
    done = day(answer.done_on)
    if answer.done_on > mandate.due_on:
        return _("Đã làm ngày %(day)s, sau hạn.", day=done)
    return _("Đã làm ngày %(day)s, trong hạn.", day=done)


@named
def action_words(action: Action) -> str:
    """Return what a grade demands to be done, and by whom."""
    return {
        Action.EXPLAIN: _(
            "Chủ đầu tư giải trình nguyên nhân, cập nhật số liệu và nêu ngày khắc phục"
        ),
        Action.CATCH_UP: _(
            "Người đứng đầu chủ đầu tư gửi Sở Tài chính kế hoạch bù tiến độ theo từng tuần"
        ),
        Action.PUT_RIGHT: _("Chủ đầu tư rà soát, bổ sung hoặc sửa hồ sơ, số liệu của dự án"),
        Action.REVIEW: _(
            "UBND tỉnh họp rà soát: tháo gỡ vướng mắc hoặc điều chuyển vốn sang dự án khác"
        ),
    }[action]


@named
def cause_words(cause: Attribution | None) -> str:
    """Return what a delay is attributable to."""
    if cause is None:
        return _("chưa rõ: không có vướng mắc nào đang mở")
    if not isinstance(cause, Cause):
        return matters.cause_words(cause)
    return {
        Cause.CONTRACTOR: _("nhà thầu"),
        Cause.LAND: _("mặt bằng"),
        Cause.DESIGN: _("thiết kế"),
        Cause.CAPITAL: _("vốn"),
        Cause.PROCEDURE: _("thủ tục"),
    }[cause]


@named
def block_reason_words(reason: BlockReason) -> str:
    """Return why capital is blocked."""
    return {
        BlockReason.LAND_REVENUE: _("hụt thu tiền sử dụng đất"),
        BlockReason.POLICY_CHANGE: _("chờ quyết định điều chỉnh dự án"),
        BlockReason.INSPECTION: _("tạm dừng thanh toán theo kết luận thanh tra, kiểm toán, tòa án"),
        BlockReason.REORGANISATION: _("chờ bàn giao sau sắp xếp đơn vị"),
        BlockReason.FORCE_MAJEURE: _("bất khả kháng"),
        BlockReason.OTHER: _("lý do khác"),
    }[reason]


def flag_number(code: FlagCode) -> str:
    """Return the number of a flag in the catalogue: F-02."""
    return f"F-{code.value[1:]}"


@named
def class_words(klass: Class) -> str:
    """Return the name of a class of projects."""
    return {
        Class.UNABLE: _("Nguy cơ không giải ngân hết"),
        Class.SLOW: _("Chậm"),
        Class.NOT_ENOUGH_DATA: _("Chưa đủ dữ liệu"),
        Class.GOOD: _("Đúng tiến độ"),
        Class.NOT_APPLICABLE: _("Không có kế hoạch"),
    }[klass]


@named
def standing_words(standing: Standing) -> str:
    """Return the name of a standing against the scenario."""
    return {
        Standing.BEHIND: _("Sau kịch bản"),
        Standing.ON: _("Đúng kịch bản"),
        Standing.AHEAD: _("Vượt kịch bản"),
        Standing.UNKNOWN: _("Không có kịch bản"),
    }[standing]


@named
def path_words(source: PathSource | None) -> str:
    """Return where an expected amount comes from."""
    if source is None:
        return _("không có kịch bản")
    return {
        PathSource.PROJECT: _("kịch bản của dự án"),
        PathSource.UNIT: _("kịch bản của đơn vị"),
        PathSource.TIER: _("kịch bản của cấp"),
        PathSource.PROVINCE: _("kịch bản của tỉnh"),
        PathSource.DEFAULT_CURVE: _("đường cong mặc định"),
    }[source]


def flag_url(project_url: str, code: FlagCode) -> str:
    """Return the address of a flag's page from that of its project, on the same day."""
    path, mark, query = project_url.partition("?")
    return f"{path}/flags/{code.value}{mark}{query}"


def flag_words(flag: Flag, project_url: str | None = None) -> FlagWords:
    """Return everything a person reads of a flag; with the project's address, also the flag's."""
    return FlagWords(
        code=flag_number(flag.code),
        name=flag_name(flag.code),
        severity=int(flag.severity),
        arithmetic=_arithmetic(flag),
        remedy=_remedy(flag),
        since=flag.since,
        rule=_rule(flag),
        gap=flag.gap,
        slug=flag.code.value,
        graded=flag.graded,
        url=None if project_url is None else flag_url(project_url, flag.code),
    )


def _arithmetic(flag: Flag) -> str:
    """Return the sum: 12,4% đã giải ngân − 31,0% phải đạt = −18,6 điểm."""
    equation = flag.equation()
    return _(
        "%(left)s %(left_name)s − %(right)s %(right_name)s = %(result)s",
        left=written(equation.left),
        left_name=operand_words(equation.left.name),
        right=written(equation.right),
        right_name=operand_words(equation.right.name),
        result=written(equation.result),
    )


def _remedy(flag: Flag) -> str:
    remedy = flag.remedy
    amount, by = billions(remedy.amount), day(remedy.by)
    exact = money(remedy.amount)
    if (words := contract_remedy(flag, amount, exact)) is not None:
        return words
    if remedy.kind is RemedyKind.PAY and remedy.amount < _TELLING:
        return _("Giải ngân thêm %(exact)s đồng trước khi hết ngày %(by)s", exact=exact, by=by)
    return {
        RemedyKind.PAY: _(
            "Giải ngân thêm %(amount)s (%(exact)s đồng) trước khi hết ngày %(by)s",
            amount=amount,
            exact=exact,
            by=by,
        ),
        RemedyKind.TAKE_BACK: _(
            "Điều chỉnh giảm hoặc bổ sung đủ %(amount)s (%(exact)s đồng)",
            amount=amount,
            exact=exact,
        ),
        RemedyKind.APPROVE_SCENARIO: _("Lập và duyệt kịch bản giải ngân của dự án"),
        RemedyKind.UPDATE: _("Nhập khoản giải ngân mới hoặc ghi “Không phát sinh”"),
        RemedyKind.HAND_OVER: _(
            "Bàn giao công trình, hoặc có quyết định gia hạn thời gian bố trí vốn"
        ),
        RemedyKind.ALLOCATE: _(
            "Phân bổ chi tiết cho dự án %(amount)s (%(exact)s đồng)", amount=amount, exact=exact
        ),
        RemedyKind.RECONCILE: _(
            "Đối chiếu được trên sao kê Kho bạc, hoặc đảo, %(exact)s đồng", exact=exact
        ),
        RemedyKind.SETTLE: _("Nộp hồ sơ quyết toán dự án hoàn thành"),
        RemedyKind.TAKE_OVER: _("Ký biên bản tiếp nhận và ghi trạng thái thực của dự án"),
        RemedyKind.CORRECT: _(
            "Kiểm tra đơn vị tính: tổng mức đầu tư phải ghi cao hơn ít nhất %(exact)s đồng",
            exact=exact,
        ),
        RemedyKind.SOLVE: _("Giải quyết xong vướng mắc và đóng kèm minh chứng"),
        RemedyKind.REPORT: _("Phản hồi, báo cáo kết quả kèm minh chứng, hoặc xin gia hạn"),
        RemedyKind.COMPLETE: _("Hoàn thành công trình, hoặc có quyết định điều chỉnh thời gian"),
        RemedyKind.CATCH_UP: _("Đẩy nhanh thi công, hoặc đính chính báo cáo tuần nếu sai"),
        RemedyKind.PAY_OUT: _(
            "Chi trả hoặc nộp trả %(amount)s (%(exact)s đồng) tạm ứng", amount=amount, exact=exact
        ),
        RemedyKind.CLEAR_LAND: _("Bàn giao hết mặt bằng, gỡ xong các điểm vướng quá hạn"),
        RemedyKind.ACCEPT_WORKS: _("Nghiệm thu, thu hồi tạm ứng hoặc cập nhật khối lượng đã làm"),
        RemedyKind.MEET_CONDITIONS: _("Bổ sung điều kiện khởi công, hoặc đính chính mốc nếu sai"),
    }[remedy.kind]


def _rule(flag: Flag) -> str:
    parts = [_("Đến %(day)s", day=day(flag.day))]
    if flag.ratio is not None:
        parts.append(flag.ratio.value.upper())
    parts.append(_("theo phần mềm"))
    if flag.version:
        parts.append(_("bộ ngưỡng phiên bản %(version)s", version=flag.version))
    return " · ".join(parts)
